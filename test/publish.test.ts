import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { buildNpmTarball, buildSdist, buildWheel } from '#testing';
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

const path = (publisher: string) => `/api/v1/publishers/${publisher}/releases`;

function publishYaml(yaml: string, query = '') {
  return request(store.server)
    .post(path('acme') + query)
    .set('authorization', `Bearer ${token}`)
    .set('content-type', 'application/yaml')
    .send(yaml);
}

function publishForm(yaml: string, files: Record<string, Buffer>, query = '') {
  const form = request(store.server)
    .post(path('acme') + query)
    .set('authorization', `Bearer ${token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml');
  for (const [name, bytes] of Object.entries(files)) form.attach('artifact', bytes, name);
  return form;
}

const formOnly = (name: string, version: string, extra = '') =>
  `name: ${name}\nversion: ${version}\n${extra}interfaces:\n  backup:\n    form: [{type: integer, name: keep_days, label: Keep for}]\n`;

const linked = (name: string, version: string) =>
  `name: ${name}
version: ${version}
summary: Joins a front end to a back end
backend: {package: zephyr-tool, version: 1.2.0}
backend_component: Plugin
front_end: {package: "@acme/zephyr-tool", version: 1.2.0}
frontend_component: Panel
`;

describe('publishing', () => {
  it('answers 201 with the release, where it lies, and 200 for the same again', async () => {
    const first = await publishYaml(formOnly('Form_Only', '1.0.0'));
    expect(first.body).toMatchObject({ id: 'acme/form-only', name: 'Form_Only', version: '1.0.0' });
    expect(first.status).toBe(201);
    expect(first.headers['location']).toMatch(/\/api\/v1\/plugins\/acme\/form-only\/versions\/1\.0\.0$/);
    const again = await publishYaml(formOnly('Form_Only', '1.0.0'));
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    const other = await publishYaml(formOnly('Form_Only', '1.0.0', 'summary: Other\n'));
    expect(other.status).toBe(409);
    expect(other.body.code).toBe('version-taken');
  });

  it('publishes a wheel, an sdist and a tarball with their descriptor, in any order', async () => {
    const files = {
      'zephyr_tool-1.2.0-py3-none-any.whl': buildWheel(),
      'zephyr-tool-1.2.0.tar.gz': buildSdist(),
      'acme-zephyr-tool-1.2.0.tgz': buildNpmTarball(),
    };
    const answer = await publishForm(linked('Linked', '2.0.0'), files);
    expect(answer.body).toMatchObject({
      interfaces: { default: { backend: { package: 'zephyr-tool', version: '1.2.0', component: 'Plugin' } } },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.artifacts.map((artifact: { kind: string }) => artifact.kind).sort()).toEqual([
      'sdist',
      'tarball',
      'wheel',
    ]);
    const unpinned = await publishYaml(linked('Linked', '2.0.1').replaceAll(', version: 1.2.0', ''));
    expect(unpinned.body.interfaces?.default?.frontend?.version).toBe('1.2.0');
    expect(unpinned.status).toBe(201);
    expect(unpinned.body.artifacts).toHaveLength(3);
  });

  it('refuses artifacts that the descriptor does not name or contradicts, and packages that nobody has', async () => {
    const unused = await publishForm(formOnly('unused', '1.0.0'), {
      'zephyr_tool-1.2.0-py3-none-any.whl': buildWheel(),
    });
    expect([unused.status, unused.body.code]).toEqual([400, 'artifact-unused']);
    const wrong = await publishForm(linked('wrong', '1.0.0'), {
      'zephyr_tool-1.3.0-py3-none-any.whl': buildWheel({ version: '1.3.0' }),
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'artifact-version-mismatch']);
    const missing = await publishYaml(linked('missing', '1.0.0').replaceAll('1.2.0', '9.9.9'));
    expect([missing.status, missing.body.code]).toEqual([422, 'package-not-found']);
    expect(missing.body.packages).toHaveLength(2);
  });

  it('tells all that a dry run would do, and writes nothing', async () => {
    const dry = await publishYaml(formOnly('dry', '1.0.0'), '?dry_run=true');
    expect([dry.status, dry.body.id]).toEqual([200, 'acme/dry']);
    expect((await publishYaml(formOnly('dry', '1.0.0'))).status).toBe(201);
  });

  it('tells every problem of a descriptor at once', async () => {
    const answer = await publishYaml('name: x\nversion: 1.10\nfrontend_componet: Y\n');
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-descriptor']);
    expect(answer.body.problems.length).toBeGreaterThan(1);
  });
});
