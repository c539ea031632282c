import type { Settings } from './config.js';

/** The settings, to be asked for by rooms; and the store's own address, once it is known. */
export class StoreSettings {
  private listening: string | null = null;

  constructor(readonly values: Settings) {}

  /** The address under which the outside world reaches the store, without a slash at the end. */
  get publicUrl(): string {
    return this.values.publicUrl ?? this.listening ?? `http://${this.values.host}:${this.values.port}`;
  }

  /** Every address that is known to lead here. */
  get ownAddresses(): readonly string[] {
    const { publicUrl, host, port } = this.values;
    const configured = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return [publicUrl, this.listening, configured].filter((address) => address !== null);
  }

  /** Told by the server when it listens, since port 0 takes a free one. */
  listensOn(address: string): void {
    this.listening = address;
  }
}
