import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogStore } from './catalog-store.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start();
});

afterAll(() => catalog.store.close());

interface Act {
  readonly action: string;
  readonly reason: string | null;
  readonly actor: { readonly name: string };
}

const actsOn = async (target: string): Promise<Act[]> => {
  const path = `/api/v1/audit?target=${encodeURIComponent(target)}`;
  return (await catalog.get(path, catalog.moderator)).body.items.reverse();
};

describe('yanking', () => {
  it('takes a version out of latest with the reason, and back, twice the same being once', async () => {
    await catalog.publish('yankable', '1.0.0');
    await catalog.publish('yankable', '1.1.0');
    const path = 'acme/yankable/versions/1.1.0/yank';
    expect((await catalog.send('post', path, { reason: ' Broken. ' })).status).toBe(204);
    expect((await catalog.send('post', path, { reason: 'Broken.' })).status).toBe(204);
    const yanked = await catalog.get('acme/yankable/versions/1.1.0');
    expect(yanked.body).toMatchObject({ state: 'yanked', state_reason: 'Broken.', latest: false });
    expect((await catalog.get('acme/yankable')).body.latest.version).toBe('1.0.0');
    expect((await catalog.get('acme/yankable/versions/latest')).body.version).toBe('1.0.0');
    expect((await catalog.send('delete', path)).status).toBe(204);
    expect((await catalog.send('delete', path)).status).toBe(204);
    expect((await catalog.get('acme/yankable')).body.latest.version).toBe('1.1.0');
    const acts = await actsOn('plugin:acme/yankable@1.1.0');
    expect(acts.map(({ action, reason, actor }) => [action, reason, actor.name]).slice(-2)).toEqual([
      ['yank-release', 'Broken.', 'acme-owner'],
      ['unyank-release', null, 'acme-owner'],
    ]);
  });

  it('leaves a plugin listed and marked when all is yanked', async () => {
    await catalog.publish('gone', '1.0.0');
    await catalog.send('post', 'acme/gone/versions/1.0.0/yank', { reason: 'Retired.' });
    const plugin = await catalog.get('acme/gone');
    expect(plugin.body).toMatchObject({ withdrawn: true, latest: null, version: '1.0.0' });
    const latest = await catalog.get('acme/gone/versions/latest');
    expect([latest.status, latest.body.code]).toEqual([404, 'version-not-found']);
  });

  it.each([{}, { reason: '' }, { reason: '  ' }, { reason: 1 }, { reason: 'x'.repeat(1_001) }, { why: 'x' }])(
    'refuses the body %j',
    async (body) => {
      const answer = await catalog.send('post', 'acme/yankable/versions/1.1.0/yank', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-body']);
    },
  );

  it('is for members, and for versions that there are', async () => {
    const stranger = await catalog.send('post', 'mods/x/versions/1.0.0/yank', { reason: 'Mine now.' });
    expect(stranger.status).toBe(403);
    const unknown = await catalog.send('post', 'acme/yankable/versions/latest/yank', { reason: 'Broken.' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'version-not-found']);
    const nothing = await catalog.send('post', 'acme/nothing/versions/1.0.0/yank', { reason: 'Broken.' });
    expect([nothing.status, nothing.body.code]).toEqual([404, 'plugin-not-found']);
  });

  it('survives publishing at the same time: latest is right whoever was last', async () => {
    await catalog.publish('race', '1.0.0');
    await Promise.all([
      ...Array.from({ length: 8 }, (_, index) => catalog.publish('race', `1.${index + 1}.0`)),
      catalog.send('post', 'acme/race/versions/1.0.0/yank', { reason: 'Old.' }),
    ]);
    await catalog.send('post', 'acme/race/versions/1.8.0/yank', { reason: 'Broken.' });
    expect((await catalog.get('acme/race')).body).toMatchObject({ version: '1.7.0', version_count: 9 });
  });
});

describe('deprecating', () => {
  it('shows the message and the successor beside the state, and takes them back', async () => {
    await catalog.publish('old', '1.0.0');
    const path = 'acme/old/versions/1.0.0/deprecation';
    const body = { message: 'Use acme/new.', replaced_by: 'Acme/The_New' };
    expect((await catalog.send('put', path, body)).status).toBe(204);
    expect((await catalog.get('acme/old/versions')).body.items[0]).toMatchObject({
      state: 'active',
      deprecated: { message: 'Use acme/new.', replaced_by: 'acme/the-new' },
    });
    expect((await catalog.send('delete', path)).status).toBe(204);
    expect((await catalog.get('acme/old/versions/1.0.0')).body.deprecated).toBeNull();
    const itself = await catalog.send('put', path, { message: 'No.', replaced_by: 'acme/old' });
    expect([itself.status, itself.body.code]).toEqual([400, 'replaced-by-itself']);
    const nonsense = await catalog.send('put', path, { message: 'No.', replaced_by: 'a/b/c' });
    expect([nonsense.status, nonsense.body.code]).toEqual([400, 'invalid-plugin-id']);
  });
});

describe('channels', () => {
  it('move, keep their history, move back, and go', async () => {
    for (const version of ['1.0.0', '2.0.0-beta.1']) await catalog.publish('channelled', version);
    const beta = 'acme/channelled/channels/beta';
    expect((await catalog.send('put', beta, { version: '2.0.0-beta.1' })).status).toBe(204);
    expect((await catalog.send('put', beta, { version: '1.0.0' })).status).toBe(204);
    expect((await catalog.send('put', beta, { version: '1.0.0' })).status).toBe(204);
    expect((await catalog.send('put', beta, { version: '2.0.0-beta.1' })).status).toBe(204);
    expect((await catalog.get('acme/channelled/versions/beta')).body).toMatchObject({
      version: '2.0.0-beta.1',
      channels: ['beta'],
    });
    const list = await catalog.get('acme/channelled/channels');
    expect(list.body.items.map(({ name }: { name: string }) => name)).toEqual(['latest', 'beta']);
    expect(list.body.items[0]).toMatchObject({ version: '1.0.0', computed: true });
    const moves = list.body.items[1].history.map(({ version, from, by }: Record<string, string>) => [
      version,
      from,
      by,
    ]);
    expect(moves).toEqual([
      ['2.0.0-beta.1', '1.0.0', 'acme-owner'],
      ['1.0.0', '2.0.0-beta.1', 'acme-owner'],
      ['2.0.0-beta.1', null, 'acme-owner'],
    ]);
    expect((await catalog.send('delete', beta)).status).toBe(204);
    expect((await catalog.send('delete', beta)).status).toBe(204);
    expect((await catalog.get('acme/channelled/versions/beta')).status).toBe(404);
    expect((await catalog.send('delete', 'acme/channelled/channels/never')).body.code).toBe(
      'channel-not-found',
    );
  });

  it.each([
    ['latest', 409, 'channel-computed'],
    ['x', 400, 'invalid-channel'],
    ['v1', 400, 'invalid-channel'],
    ['Beta', 400, 'invalid-channel'],
    ['1.0.0', 400, 'invalid-channel'],
  ])('refuse the name %s', async (name, status, code) => {
    const answer = await catalog.send('put', `acme/channelled/channels/${name}`, { version: '1.0.0' });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('keep pointing to what is yanked later, and answer 409 with the reason', async () => {
    await catalog.publish('pointed', '1.0.0');
    await catalog.publish('pointed', '1.1.0');
    await catalog.send('put', 'acme/pointed/channels/stable', { version: '1.0.0' });
    await catalog.send('post', 'acme/pointed/versions/1.0.0/yank', { reason: 'Leaks.' });
    const answer = await catalog.get('acme/pointed/versions/stable');
    expect([answer.status, answer.body.code, answer.body.reason]).toEqual([409, 'yanked', 'Leaks.']);
    const moved = await catalog.send('put', 'acme/pointed/channels/other', { version: '1.0.0' });
    expect([moved.status, moved.body.code]).toEqual([409, 'yanked']);
    const unknown = await catalog.send('put', 'acme/pointed/channels/other', { version: '9.9.9' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'version-not-found']);
  });

  it('have one line of history, however many move them at once', async () => {
    for (let index = 0; index < 5; index += 1) await catalog.publish('contended', `1.${index}.0`);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        catalog.send('put', 'acme/contended/channels/beta', { version: `1.${index % 5}.0` }),
      ),
    );
    const { items } = (await catalog.get('acme/contended/channels')).body;
    const { version, history } = items[1];
    expect(history[0].version).toBe(version);
    for (let index = 0; index + 1 < history.length; index += 1) {
      expect(history[index].from).toBe(history[index + 1].version);
    }
    expect(history.at(-1).from).toBeNull();
  });
});

describe('the feed of changes', () => {
  it('tells everything in order, page by page', async () => {
    const all = (await catalog.get('/api/v1/changes?limit=1000')).body.items;
    const sequences = all.map(({ sequence }: { sequence: number }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(all).toContainEqual(
      expect.objectContaining({ type: 'release-yanked', plugin: 'acme/yankable', version: '1.1.0' }),
    );
    const page = (await catalog.get('/api/v1/changes?limit=3')).body;
    expect(page.items).toEqual(all.slice(0, 3));
    const rest = (await catalog.get(`/api/v1/changes?limit=1000&after=${page.next}`)).body;
    expect(rest.items).toEqual(all.slice(3));
    expect(rest.next).toBeNull();
    const wrong = await catalog.get('/api/v1/changes?after=-1');
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid-parameter']);
  });
});
