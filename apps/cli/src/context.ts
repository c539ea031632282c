import { StoreClient } from '#client';
import { CliFailure } from './cli-failure.js';
import type { CliSettings } from './cli-settings.js';
import { CredentialFile } from './credential-file.js';
import type { Output } from './output.js';
import { storeAddress } from './store-address.js';

export interface ContextOptions {
  readonly settings: CliSettings;
  readonly output: Output;
  /** What `--store` says. */
  readonly store: string | undefined;
  readonly version: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
}

/** What every command is given: its settings, where to say something, and the store. */
export class Context {
  readonly settings: CliSettings;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly stdin: NodeJS.ReadStream;
  readonly version: string;
  readonly credentials: CredentialFile;

  constructor(private readonly options: ContextOptions) {
    this.settings = options.settings;
    this.output = options.output;
    this.signal = options.signal;
    this.stdin = options.stdin;
    this.version = options.version;
    this.credentials = new CredentialFile(options.settings.configFolder);
  }

  get userAgent(): string {
    return `mortise/${this.version}`;
  }

  /** `--store`, else MORTISE_CLI_STORE, else the store signed in to last, else the one of this machine. */
  async address(): Promise<string> {
    const written = this.options.store ?? this.settings.store;
    if (written !== undefined) return storeAddress(written);
    return (await this.credentials.lastStore()) ?? 'http://127.0.0.1:8080';
  }

  /** The store, as whoever is signed in to it, or as nobody. */
  async store(): Promise<StoreClient> {
    const address = await this.address();
    const credential = this.settings.token ?? (await this.credentials.find(address))?.token;
    return this.clientOf(address, credential);
  }

  /** As `store`; throws `not-signed-in` where there is no credential to show. */
  async signedInStore(): Promise<StoreClient> {
    const address = await this.address();
    const credential = this.settings.token ?? (await this.credentials.find(address))?.token;
    if (credential !== undefined) return this.clientOf(address, credential);
    throw new CliFailure(
      'not-signed-in',
      `Nobody is signed in to ${address}: run \`mortise login --store ${address}\`, or set MORTISE_CLI_TOKEN.`,
      'forbidden',
    );
  }

  clientOf(address: string, credential?: string): StoreClient {
    return new StoreClient({
      address,
      userAgent: this.userAgent,
      ...(credential !== undefined && { credential }),
    });
  }
}
