import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPluginSources } from './plugin-sources.js';

it.each([
  ['pyproject.toml', '[project]\nname = "tool\n', 'at line 2'],
  ['package.json', '{"name": ', 'JSON'],
])('a project file that is broken is told: %s', async (name, text, why) => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-sources-'));
  try {
    writeFileSync(join(folder, name), text);
    const looked = findPluginSources(folder);
    await expect(looked).rejects.toMatchObject({ code: 'project-unreadable' });
    await expect(looked).rejects.toThrow(join(folder, name));
    await expect(looked).rejects.toThrow(why);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
