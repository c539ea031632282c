import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball, buildWheel, eventually } from '#testing';
import { CatalogStore } from './catalog-store.js';

let catalog: CatalogStore;

beforeAll(async () => {
  catalog = await CatalogStore.start({ MORTISE_REVIEW: 'required' });
});

afterAll(() => catalog.store.close());

const moderate = (method: 'put' | 'delete', path: string, body?: object) =>
  catalog.send(method, path, body, catalog.moderator);

const approve = async (plugin: string, version: string) => {
  const path = `acme/${plugin}/versions/${version}/review`;
  const answer = await moderate('put', path, { review: 'approved', reason: 'Read.' });
  expect(answer.status).toBe(204);
};

/** Publishes, with code of the publisher's own where `files` has any, a plugin that pins zephyr-tool and its module. */
async function publishLinked(name: string, version: string, files: Record<string, Buffer> = {}) {
  const yaml = `name: ${name}
version: ${version}
backend: {package: zephyr-tool, version: 1.2.0}
backend_component: Plugin
front_end: {package: "@acme/zephyr-tool", version: 1.2.0}
frontend_component: Panel
`;
  const form = request(catalog.store.server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${catalog.token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  for (const [file, bytes] of Object.entries(files)) form.attach('artifact', bytes, file);
  const answer = await form;
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  await approve(name, version);
}

const stateOf = async (plugin: string, version: string) =>
  (await catalog.get(`acme/${plugin}/versions/${version}`)).body.state as string;

describe('review', () => {
  it('shows a release to everybody once it is approved, and to nobody once it is rejected', async () => {
    await catalog.publish('reviewed', '1.0.0');
    expect((await catalog.get('acme/reviewed')).status).toBe(404);
    await approve('reviewed', '1.0.0');
    const shown = await catalog.get('acme/reviewed');
    expect(shown.body.latest).toMatchObject({ version: '1.0.0', review: 'approved', review_reason: 'Read.' });
    const feed = (await catalog.get('/api/v1/changes?limit=1000')).body.items;
    expect(feed).toContainEqual(
      expect.objectContaining({ type: 'release-approved', plugin: 'acme/reviewed' }),
    );
    await catalog.publish('reviewed', '1.1.0');
    const path = 'acme/reviewed/versions/1.1.0/review';
    await moderate('put', path, { review: 'rejected', reason: 'Obfuscated.' });
    expect((await catalog.get('acme/reviewed/versions')).body.items).toHaveLength(1);
    expect((await catalog.get('acme/reviewed/versions/1.1.0')).status).toBe(404);
    const members = await catalog.get('acme/reviewed/versions/1.1.0', catalog.token);
    expect(members.body).toMatchObject({ review: 'rejected', review_reason: 'Obfuscated.' });
    const later = (await catalog.get('/api/v1/changes?limit=1000')).body.items;
    expect(later.filter(({ version }: { version: string }) => version === '1.1.0')).toEqual([]);
  });

  it('is for moderators, with a reason', async () => {
    const path = 'acme/reviewed/versions/1.1.0/review';
    const member = await catalog.send('put', path, { review: 'approved', reason: 'Mine.' });
    expect(member.status).toBe(403);
    for (const body of [{ review: 'approved' }, { review: 'pending', reason: 'x' }, { reason: 'x' }]) {
      expect((await moderate('put', path, body)).body.code).toBe('invalid-body');
    }
    const unknown = await moderate('put', 'acme/reviewed/versions/9.0.0/review', {
      review: 'approved',
      reason: 'x',
    });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'version-not-found']);
  });

  it('keeps channels from what is not approved', async () => {
    const moved = await catalog.send('put', 'acme/reviewed/channels/beta', { version: '1.1.0' });
    expect([moved.status, moved.body.code]).toEqual([409, 'not-approved']);
  });
});

describe('trust of a release', () => {
  it('overrules its publisher’s until it is given back', async () => {
    const path = 'acme/reviewed/versions/1.0.0/trust';
    expect((await moderate('put', path, { trust: 'trusted', reason: 'Read.' })).status).toBe(204);
    expect((await catalog.get('acme/reviewed')).body.trust).toBe('trusted');
    expect((await moderate('delete', `${path}?reason=Changed%20my%20mind`)).status).toBe(204);
    expect((await catalog.get('acme/reviewed')).body.trust).toBe('untrusted');
    expect((await moderate('put', path, { trust: 'partly', reason: 'x' })).status).toBe(400);
  });
});

describe('quarantine', () => {
  beforeAll(async () => {
    await publishLinked('source', '1.0.0', {
      'zephyr_tool-1.2.0-py3-none-any.whl': buildWheel(),
      'acme-zephyr-tool-1.2.0.tgz': buildNpmTarball(),
    });
    await publishLinked('follower', '1.0.0');
  });

  const path = 'acme/source/versions/1.0.0/quarantine';
  const reason = { reason: 'Sends credentials away.' };

  it('takes the publisher’s packages and other releases along, and gives all of them back', async () => {
    const answer = await moderate('put', path, reason);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      packages: [
        { side: 'python', package: 'zephyr-tool', version: '1.2.0' },
        { side: 'npm', package: '@acme/zephyr-tool', version: '1.2.0' },
      ],
      releases: [{ plugin: 'acme/follower', version: '1.0.0' }],
    });
    expect(await stateOf('source', '1.0.0')).toBe('quarantined');
    const follower = await catalog.get('acme/follower/versions/1.0.0');
    expect(follower.body.state).toBe('quarantined');
    expect(follower.body.state_reason).toContain('Sends credentials away.');
    const descriptor = await catalog.get('acme/source/versions/1.0.0/descriptor');
    expect([descriptor.status, descriptor.body.code]).toEqual([403, 'quarantined']);
    await eventually(async () => (await catalog.get('/api/v1/plugins?q=follower')).body.total === 0);
    expect((await moderate('put', path, reason)).body).toEqual(answer.body);
    expect((await moderate('delete', path)).status).toBe(204);
    expect(await stateOf('source', '1.0.0')).toBe('active');
    expect(await stateOf('follower', '1.0.0')).toBe('active');
    expect((await moderate('delete', path)).status).toBe(204);
  });

  it('leaves what something else still holds', async () => {
    const npm = '/api/v1/packages/npm/@acme%2Fzephyr-tool/versions/1.2.0/quarantine';
    const byItself = await moderate('put', npm, { reason: 'Bundles a miner.' });
    expect([byItself.status, byItself.body.releases]).toEqual([
      200,
      [
        { plugin: 'acme/follower', version: '1.0.0' },
        { plugin: 'acme/source', version: '1.0.0' },
      ],
    ]);
    await moderate('put', path, reason);
    await moderate('delete', path);
    expect(await stateOf('source', '1.0.0')).toBe('quarantined');
    expect(await stateOf('follower', '1.0.0')).toBe('quarantined');
    await moderate('put', path, reason);
    await moderate('delete', npm);
    expect(await stateOf('follower', '1.0.0')).toBe('quarantined');
    await moderate('delete', path);
    expect(await stateOf('follower', '1.0.0')).toBe('active');
  });

  it('takes any spelling of a Python package, and says of an unknown one that there is none', async () => {
    const python = '/api/v1/packages/python/Zephyr_Tool/versions/1.2/quarantine';
    expect((await moderate('put', python, reason)).body.packages).toEqual([
      { side: 'python', package: 'zephyr-tool', version: '1.2.0' },
    ]);
    expect((await moderate('delete', python)).status).toBe(204);
    for (const name of ['npm/nothing', 'python/nothing', 'cargo/x', 'npm/%00']) {
      const answer = await moderate('put', `/api/v1/packages/${name}/versions/1.0.0/quarantine`, reason);
      expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'package-version-not-found']);
    }
  });

  it('outweighs a yank, and leaves it as it was', async () => {
    await catalog.send('post', 'acme/source/versions/1.0.0/yank', { reason: 'Old.' });
    await moderate('put', path, reason);
    await catalog.send('delete', 'acme/source/versions/1.0.0/yank');
    expect(await stateOf('source', '1.0.0')).toBe('quarantined');
    await catalog.send('post', 'acme/source/versions/1.0.0/yank', { reason: 'Old.' });
    await moderate('delete', path);
    const release = await catalog.get('acme/source/versions/1.0.0');
    expect(release.body).toMatchObject({ state: 'yanked', state_reason: 'Old.' });
    await catalog.send('delete', 'acme/source/versions/1.0.0/yank');
  });

  it('makes a channel that points there answer 409 with the reason', async () => {
    await catalog.send('put', 'acme/source/channels/stable', { version: '1.0.0' });
    await moderate('put', path, reason);
    const answer = await catalog.get('acme/source/versions/stable');
    expect([answer.status, answer.body.code, answer.body.reason]).toEqual([
      409,
      'quarantined',
      reason.reason,
    ]);
    await moderate('delete', path);
    expect((await catalog.get('acme/source/versions/stable')).status).toBe(200);
  });

  it('is told in the audit log, with what followed', async () => {
    const log = await catalog.get('/api/v1/audit?action=quarantine-release', catalog.moderator);
    expect(log.status).toBe(200);
    expect(log.body.items[0]).toMatchObject({ target: 'plugin:acme/source@1.0.0', reason: reason.reason });
    expect(log.body.items[0].details.releases).toEqual([{ plugin: 'acme/follower', version: '1.0.0' }]);
  });
});
