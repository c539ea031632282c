import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreProcess } from '../store-process.js';
import { leakedIn, Typist } from './mortise.js';

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const whereThereIsPip = hasPip ? describe : describe.skip;

let folder: string;
let store: StoreProcess;
let typist: Typist;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-cli-'));
  store = await StoreProcess.start(folder);
  typist = new Typist(store.address);
  await typist.signIn('--scope', 'publish', 'manage', 'moderate', 'admin');
  await typist.json('publisher', 'acme', '--create', '--trust', 'trusted');
});

afterAll(async () => {
  expect(leakedIn(typist.printed)).toBeUndefined();
  typist.leave();
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
});

const plugin = (name: string): string => join(typist.work, name);
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));

async function versionsOf(id: string): Promise<string[]> {
  const { code, stdout } = await typist.run(['versions', id, '--json']);
  return code === 0 ? JSON.parse(stdout).items.map(({ version }: { version: string }) => version) : [];
}

whereThereIsPip('a new plugin', () => {
  beforeAll(async () => {
    await typist.json('new', 'acme/weather-station');
  });

  it('passes its own tests, in Python and in JavaScript', () => {
    const options = { cwd: plugin('weather-station'), stdio: 'pipe' as const };
    execFileSync('python3', ['-B', '-m', 'unittest', 'discover', '-s', 'python', '-t', 'python'], options);
    execFileSync('npm', ['test', '--prefix', 'web'], options);
  });

  it('has nothing left of the sample’s names, and all that follows from its descriptor', async () => {
    const names = readdirSync(plugin('weather-station'), { recursive: true }).map(String);
    expect(names).toContain('python/acme_weather_station/__init__.py');
    const files = names.filter((name) => /\.(?:py|js|json|toml|yaml|md)$/.test(name));
    const sample = files.filter((name) =>
      /sample/i.test(readFileSync(join(plugin('weather-station'), name), 'utf8')),
    );
    expect(sample).toEqual([]);
    expect((await typist.run(['refresh', '--check'], { folder: plugin('weather-station') })).code).toBe(0);
    expect((await typist.run(['validate', '--strict'], { folder: plugin('weather-station') })).code).toBe(0);
  });

  it('publishes also where nobody reads on how far it is', async () => {
    await typist.json('new', 'acme/unread');
    const { code } = await typist.run(['publish'], { folder: plugin('unread'), readsNothing: true });
    expect([code, await versionsOf('acme/unread')]).toEqual([0, ['1.0.0']]);
  });

  it('publishes as it stands: tried first, then for good, then the same again', async () => {
    const options = { folder: plugin('weather-station') };
    const tried = await typist.run(['publish', '--dry-run', '--json'], options);
    expect([tried.code, JSON.parse(tried.stdout).outcome]).toEqual([0, 'checked']);
    expect(await versionsOf('acme/weather-station')).toEqual([]);
    const published = JSON.parse((await typist.run(['publish', '--json'], options)).stdout);
    expect(published).toMatchObject({
      outcome: 'published',
      release: { id: 'acme/weather-station', version: '1.0.0' },
    });
    expect(published.release.artifacts.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      'lock',
      'tarball',
      'wheel',
    ]);
    const again = JSON.parse((await typist.run(['publish', '--json'], options)).stdout);
    expect(again.outcome).toBe('unchanged');
  });

  it('is warned of components that nothing in its files is called by, of what isn’t bundled, and of nothing that is there', async () => {
    await typist.json('new', 'acme/misnamed');
    const at = plugin('misnamed');
    const tried = () => typist.run(['publish', '--dry-run', '--no-lock'], { folder: at });
    expect((await tried()).stderr).not.toContain('component');
    const rename = (from: string, to: string) =>
      edit(join(at, 'plugin.yaml'), (text) => text.replace(from, to));
    rename('.Misnamed', '.Misnmaed');
    rename('frontend_component: Page', 'frontend_component: Pane');
    const { code, stderr } = await tried();
    expect(code).toBe(0);
    expect(stderr).toContain('called "Misnmaed"');
    expect(stderr).toContain('Did you mean "Misnamed"?');
    expect(stderr).toContain('called "Pane"');
    appendFileSync(join(at, 'web', 'src', 'index.js'), "import 'react';\n");
    expect((await tried()).stderr).toContain('imports "react", which browsers find only where a host shares');
    rename('acme_misnamed.Misnmaed', 'acme_misnamed.other:Misnamed');
    expect((await tried()).stderr).toContain('has no acme_misnamed/other.py');
  });

  it('named after a publisher that is not there goes under no other name, unless that is said', async () => {
    const made = await typist.run(['new', 'beta/gadget']);
    expect(made.stdout).toContain('mortise publisher beta --create');
    const options = { folder: plugin('gadget') };
    const line = ['publish', '--no-lock', '--dry-run'];
    const refused = await typist.run(line, options);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('`mortise publisher beta --create`');
    expect(refused.stderr).toContain('--publisher: acme');
    const said = await typist.run([...line, '--publisher', 'acme'], options);
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('acme/gadget@1.0.0')]);
  });

  it('installs untrusted too, since it has a form', async () => {
    const address = `${store.address}/api/v1/plugins/acme/weather-station/versions/1.0.0/manifest?trust=untrusted`;
    const manifest = (await (await fetch(address)).json()) as {
      interfaces: { default: { form: unknown[] } };
    };
    expect(manifest).toMatchObject({ isolation: 'container', interfaces: { default: { frontend: null } } });
    expect(manifest.interfaces.default.form).toHaveLength(2);
  });

  it('is refused with 1 where the version has other bytes, and says to raise it', async () => {
    appendFileSync(join(plugin('weather-station'), 'plugin.yaml'), '\n# another\n');
    const { code, stderr } = await typist.run(['publish', '--no-build'], {
      folder: plugin('weather-station'),
    });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/1\.0\.0/)]);
  });

  it('goes to its next version by one line and `refresh`, which touches nothing else', async () => {
    const at = plugin('weather-station');
    writeFileSync(join(at, 'notes.txt'), 'mine');
    edit(join(at, 'web', 'package.json'), (text) =>
      text.replace('"files"', '"config": { "version": "9" },\n  "files"'),
    );
    edit(join(at, 'plugin.yaml'), (text) => text.replace('version: 1.0.0', 'version: 1.1.0-beta.1'));
    const check = await typist.run(['refresh', '--check', '--json'], { folder: at });
    const changed = [
      'python/pyproject.toml',
      'python/acme_weather_station/_plugin.py',
      'web/package.json',
      'web/src/plugin.js',
    ];
    expect([check.code, JSON.parse(check.stdout).changed.sort()]).toEqual([1, changed.sort()]);
    expect(readFileSync(join(at, 'python', 'pyproject.toml'), 'utf8')).toContain('version = "1.0.0"');
    const forgotten = await typist.run(['publish', '--no-lock'], { folder: at });
    expect([forgotten.code, forgotten.stderr]).toEqual([
      1,
      expect.stringMatching(/ was uploaded, .* The descriptor says .*: run `mortise refresh`\.\n$/),
    ]);
    expect((await typist.run(['refresh'], { folder: at })).code).toBe(0);
    expect(readFileSync(join(at, 'python', 'pyproject.toml'), 'utf8')).toContain('version = "1.1.0b1"');
    expect(readFileSync(join(at, 'web', 'package.json'), 'utf8')).toContain('"config": { "version": "9" }');
    expect(readFileSync(join(at, 'notes.txt'), 'utf8')).toBe('mine');
    const published = await typist.run(['publish', '--json'], { folder: at });
    expect([published.code, JSON.parse(published.stdout).release.version]).toEqual([0, '1.1.0-beta.1']);
  });

  it('is exported whole, and published by another store from that', async () => {
    const { file, files } = await typist.json('export', 'acme/weather-station@1.0.0');
    expect(files.map(({ path }: { path: string }) => path).slice(0, 4)).toEqual([
      'plugin.yaml',
      'manifest.json',
      'manifest.jws',
      'jwks.json',
    ]);
    const otherFolder = mkdtempSync(join(tmpdir(), 'mortise-cli-'));
    const other = await StoreProcess.start(otherFolder);
    const elsewhere = new Typist(other.address);
    try {
      await elsewhere.signIn();
      await elsewhere.json('publisher', 'mirror', '--create');
      const published = await elsewhere.json('publish', join(typist.work, file), '--publisher', 'mirror');
      expect(published).toMatchObject({ outcome: 'published', release: { id: 'mirror/weather-station' } });
      const damaged = join(elsewhere.work, 'damaged.tar');
      const bytes = readFileSync(join(typist.work, file));
      bytes[bytes.indexOf('name: weather-station')] = 0x4e;
      writeFileSync(damaged, bytes);
      const refused = await elsewhere.run(['publish', damaged, '--publisher', 'mirror']);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('other bytes than its index says'),
      ]);
    } finally {
      elsewhere.leave();
      await other.stop();
      rmSync(otherFolder, { recursive: true, force: true });
    }
  });

  it.each(['123', 'null', 'true', '1e3', 'class'])('may be called %s', async (name) => {
    await typist.json('new', `acme/${name}`);
    const options = { cwd: plugin(name), stdio: 'pipe' as const };
    execFileSync('python3', ['-B', '-m', 'unittest', 'discover', '-s', 'python', '-t', 'python'], options);
    expect((await typist.run(['validate', '--strict'], { folder: plugin(name) })).code).toBe(0);
  });

  it('is not overwritten, nor is an archive', async () => {
    expect((await typist.run(['new', 'acme/weather-station'])).code).toBe(1);
    expect((await typist.run(['export', 'acme/weather-station@1.0.0'])).code).toBe(1);
  });

  it('may lie under a name with spaces and letters of any script', async () => {
    const at = join(typist.work, 'mein Ordner – 気象');
    cpSync(plugin('weather-station'), at, { recursive: true });
    edit(join(at, 'plugin.yaml'), (text) => text.replace('1.1.0-beta.1', '1.2.0'));
    expect((await typist.run(['refresh', at])).code).toBe(0);
    const { code, stdout } = await typist.run(['publish', at]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Published acme/weather-station@1.2.0')]);
  });

  it('leaves nothing half behind when it is killed at any time', async () => {
    const at = plugin('weather-station');
    edit(join(at, 'plugin.yaml'), (text) => text.replace('1.1.0-beta.1', '1.3.0'));
    await typist.run(['refresh', at]);
    for (const killAfterMs of [150, 600, 1200, 1800, 2400])
      await typist.run(['publish'], { folder: at, killAfterMs });
    const { code, stdout } = await typist.run(['publish', '--json'], { folder: at });
    expect([code, JSON.parse(stdout).release.version]).toEqual([0, '1.3.0']);
    expect(readdirSync(join(at, 'dist')).filter((name) => name === 'mortise-1.3.0')).toHaveLength(1);
  });

  it('locks the same wheel once, so that the same again has the same bytes', async () => {
    const at = plugin('weather-station');
    const digest = (): string =>
      createHash('sha256')
        .update(readFileSync(join(at, 'dist', 'mortise-1.3.0', 'pylock.toml')))
        .digest('hex');
    const before = digest();
    expect((await typist.run(['publish'], { folder: at })).code).toBe(0);
    expect(digest()).toBe(before);
    rmSync(join(at, 'dist'), { recursive: true });
    expect((await typist.run(['publish'], { folder: at })).stdout).toContain('Unchanged');
    expect(digest()).toBe(before);
  });
});

describe('what can’t be published', () => {
  it('is shown with the line, the column and the fix, and nothing is sent', async () => {
    const file = join(typist.work, 'bad.yaml');
    writeFileSync(file, 'name: Bad\nversion: 1.10\nfrontend_componet: Page\n');
    const { code, stderr } = await typist.run(['publish', file]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:2:10: error: YAML reads 1.10 as a number`);
    expect(stderr).toContain('  2 | version: 1.10\n    |          ^\n');
    expect(stderr).toContain('fix: frontend_component');
  });

  it('is found by validate with the same problems as the store finds', async () => {
    const texts = [
      '',
      'a: [',
      '- x',
      'name: A\nversion: 1.0.0\nbackend: [x]\n',
      'name: "\\u0007"\nversion: x\n\tb: 1\n',
      'name: a\nversion: 1.0.0\nform: [{type: txt}]\n',
    ];
    for (const text of texts) {
      const here = await typist.run(['validate', '-', '--json'], { input: text });
      const there = await typist.run(['validate', '-', '--remote', '--json'], { input: text });
      expect([here.code, JSON.parse(here.stdout)]).toEqual([1, JSON.parse(there.stdout)]);
    }
  });

  it.each([
    ['no-such-folder', 4],
    ['.', 4],
    ['empty.yaml', 1],
    ['binary.yaml', 1],
    ['not-an-archive.tar', 1],
  ])('%s ends with %i and a sentence', async (name, expected) => {
    writeFileSync(join(typist.work, 'empty.yaml'), '');
    writeFileSync(join(typist.work, 'binary.yaml'), Buffer.from([0, 255, 254, 1]));
    writeFileSync(join(typist.work, 'not-an-archive.tar'), 'nothing');
    const { code, stdout, stderr } = await typist.run(['publish', name]);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(/^mortise: .+/);
    expect(stderr).not.toContain('    at ');
  });

  it('says what to do where the store is away or nobody is signed in', async () => {
    const file = join(typist.work, 'fine.yaml');
    writeFileSync(file, 'name: fine\nversion: 1.0.0\nform: [{type: text, name: a}]\n');
    const away = await typist.run(['publish', file, '--publisher', 'acme'], {
      environment: { MORTISE_CLI_STORE: 'http://127.0.0.1:1', MORTISE_CLI_TOKEN: 'mrt_pat_x' },
    });
    expect(away.code).toBe(5);
    const nobody = await typist.run(['publish', file], { environment: { HOME: folder } });
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('mortise login')]);
    const other = await typist.run(['publish', file, '--publisher', 'nobody']);
    expect([3, 4]).toContain(other.code);
    expect(existsSync(join(typist.work, 'dist'))).toBe(false);
  });
});

describe('a descriptor that has several releases', () => {
  it('publishes all of them, and says of each what became of it', async () => {
    const file = fileURLToPath(
      new URL('../../../descriptors/notebook-server/notebook-server.yaml', import.meta.url),
    );
    const outcomes = async (): Promise<string[]> => {
      const { items } = await typist.json('publish', file, '--publisher', 'acme');
      return items.map(({ outcome }: { outcome: string }) => outcome);
    };
    expect(await outcomes()).toEqual(['published', 'published']);
    expect(await outcomes()).toEqual(['unchanged', 'unchanged']);
    expect((await typist.run(['publish', file, '--publisher', 'acme', '--dry-run'])).code).toBe(2);
  });
});

describe('after publishing', () => {
  const release = 'acme/steps@1.0.0';

  beforeAll(async () => {
    const file = join(typist.work, 'steps.yaml');
    writeFileSync(file, 'name: steps\nversion: 1.0.0\nform: [{type: text, name: a}]\n');
    await typist.json('publish', file, '--publisher', 'acme');
  });

  it('a version is yanked and taken back', async () => {
    await typist.json('yank', release, '--reason', 'Loses data.');
    expect((await typist.json('versions', 'acme/steps')).items[0]).toMatchObject({
      state: 'yanked',
      state_reason: 'Loses data.',
    });
    await typist.json('unyank', release);
    expect((await typist.json('show', release)).state).toBe('active');
  });

  it('a version is deprecated and taken back', async () => {
    await typist.json('deprecate', release, 'Use the other.', '--by', 'acme/other');
    expect((await typist.json('show', release)).deprecated).toEqual({
      message: 'Use the other.',
      replaced_by: 'acme/other',
    });
    await typist.json('deprecate', release, '--undo');
    expect((await typist.json('show', release)).deprecated).toBeNull();
  });

  it('a version is trusted less than its publisher, and as it again', async () => {
    await typist.json('trust', release, 'untrusted', '--reason', 'Not read.');
    expect((await typist.json('show', release)).trust).toBe('untrusted');
    await typist.json('trust', release, 'default', '--reason', 'Read.');
    expect((await typist.json('show', release)).trust).toBe('trusted');
    await typist.json('trust', 'acme', 'untrusted', '--reason', 'Not known.');
    expect((await typist.json('publisher', 'acme')).trust).toBe('untrusted');
  });

  it('a channel is set, listed and removed', async () => {
    await typist.json('channel', 'acme/steps', 'beta', '1.0.0');
    const { items } = await typist.json('channel', 'acme/steps');
    expect(items.map((item: Record<string, string>) => [item['name'], item['version']])).toEqual([
      ['latest', '1.0.0'],
      ['beta', '1.0.0'],
    ]);
    await typist.json('channel', 'acme/steps', 'beta', '--remove');
    const history = await typist.run(['channel', 'acme/steps', '--history']);
    expect(history.stdout).toContain('1.0.0 → removed  by admin');
  });

  it('plugins are found, in lines for people and in one document for programs', async () => {
    const found = await typist.run(['search', 'stepz']);
    expect([found.code, found.stdout]).toEqual([0, expect.stringMatching(/^acme\/steps +1\.0\.0/)]);
    expect(await typist.json('search', '--publisher', 'acme', '--limit', '1')).toMatchObject({
      items: [{ publisher: 'acme' }],
    });
    const nothing = await typist.run(['search', 'qqqqqq']);
    expect([nothing.code, nothing.stdout]).toEqual([0, '']);
  });
});
