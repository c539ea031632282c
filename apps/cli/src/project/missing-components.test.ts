import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDescriptor } from '#descriptor';
import { artifactSources } from './artifact-sources.js';
import { missingComponents } from './missing-components.js';

it('nothing is said of components where the files can’t be read: that is for the store to say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-components-'));
  try {
    const files = ['tool-1.0.0.tgz', 'tool-1.0.0-py3-none-any.whl'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, 'neither gzip nor zip');
    const { descriptors } = readDescriptor(
      Buffer.from(`name: Tool
version: 1.0.0
backend: {package: tool, version: 1.0.0}
backend_component: Tool
front_end: {package: tool, version: 1.0.0}
frontend_component: Panel
`),
    );
    expect(missingComponents(descriptors[0]!, await artifactSources(files))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
