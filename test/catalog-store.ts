import request from 'supertest';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

/** A store with the publisher `acme` and a moderator, and the calls that tests of the catalogue make of it. */
export class CatalogStore {
  private constructor(
    readonly store: RunningStore,
    readonly token: string,
    readonly moderator: string,
  ) {}

  static async start(environment: Record<string, string> = {}, folder?: string): Promise<CatalogStore> {
    const store = await startStore(environment, folder);
    const { token } = await seedPublisher(store, 'acme');
    const { token: moderator } = await seedPublisher(store, 'mods', {
      scopes: ['read', 'publish', 'manage', 'moderate'],
      roles: ['moderator'],
    });
    return new CatalogStore(store, token, moderator);
  }

  get(path: string, token?: string) {
    const call = request(this.store.server).get(path.startsWith('/') ? path : `/api/v1/plugins/${path}`);
    return token === undefined ? call : call.set('authorization', `Bearer ${token}`);
  }

  send(method: 'post' | 'put' | 'delete', path: string, body?: object, token = this.token) {
    const address = path.startsWith('/') ? path : `/api/v1/plugins/${path}`;
    const call = request(this.store.server)[method](address).set('authorization', `Bearer ${token}`);
    return body === undefined ? call : call.send(body);
  }

  async publish(name: string, version: string, extra = '', publisher = 'acme', token = this.token) {
    const yaml = `name: ${name}\nversion: ${version}\n${extra}interfaces:\n  backup:\n    form: [{type: integer, name: keep_days, label: Keep for}]\n`;
    const answer = await request(this.store.server)
      .post(`/api/v1/publishers/${publisher}/releases`)
      .set('authorization', `Bearer ${token}`)
      .set('content-type', 'application/yaml')
      .send(yaml);
    if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text}`);
    return { yaml, body: answer.body as Record<string, unknown> };
  }
}
