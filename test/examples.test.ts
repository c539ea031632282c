import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readDescriptor } from '#descriptor';
import { inspectArtifact } from '#packages';
import type { Artifact } from '#packages';
import { stagedBytes } from '#testing';

interface ExampleRelease {
  readonly folder: string;
  readonly descriptor: string;
  readonly artifacts: readonly string[];
  readonly trust: 'trusted' | 'untrusted' | null;
  readonly channels: readonly string[];
  readonly deprecation: { readonly message: string; readonly replaced_by?: string } | null;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const packed = join(root, 'dist', 'descriptors');
const { publisher, releases } = JSON.parse(await readFile(join(packed, 'examples.json'), 'utf8')) as {
  publisher: string;
  releases: readonly ExampleRelease[];
};

async function artifactsOf({ folder, artifacts }: ExampleRelease): Promise<Artifact[]> {
  return await Promise.all(
    artifacts.map(async (name) =>
      inspectArtifact(stagedBytes(await readFile(join(packed, folder, name))), name),
    ),
  );
}

const native = releases.filter(({ descriptor }) => descriptor === 'plugin.yaml');

describe('the examples', () => {
  it('are published as examples, a successor before what it succeeds', () => {
    expect(publisher).toBe('examples');
    expect(releases.length).toBeGreaterThanOrEqual(8);
    expect(releases.flatMap(({ channels }) => channels)).toEqual(['beta']);
    expect(releases.map(({ trust }) => trust)).toContain('untrusted');
    const folders = releases.map(({ folder }) => folder);
    expect(folders.indexOf('csv-scrubber/1.4.2')).toBeGreaterThan(folders.indexOf('table-tidy/1.0.0'));
  });

  it.each(releases)('$folder has artifacts that the store takes', async (release) => {
    expect(await artifactsOf(release)).toHaveLength(release.artifacts.length);
  });

  it.each(native)('$folder has a descriptor without a single problem', async ({ folder, descriptor }) => {
    const reading = readDescriptor(await readFile(join(packed, folder, descriptor)));
    expect(reading.problems).toEqual([]);
  });

  it.each(releases)('$folder is read whole, for its publisher', async ({ folder, descriptor }) => {
    const reading = readDescriptor(await readFile(join(packed, folder, descriptor)), { publisher });
    expect(reading.valid).toBe(true);
    expect(reading.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(reading.descriptors.length).toBe(reading.kind === 'cloudlaunch' ? 2 : 1);
  });

  it.each(native)(
    '$folder names what lies beside it, and nothing lies beside it unnamed',
    async (release) => {
      const reading = readDescriptor(await readFile(join(packed, release.folder, release.descriptor)));
      const [descriptor] = reading.descriptors;
      const named = Object.values(descriptor?.interfaces ?? {}).flatMap(({ backend, frontend }) =>
        [backend?.package, frontend?.package].filter((name) => name !== undefined),
      );
      const lying = (await artifactsOf(release)).flatMap((artifact) =>
        'package' in artifact ? [artifact] : [],
      );
      expect(new Set(lying.map((artifact) => artifact.package))).toEqual(new Set(named));
      for (const artifact of lying) if (artifact.kind === 'tarball') expect(artifact.entry).not.toBeNull();
      if (descriptor?.icon) expect(release.artifacts).toContain(descriptor.icon);
    },
  );

  it('are packed to the same bytes wherever and whenever that is done', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mortise-examples-'));
    const module = (await import(new URL('../../tools/pack-examples.mjs', import.meta.url).href)) as {
      packExamples(root: string, target: string): Promise<void>;
    };
    await module.packExamples(root, folder);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      expect((await readFile(path)).equals(await readFile(path.replace(folder, packed)))).toBe(true);
    }
    await rm(folder, { recursive: true });
  });
});
