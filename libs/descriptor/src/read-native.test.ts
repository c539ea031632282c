import { describe, expect, it } from '@jest/globals';
import { readDescriptor } from './read-descriptor.js';
import type { Problem, Reading } from './descriptor.js';

const read = (text: string): Reading => readDescriptor(Buffer.from(text));
const simple = (lines: string): Reading => read(`name: Zephyr\nversion: 1.0.0\nbackend: zephyr\n${lines}\n`);

const brief = ({ problems }: Reading): string[] => problems.map(({ code, pointer }) => `${code} ${pointer}`);
const only = (reading: Reading): Problem => {
  expect(reading.problems).toHaveLength(1);
  return reading.problems[0] as Problem;
};

describe('the simple form', () => {
  it('is one interface named default', () => {
    const reading = read(
      [
        'name: Zephyr Tool',
        'version: 1.2.0',
        'title: Zephyr',
        'categories: [storage]',
        'tags: [wind, "2024"]',
        'summary: Blows',
        'maintainer: Ada <ada@example.org>',
        'default_config: {nodes: 3, deep: {list: [1, 2.5, true, null]}}',
        'description: |',
        '  # Zephyr',
        'backend: zephyr-tool==1.0.0',
        'backend_component: ZephyrPlugin',
        'front_end: "@zephyr/panel@2.0.0"',
        'frontend_component: Panel',
        'form: [{type: text, name: host}]',
        'homepage: https://example.org/zephyr',
        'repository: https://example.org/zephyr.git',
        'license: MIT OR Apache-2.0',
        'icon: dist/icon.svg',
        'changelog: First.',
        'version_label: summer',
        'runtime: {python: ">=3.9", memory: 512Mi, cpu: 0.5, processes: 4, disk: 2Gi, timeout: 30s, network: false, cache: true, image: "python:3.11", packages: [libxml2], user: nobody, platform: linux/amd64}',
        'permissions: ["clusters:read"]',
        'requires: {cloudlaunch: ">=2.1 <4"}',
        'replaces: galaxy/breeze',
      ].join('\n'),
    );
    expect(reading.problems).toEqual([]);
    expect(reading.descriptors).toHaveLength(1);
    expect(reading.descriptors[0]).toMatchObject({
      kind: 'native',
      name: 'Zephyr Tool',
      version: '1.2.0',
      tags: ['wind', '2024'],
      description: '# Zephyr\n',
      default_config: { nodes: 3, deep: { list: [1, 2.5, true, null] } },
      interfaces: {
        default: {
          backend: { package: 'zephyr-tool', version: '1.0.0', component: 'ZephyrPlugin' },
          frontend: { package: '@zephyr/panel', version: '2.0.0', component: 'Panel' },
          form: [{ type: 'text', name: 'host' }],
        },
      },
      runtime: { python: '>=3.9', cpu: 0.5, network: false },
      permissions: ['clusters:read'],
      requires: { cloudlaunch: '>=2.1 <4' },
      operations: [],
      channels: [],
    });
  });

  it('leaves nothing undefined: what the text lacks is null or empty', () => {
    const [descriptor] = simple('').descriptors;
    expect(Object.values(descriptor ?? {})).not.toContain(undefined);
    expect(descriptor).toMatchObject({ title: null, tags: [], runtime: {}, requires: {}, license: null });
  });

  it('takes a package as a map', () => {
    const reading = read(
      'name: a\nversion: 1.0.0\nfront_end: {package: "@a/b", version: 1.2.3}\nbackend:\n  package: x\n  version: "1.0rc1"\n',
    );
    expect(reading.descriptors[0]?.interfaces.default).toEqual({
      backend: { package: 'x', version: '1.0rc1', component: null },
      frontend: { package: '@a/b', version: '1.2.3', component: null },
      form: null,
    });
  });
});

describe('the advanced form', () => {
  const interfaces = (text: string): Reading => read(`name: Zephyr\nversion: 5.0.0\ninterfaces:\n${text}\n`);

  it('takes an interface as a map and as a list of one-key maps', () => {
    const reading = interfaces(
      '  launch:\n    - backend: {package: wind, component: Launch}\n    - frontend: "@wind/ui@1.0.0"\n  admin:\n    backend: wind\n    form: [{type: boolean, name: sure}]',
    );
    expect(reading.problems).toEqual([]);
    expect(reading.descriptors[0]?.interfaces).toEqual({
      launch: {
        backend: { package: 'wind', version: null, component: 'Launch' },
        frontend: { package: '@wind/ui', version: '1.0.0', component: null },
        form: null,
      },
      admin: {
        backend: { package: 'wind', version: null, component: null },
        frontend: null,
        form: [{ type: 'boolean', name: 'sure' }],
      },
    });
  });

  it('refuses two versions of one package, whatever its spelling', () => {
    const problem = only(interfaces('  a: {backend: My_Pkg==1.0}\n  b: {backend: my-pkg==2.0}'));
    expect(problem).toMatchObject({
      code: 'package-version-conflict',
      pointer: '/interfaces/b/backend',
      line: 5,
    });
  });

  it('lets an open version mean the one that is pinned elsewhere', () => {
    const reading = interfaces('  a: {backend: wind}\n  b: {backend: wind==2.0}');
    expect(reading.descriptors[0]?.interfaces.a?.backend?.version).toBe('2.0');
  });

  it('refuses a bare word with what to write', () => {
    expect(only(interfaces('  a:\n    - backend: wind\n    - frontend'))).toMatchObject({
      code: 'bare-scalar',
      pointer: '/interfaces/a/1',
      fix: '- frontend: <package>',
    });
  });

  it('points into a form', () => {
    const problem = only(
      interfaces(
        '  a:\n    - backend: wind\n    - form:\n        - type: text\n          name: host\n          maximum: 3',
      ),
    );
    expect(problem).toMatchObject({
      code: 'unknown-key',
      pointer: '/interfaces/a/1/form/0/maximum',
      line: 9,
      column: 11,
    });
  });

  it.each([
    ['an empty interface', '  a: {}', 'interface-empty /interfaces/a'],
    ["the simple form's key", '  a: {front_end: x}', 'unknown-key /interfaces/a/front_end'],
    [
      'an item with two keys',
      '  a:\n    - backend: x\n      frontend: y',
      'item-not-one-key /interfaces/a/0',
    ],
    [
      'the same key twice',
      '  a:\n    - backend: x\n    - backend: y',
      'duplicate-key /interfaces/a/1/backend',
    ],
    ['a name that is none', '  "a b": {backend: x}', 'interface-name-invalid /interfaces/a b'],
    ['both forms at once', '  a: {backend: x}\nbackend: y', 'mixed-forms /backend'],
  ])('refuses %s', (_, text, problem) => {
    expect(brief(interfaces(text))).toContain(problem);
  });
});

describe('a version', () => {
  it.each([
    ['1', 'version-not-quoted', '"1.0.0"'],
    ['1.10', 'version-not-quoted', '"1.10.0"'],
    ['1.2.3+build', 'version-build-metadata', '1.2.3'],
    ['v1.2.3', 'version-not-semver', '1.2.3'],
    ['"1.2"', 'version-not-semver', '1.2.0'],
    ['01.2.3', 'version-not-semver', '1.2.3'],
    ['1.2.3.4', 'version-not-semver', undefined],
    ['latest', 'version-not-semver', undefined],
  ])('written %s is %s, and the fix keeps it as written', (written, code, fix) => {
    const problem = only(read(`name: a\nversion: ${written}\nbackend: b\n`));
    expect(problem).toMatchObject({ code, pointer: '/version', line: 2, column: 10 });
    expect(problem.fix).toBe(fix);
  });
});

describe('a package', () => {
  it.each([
    ['backend: "gvl>=1.0"', 'version-not-exact', 'gvl==1.0'],
    ['backend: gvl==1.*', 'version-not-exact', 'gvl==1'],
    ['backend: gvl@1.0', 'package-invalid', 'gvl==1.0'],
    ['backend: "gvl[extra]==1.0"', 'package-invalid', 'gvl==1.0'],
    ['backend: "@a/b"', 'package-invalid', undefined],
    ['backend: {package: gvl, version: 1.10}', 'version-not-quoted', '"1.10"'],
    ['backend: {package: gvl, version: one}', 'package-version-invalid', undefined],
    ['front_end: "@a/b@^1.2"', 'version-not-exact', '@a/b@1.2.0'],
    ['front_end: "@a/b@latest"', 'version-not-exact', undefined],
    ['front_end: "@A/b"', 'package-invalid', '@a/b'],
    ['front_end: a==1.0.0', 'package-invalid', 'a@1.0.0'],
    ['front_end: ../evil', 'package-invalid', undefined],
  ])('refuses %s', (line, code, fix) => {
    const problem = only(read(`name: a\nversion: 1.0.0\n${line}\n`));
    expect(problem.code).toBe(code);
    expect(problem.fix).toBe(fix);
  });
});

describe('what authors really write', () => {
  it('gets every problem in one answer, in the order of the text', () => {
    const reading = simple(
      'categories: compute\nfrontend: "@a/b"\nfronted_component: X\ntags: [2024]\nlicense: apache 2.0',
    );
    expect(brief(reading)).toEqual([
      'not-a-list /categories',
      'unknown-key /frontend',
      'unknown-key /fronted_component',
      'not-text /tags/0',
      'license-not-spdx /license',
    ]);
    expect(reading.problems.map(({ fix }) => fix)).toEqual([
      '[compute]',
      'front_end',
      'frontend_component',
      '"2024"',
      'Apache-2.0',
    ]);
    expect(reading.descriptors).toEqual([]);
  });

  it.each([
    ['name: 12', 'not-text'],
    ['homepage: javascript:alert(1)', 'url-invalid'],
    ['homepage: https://ada:secret@example.org', 'url-invalid'],
    ['permissions: ["two words"]', 'permission-invalid'],
    ['requires: {cloudlaunch: newest one}', 'range-invalid'],
    ['replaces: breeze', 'plugin-id-invalid'],
    ['icon: ../icon.png', 'icon-invalid'],
    ['icon: icon.gif', 'icon-invalid'],
    ['runtime: {cpu: lots}', 'runtime-invalid'],
    ['runtime: {python: 3.10}', 'version-not-quoted'],
    ['default_config: [1]', 'not-a-map'],
    ['default_config: {a: 12345678901234567890}', 'number-not-exact'],
    ['default_config: {a: 1e400}', 'number-not-exact'],
    ['summary: "\\ud800"', 'control-character'],
    ['summary: "a\\0b"', 'control-character'],
    ['title: ""', 'empty-text'],
    ['title: "\\u200b\\u202e"', 'empty-text'],
    ['title: "\\u200b \\u200b"', 'empty-text'],
    ['backend_component: "a b"', 'component-invalid'],
    ['frontend_component: Panel', 'component-without-package'],
    ['form: []', 'form-empty'],
  ])('%s is %s', (line, code) => {
    const lines = line.startsWith('name') ? read(`${line}\nversion: 1.0.0\nbackend: b`) : simple(line);
    expect(lines.problems.map((problem) => problem.code)).toEqual([code]);
    expect(lines.valid).toBe(false);
  });

  it('only warns of a key without a value and of an item that stands twice', () => {
    const reading = simple('summary:\ntags: [a, a]');
    expect(brief(reading)).toEqual(['empty-value /summary', 'duplicate-item /tags/1']);
    expect(reading.valid).toBe(true);
  });

  it.each([
    'backend:',
    'interfaces:',
    'interfaces: {}',
    'interfaces: {a: {backend: }}',
    'form: ~',
    'front_end: null',
  ])('finds nothing to load in "%s"', (line) => {
    const reading = read(`name: a\nversion: 1.0.0\n${line}\n`);
    expect(reading.valid).toBe(false);
    expect(reading.problems.map(({ code }) => code).join()).toMatch(/interface-empty|interfaces-count/);
  });

  it('is told to put a scoped module in quotes', () => {
    const [problem] = read('name: a\nversion: 1.0.0\nfront_end: @wind/ui@1.0.0 # ours\n').problems;
    expect(problem).toMatchObject({ code: 'quotes-needed', fix: '"@wind/ui@1.0.0"', line: 3, column: 12 });
  });

  it('says what is missing', () => {
    expect(brief(read('title: x'))).toEqual(['missing-key ', 'missing-key ', 'interface-empty ']);
  });
});

describe('an older store', () => {
  it('reads a newer descriptor and only warns of keys that it does not know', () => {
    const text = Buffer.from('name: a\nversion: 1.0.0\nbackend: {package: b, novel: 1}\nfuture: [1, 2]\n');
    expect(readDescriptor(text).valid).toBe(false);
    const reading = readDescriptor(text, { unknownKeys: 'ignore' });
    expect(reading.valid).toBe(true);
    expect(reading.problems.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
    expect(reading.descriptors[0]?.interfaces.default?.backend?.package).toBe('b');
  });
});
