import { describe, expect, it } from '@jest/globals';
import type { Problem } from './descriptor.js';
import { readDescriptor } from './read-descriptor.js';

const top = 'name: KubePlugin\nversion: 1.0.0\n';
const whole = `${top}backend: gvl\n`;
const interfaces = `${top}interfaces:\n`;

const problemsOf = (text: string): readonly Problem[] => readDescriptor(Buffer.from(text)).problems;

/** What people write who mean well, with the code, the place and the fix that they are told; nothing else is. */
const slips: readonly (readonly [text: string, code: string, place: string, fix?: string])[] = [
  // YAML
  ['name: KubePlugin\n version: 1.0.0\nbackend: gvl\n', 'yaml-syntax', '2:2'],
  ['  name: KubePlugin\nversion: 1.0.0\nbackend: gvl\n', 'yaml-syntax', '2:1'],
  [`${interfaces}  launch:\n    backend: gvl\n   form: []\n`, 'yaml-syntax', '6:4'],
  [`${whole}tags:\n\t- a\n`, 'tab-indentation', '5:1'],
  [`name: KubePlugin\nversion:1.0.0\nbackend: gvl\n`, 'yaml-syntax', '2:1', 'version: 1.0.0'],
  [`${whole}summary: Kubernetes: a cluster\n`, 'quotes-needed', '4:10', '"Kubernetes: a cluster"'],
  [`${whole}summary: Note: this: odd\n`, 'quotes-needed', '4:10', '"Note: this: odd"'],
  [`${whole}summary: "Best" plugin # ever\n`, 'quotes-needed', '4:10', '"\\"Best\\" plugin"'],
  [`${whole}summary: 'Ada's plugin'\n`, 'quotes-needed', '4:10', `"Ada's plugin"`],
  [`${whole}summary: [beta] plugin\n`, 'quotes-needed', '4:10', '"[beta] plugin"'],
  [`${whole}summary: *new* plugin\n`, 'quotes-needed', '4:10', '"*new* plugin"'],
  [`${whole}summary: > a plugin\n`, 'quotes-needed', '4:10', '"> a plugin"'],
  [`${whole}summary: %1 faster\n`, 'quotes-needed', '4:10', '"%1 faster"'],
  [`${whole}summary: \`kube\`\n`, 'quotes-needed', '4:10', '"`kube`"'],
  [`${whole}summary: *new\n`, 'unknown-anchor', '4:10'],
  [`${whole}summary: "C:\\windows"\n`, 'yaml-syntax', '4:13'],
  [`${whole}summary: A long\nsentence\n`, 'yaml-syntax', '5:1'],
  [`${whole}tags: [a, b\nsummary: x\n`, 'yaml-syntax', '5:1'],
  [`${whole}summary: "abc\ntitle: x\n`, 'yaml-syntax', '4:10'],
  ['name: "KubePlugin\nversion: 1.0.0\nbackend: gvl\n', 'yaml-syntax', '1:7'],
  [`\`\`\`yaml\n${whole}`, 'yaml-syntax', '1:1'],
  [`${whole}---\n`, 'several-documents', '4:1'],
  ['name:KubePlugin\nversion:1.0.0\n', 'not-a-map', '1:1'],
  ['~\n', 'not-a-map', '1:1'],
  // keys
  [`Name: KubePlugin\nversion: 1.0.0\nbackend: gvl\n`, 'unknown-key', '1:1', 'name'],
  [`${top}frontEnd: panel\n`, 'unknown-key', '3:1', 'front_end'],
  [`${whole}\u{1f680}: x\r\n`, 'unknown-key', '4:1'],
  [`${whole}default_config: {a: "\u{1f680}", b: .nan}\n`, 'number-not-exact', '4:30', '".nan"'],
  [`${whole}apiVersion: v1\n`, 'unknown-key', '4:1'],
  // name and version
  ['name: 42\nversion: 1.0.0\nbackend: gvl\n', 'not-text', '1:7', '"42"'],
  ['name: galaxy/kubeplugin\nversion: 1.0.0\nbackend: gvl\n', 'name-invalid', '1:7', 'kubeplugin'],
  ['name: Gr\u00f6\u00dfe\nversion: 1.0.0\nbackend: gvl\n', 'name-invalid', '1:7', 'Grosse'],
  ['name: a\nversion: 1.10\nbackend: gvl\n', 'version-not-quoted', '2:10', '"1.10.0"'],
  ['name: a\nversion: 1e3\nbackend: gvl\n', 'version-not-quoted', '2:10'],
  ['name: a\nversion: v1.2.3\nbackend: gvl\n', 'version-not-semver', '2:10', '1.2.3'],
  ['name: a\nversion: 1.0.0b1\nbackend: gvl\n', 'version-not-semver', '2:10', '1.0.0-beta.1'],
  ['name: a\nversion: 1.0-beta\nbackend: gvl\n', 'version-not-semver', '2:10', '1.0.0-beta'],
  ['name: a\nversion: 2024-01-02\nbackend: gvl\n', 'version-not-semver', '2:10'],
  // packages
  [`${top}front_end: @cloudve/kube@1.0.0 # pinned\n`, 'quotes-needed', '3:12', '"@cloudve/kube@1.0.0"'],
  [`${top}backend: gvl[extra]==1.0\n`, 'package-invalid', '3:10', 'gvl==1.0'],
  [`${top}backend: gvl==1.0; python_version<"3"\n`, 'package-invalid', '3:10', 'gvl==1.0'],
  [`${top}backend: gvl-1.0-py3-none-any.whl\n`, 'package-invalid', '3:10', 'gvl==1.0'],
  [`${top}backend: dist/gvl-1.0.tar.gz\n`, 'package-invalid', '3:10', 'gvl==1.0'],
  [`${top}backend: gvl:Launch\n`, 'package-invalid', '3:10', '{package: gvl, component: Launch}'],
  [`${top}backend: gvl~=1.0\n`, 'version-not-exact', '3:10', 'gvl==1.0'],
  [`${top}backend:\n  package: gvl\n  version: >=1.0\n`, 'quotes-needed', '5:12', '">=1.0"'],
  [`${top}backend: {package: gvl==1.0}\n`, 'package-invalid', '3:20', 'package: "gvl", version: "1.0"'],
  [`${top}backend: [gvl]\n`, 'not-text', '3:10'],
  [`${top}front_end: MyPanel\n`, 'package-invalid', '3:12', 'mypanel'],
  [`${top}front_end: "panel@^1.0.0"\n`, 'version-not-exact', '3:12', 'panel@1.0.0'],
  // interfaces
  [`${interfaces}  launch: gvl\n`, 'not-a-map', '4:11', '{backend: gvl}'],
  [`${interfaces}  - launch:\n      backend: gvl\n`, 'not-a-map', '4:3'],
  [`${interfaces}  launch:\n    - backend\n`, 'bare-scalar', '5:7', '- backend: <package>'],
  [`${interfaces}  launch: {front_end: panel}\n`, 'unknown-key', '4:12', 'frontend'],
  // the rest
  [`${whole}tags: a, "@b"\n`, 'not-a-list', '4:7', '[a, "\\"@b\\""]'],
  [`${whole}permissions: read write\n`, 'not-a-list', '4:14', '[read, write]'],
  [`${whole}icon: .\\Img\\Icon.PNG\n`, 'icon-invalid', '4:7', 'Img/Icon.png'],
  [`${whole}homepage: example.org\n`, 'url-invalid', '4:11', 'https://example.org'],
  [`${whole}homepage: http:/example.org\n`, 'url-invalid', '4:11', 'http://example.org'],
  [`${whole}repository: git@example.org:a/b.git\n`, 'url-invalid', '4:13', 'https://example.org/a/b.git'],
  [`${whole}license: apache 2\n`, 'license-not-spdx', '4:10', 'Apache-2.0'],
  [`${whole}license: MIT/Apache-2.0\n`, 'license-not-spdx', '4:10', 'MIT OR Apache-2.0'],
  [`${whole}requires: cloudlaunch>=2\n`, 'not-a-map', '4:11', '{cloudlaunch: ">=2"}'],
  [`${whole}requires: {a: ">=2,<4"}\n`, 'range-invalid', '4:15', '">=2 <4"'],
  [`${whole}requires: {a: *}\n`, 'quotes-needed', '4:15', '"*"'],
  [`${whole}runtime: {network: yes}\n`, 'not-boolean', '4:20', 'true'],
  [`${whole}runtime: {processes: "4"}\n`, 'not-number', '4:22', '4'],
  [`${top}form: {type: text, name: a}\n`, 'not-a-list', '3:7'],
  [`${top}form: [{type: text, name: keepDays}]\n`, 'form-value-invalid', '3:27', 'keep_days'],
  [`${top}form: [{type: integer, name: a, min: "3"}]\n`, 'form-value-invalid', '3:38', '3'],
];

describe('a slip of the pen', () => {
  for (const [text, code, place, fix] of slips) {
    it(`${JSON.stringify(text)} is told once, at its place, with what to write`, () => {
      const problems = problemsOf(text).filter(({ severity }) => severity === 'error');
      expect(problems.map((one) => [one.code, `${one.line}:${one.column}`, one.fix])).toEqual([
        [code, place, fix],
      ]);
    });
  }

  it('in a text that nobody could mend word by word leaves one thing said for each line', () => {
    const problems = problemsOf(`${top}form:\n  - {type: text, name: a, pattern: ^[a-z]+$}\n`);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([['yaml-syntax', 4]]);
  });

  it('of quotes that a word processor made is called that', () => {
    const [problem] = problemsOf(`${top}front_end: \u201c@a/b\u201d\n`);
    expect(problem?.message).toMatch(/typographic/);
  });

  it('two spellings of one Python version are no conflict', () => {
    const text = `${interfaces}  a: {backend: gvl==1.0}\n  b: {backend: GVL==1.0.0}\n`;
    const [descriptor] = readDescriptor(Buffer.from(text)).descriptors;
    expect(descriptor?.interfaces.b?.backend?.version).toBe('1.0');
  });
});
