import { administrator } from './store-process.js';
import type { ServerProcess } from './store-process.js';

export interface UploadedFile {
  readonly filename: string;
  readonly bytes: Buffer;
}

/** Prepares a store over its own API, as a person would. Throws with the answer when one is not a success. */
export class StoreClient {
  private constructor(
    private readonly store: ServerProcess,
    readonly token: string,
  ) {}

  static async signIn(store: ServerProcess): Promise<StoreClient> {
    const session = await call<{ access_token: string }>(store, 'POST', '/api/v1/sessions', administrator);
    return new StoreClient(store, session.access_token);
  }

  async createPublisher(name: string): Promise<void> {
    await this.call('POST', '/api/v1/publishers', { name, trust: 'trusted' });
  }

  async createToken(scopes: readonly string[]): Promise<string> {
    const { token } = await this.call<{ token: string }>('POST', '/api/v1/tokens', { name: 'bench', scopes });
    return token;
  }

  async createHost(): Promise<string> {
    const { key } = await this.call<{ key: string }>('POST', '/api/v1/hosts', { name: 'bench' });
    return key;
  }

  /** Installs a plugin on the host whose key this is; answers with the plugin's own key. */
  async install(hostKey: string, plugin: string): Promise<string> {
    const { key } = await call<{ key: string }>(
      this.store,
      'POST',
      '/api/v1/installations',
      { plugin },
      hostKey,
    );
    return key;
  }

  async publish(publisher: string, descriptor: string, files: readonly UploadedFile[]): Promise<void> {
    const form = new FormData();
    form.append('descriptor', new Blob([descriptor], { type: 'application/yaml' }), 'plugin.yaml');
    for (const { filename, bytes } of files) {
      form.append('artifact', new Blob([new Uint8Array(bytes)]), filename);
    }
    const path = `/api/v1/publishers/${publisher}/releases`;
    const headers = { authorization: `Bearer ${this.token}` };
    await read(path, await fetch(this.store.url(path), { method: 'POST', headers, body: form }));
  }

  private call<Answer>(method: string, path: string, body: object): Promise<Answer> {
    return call(this.store, method, path, body, this.token);
  }
}

async function call<Answer>(
  store: ServerProcess,
  method: string,
  path: string,
  body: object,
  credential?: string,
): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
  };
  const response = await fetch(store.url(path), { method, headers, body: JSON.stringify(body) });
  return (await read(path, response)) as Answer;
}

async function read(path: string, response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
