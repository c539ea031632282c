import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processAdmin, StoreProcess } from '../store-process.js';

export interface TokenWish {
  readonly scopes?: readonly string[];
  readonly publisher?: string;
  readonly packages?: readonly string[];
}

const upstreamOff = {};

/** A store in a process of its own on an empty folder, and its administrator. */
export class StartedStore {
  private constructor(
    readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    private process: StoreProcess,
  ) {}

  static async start(
    environment: Readonly<Record<string, string>> = {},
    port?: number,
  ): Promise<StartedStore> {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-clients-'));
    const settings = { ...upstreamOff, ...environment };
    return new StartedStore(
      folder,
      settings,
      await StoreProcess.start(folder, { environment: settings, ...(port === undefined ? {} : { port }) }),
    );
  }

  /** Without a slash at the end. */
  get address(): string {
    return this.process.address;
  }

  get npm(): string {
    return `${this.address}/npm/`;
  }

  get pypi(): string {
    return `${this.address}/pypi/`;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Killed, or stopped as an operator does, and started again at the same address. */
  async restart(
    how: 'kill' | 'stop' = 'stop',
    changes: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.process[how]();
    const environment = { ...this.environment, ...changes };
    this.process = await StoreProcess.start(this.folder, { environment, port: this.process.port });
  }

  async close(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks as the administrator, or as whoever has the credential. Throws with the answer when it is not a success. */
  async call<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
    credential?: string,
  ): Promise<Answer> {
    const bearer = credential ?? (path === '/api/v1/sessions' ? undefined : await this.session());
    const response = await fetch(this.address + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }

  /** Signs somebody in; the administrator without an argument. */
  async session(account: { username: string; password: string } = processAdmin): Promise<string> {
    const answer = await this.call<{ access_token: string }>('POST', '/api/v1/sessions', account);
    return answer.access_token;
  }

  /** A publisher of the administrator's and a token that may do all there. */
  async publisher(name: string): Promise<string> {
    await this.call('POST', '/api/v1/publishers', { name });
    return this.token({ publisher: name });
  }

  async token(wish: TokenWish = {}, credential?: string): Promise<string> {
    const scopes = wish.scopes ?? ['read', 'publish', 'manage'];
    const body = { name: 'clients', ...wish, scopes };
    return (await this.call<{ token: string }>('POST', '/api/v1/tokens', body, credential)).token;
  }
}
