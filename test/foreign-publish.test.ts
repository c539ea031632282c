import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball, buildWheel } from '#testing';
import { seedPublisher } from './seed-publisher.js';
import { startStore } from './start-store.js';
import type { RunningStore } from './start-store.js';

let store: RunningStore;
let token: string;

beforeAll(async () => {
  store = await startStore();
  ({ token } = await seedPublisher(store));
});

afterAll(() => store.close());

const spec = (name: string, extra = '') => `plugin_spec_version: v2
extension: plugin
name: ${name}
title: Ticket Desk
description: Opens and closes tickets
version: 2.1.0
vendor: acme
status: []
${extra}connection:
  url: {title: URL, type: string, required: true}
actions:
  open_ticket: {title: Open Ticket, description: Opens a ticket}
`;

const post = () =>
  request(store.server).post('/api/v1/publishers/acme/releases').set('authorization', `Bearer ${token}`);

describe('a plugin.spec.yaml', () => {
  it('has the wheel beside it as the back end of its interface "default"', async () => {
    const wheel = buildWheel({ name: 'ticket_desk_rapid7_plugin', version: '2.1.0' });
    const answer = await post()
      .attach('descriptor', Buffer.from(spec('ticket_desk')), 'plugin.spec.yaml')
      .attach('artifact', wheel, 'ticket_desk_rapid7_plugin-2.1.0-py3-none-any.whl');
    expect(answer.body).toMatchObject({
      id: 'acme/ticket-desk',
      kind: 'insightconnect',
      interfaces: { default: { backend: { package: 'ticket-desk-rapid7-plugin', version: '2.1.0' } } },
    });
    expect(answer.status).toBe(201);
  });

  it('is listed without a back end when nothing came with it', async () => {
    const answer = await post().set('content-type', 'application/yaml').send(spec('bare_desk'));
    expect(answer.status).toBe(201);
    expect(answer.body.interfaces.default?.backend ?? null).toBeNull();
  });

  it('has no use for a front end, or for a second package', async () => {
    const tarball = await post()
      .attach('descriptor', Buffer.from(spec('front_desk')), 'plugin.spec.yaml')
      .attach('artifact', buildNpmTarball(), 'acme-zephyr-tool-1.2.0.tgz');
    expect([tarball.status, tarball.body.code]).toEqual([400, 'artifact-unused']);
    const two = await post()
      .attach('descriptor', Buffer.from(spec('two_desks')), 'plugin.spec.yaml')
      .attach('artifact', buildWheel({ name: 'one', version: '1.0' }), 'one-1.0-py3-none-any.whl')
      .attach('artifact', buildWheel({ name: 'two', version: '1.0' }), 'two-1.0-py3-none-any.whl');
    expect([two.status, two.body.code]).toEqual([400, 'artifact-unused']);
  });

  it('is deprecated from birth when it says that it is obsolete', async () => {
    const obsolete = spec('old_desk').replace('status: []', 'status: [obsolete]');
    const answer = await post().set('content-type', 'application/yaml').send(obsolete);
    expect(answer.status).toBe(201);
    expect(answer.body.deprecated).toMatchObject({ message: expect.any(String) });
  });
});

describe('a release that names packages', () => {
  const linked = (name: string, backend: string) =>
    Buffer.from(`name: ${name}\nversion: 1.0.0\nbackend: ${backend}\nbackend_component: Plugin\n`);
  const wheelFile = (version: string) => `grown-${version}-py3-none-any.whl`;
  const wheel = (version: string) => buildWheel({ name: 'grown', version });

  it('takes the newest stable version that the store holds when it leaves the version open', async () => {
    for (const version of ['1.9', '1.10', '2.0a1']) {
      const name = `holder-${version.replaceAll('.', '-')}`;
      const answer = await post()
        .attach('descriptor', linked(name, 'Grown'), 'plugin.yaml')
        .attach('artifact', wheel(version), wheelFile(version));
      expect([answer.status, answer.body.interfaces?.default?.backend?.version]).toEqual([201, version]);
    }
    const open = await post()
      .set('content-type', 'application/yaml')
      .send(linked('open', 'grown').toString());
    expect(open.body.interfaces.default.backend).toMatchObject({ package: 'grown', version: '1.10' });
  });

  it('has one version of each package, whatever was uploaded', async () => {
    const answer = await post()
      .attach('descriptor', linked('torn', 'grown'), 'plugin.yaml')
      .attach('artifact', wheel('3.0'), wheelFile('3.0'))
      .attach('artifact', wheel('3.1'), wheelFile('3.1'));
    expect([answer.status, answer.body.code]).toEqual([400, 'package-version-conflict']);
  });

  it('stays as it is when its package gets another wheel', async () => {
    const first = await post()
      .set('content-type', 'application/yaml')
      .send(linked('first', 'grown==1.10').toString());
    const more = await post()
      .attach('descriptor', linked('second', 'grown==1.10.0'), 'plugin.yaml')
      .attach('artifact', wheelFor('cp311'), 'grown-1.10-cp311-cp311-manylinux1_x86_64.whl');
    expect(more.status).toBe(201);
    expect(more.body.artifacts).toHaveLength(2);
    const again = await post()
      .set('content-type', 'application/yaml')
      .send(linked('first', 'grown==1.10').toString());
    expect([again.status, again.body]).toEqual([200, first.body]);
  });
});

function wheelFor(tag: string): Buffer {
  const files = { 'grown/__init__.py': `tag = "${tag}"\n` };
  return buildWheel({ name: 'grown', version: '1.10', files });
}
