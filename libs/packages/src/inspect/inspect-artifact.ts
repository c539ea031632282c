import { limits } from '#kernel';
import type { Artifact } from '../artifact.js';
import { artifactRefused } from '../errors.js';
import { inspectIcon } from './inspect-icon.js';
import { inspectLock } from './inspect-lock.js';
import { inspectNpmTarball } from './inspect-npm-tarball.js';
import { inspectSdist } from './inspect-sdist.js';
import { inspectWheel } from './inspect-wheel.js';
import type { ReadableBytes } from '../staging.js';

const namesByKind = [
  { matches: /\.whl$/, inspect: inspectWheel, begins: ['504b0304', '504b0506'], content: 'a zip archive' },
  { matches: /\.tar\.gz$/, inspect: inspectSdist, begins: ['1f8b'], content: 'a gzip file' },
  { matches: /\.tgz$/, inspect: inspectNpmTarball, begins: ['1f8b'], content: 'a gzip file' },
  { matches: /^icon\.(?:png|webp|svg)$/, inspect: inspectIcon, begins: [''], content: 'an image' },
  { matches: /^pylock\.toml$/, inspect: inspectLock, begins: [''], content: 'text' },
] as const;

/**
 * What an artifact is, by its own bytes; its name has to agree with them. All of an archive is unpacked, though no
 * more than its metadata is ever held in memory. Every refusal names the file, and the archive's entry where one is
 * the reason.
 */
export async function inspectArtifact(file: ReadableBytes, filename: string): Promise<Artifact> {
  checkFilename(filename);
  const kind = namesByKind.find(({ matches }) => matches.test(filename));
  if (kind === undefined) {
    throw artifactRefused(
      'artifact-kind-unknown',
      { filename },
      'an artifact is a wheel (*.whl), a source distribution (*.tar.gz), an npm tarball (*.tgz), icon.png, icon.webp, icon.svg or pylock.toml.',
    );
  }
  const head = (await file.read(0, 8)).toString('hex');
  if (!kind.begins.some((begin) => head.startsWith(begin))) {
    throw artifactRefused(
      'artifact-name-mismatch',
      { filename },
      `by its name it should be ${kind.content}, and it isn't; send the file as it was built, under its own name.`,
    );
  }
  return await kind.inspect(file, filename);
}

function checkFilename(filename: string): void {
  if (
    /^[A-Za-z0-9_~-][A-Za-z0-9_.+!@~-]*$/.test(filename) &&
    filename.length <= limits.artifactFilenameCharacters
  )
    return;
  throw artifactRefused(
    'artifact-name-invalid',
    { filename: filename.slice(0, limits.artifactFilenameCharacters) },
    `an artifact's name has up to ${limits.artifactFilenameCharacters} letters, digits and any of "_.+!@~-", and no folder.`,
  );
}
