import { describe, expect, it } from '@jest/globals';
import { editPackageJson, editPyproject } from './edit-project-files.js';

const wanted = { name: 'acme-tool', version: '2.0.0' };

describe('a pyproject.toml', () => {
  it('gets another name and version, and keeps all else as it is written', () => {
    const text = `# mine\n[tool.x]\nversion = "9"\n\n[project]\nname = 'old' # why\nversion="1.0.0"\ndependencies = ["a"]\n\n[tool.y]\nname = "z"\n`;
    expect(editPyproject(text, wanted)).toBe(
      text.replace(`name = 'old' # why\nversion="1.0.0"`, `name = "acme-tool" # why\nversion="2.0.0"`),
    );
  });

  it('stays as it is where the version is dynamic, or there is no project', () => {
    for (const text of [
      '[project]\nname = "acme-tool"\ndynamic = ["version"]\n',
      '[tool.x]\nversion = "1"\n',
      '',
    ])
      expect(editPyproject(text, wanted)).toBe(text);
  });

  it('is edited in its last section too, and with Windows’ line ends', () => {
    expect(editPyproject('[project]\r\nversion = "1.0.0"\r\n', wanted)).toBe(
      '[project]\r\nversion = "2.0.0"\r\n',
    );
  });
});

describe('a package.json', () => {
  it('gets another name and version at its outermost level only', () => {
    const text = `{\n  "config": {\n    "version": "1.0.0",\n    "name": "old"\n  },\n  "name": "old",\n  "version": "1.0.0"\n}\n`;
    const edited = editPackageJson(text, wanted);
    expect(JSON.parse(edited)).toEqual({
      config: { version: '1.0.0', name: 'old' },
      name: 'acme-tool',
      version: '2.0.0',
    });
    expect(edited.split('\n')).toHaveLength(text.split('\n').length);
  });

  it('is edited in one line too, and whatever its indentation', () => {
    expect(editPackageJson('{"name":"old","version":"1.0.0"}', wanted)).toBe(
      '{"name":"acme-tool","version":"2.0.0"}',
    );
    const tabs = '{\n\t"name": "old",\n\t"dependencies": {"version": "1.0.0"},\n\t"version": "1.0.0"\n}';
    expect(JSON.parse(editPackageJson(tabs, wanted))).toEqual({
      ...wanted,
      dependencies: { version: '1.0.0' },
    });
  });

  it('stays as it is where it says so already, or says no version', () => {
    for (const text of [JSON.stringify(wanted), '{"private": true}'])
      expect(editPackageJson(text, wanted)).toBe(text);
  });
});
