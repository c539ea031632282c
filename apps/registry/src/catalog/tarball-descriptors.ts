import { packageOwned } from '#catalog';
import type { PackageShelf } from '#catalog';
import { limits, RegistryError } from '#kernel';
import { readTarballFile } from '#packages';
import type { BlobStore, StagedFile, Staging } from '#packages';
import type { ArrivedFile, PublishForm } from './arrived-publication.js';

const descriptorName = 'plugin.yaml';

/** Finds descriptors where npm packages bring them along: as `plugin.yaml` at their root. */
export class TarballDescriptors {
  constructor(
    private readonly shelf: PackageShelf,
    private readonly blobs: BlobStore,
    private readonly staging: Staging,
  ) {}

  /**
   * The publication that a package of the publisher offers which the store has: `npm:<name>@<version>`. Its artifact is
   * the caller's to discard. Throws `invalid-parameter`, `package-owned`, `package-version-not-found`, `descriptor-missing`.
   */
  async publicationFrom(written: string, publisher: string): Promise<PublishForm> {
    const match = /^npm:(.+)@([^@/]+)$/.exec(written);
    if (!match?.[1] || !match[2]) throw notFrom();
    const pin = { side: 'npm', package: match[1], version: match[2] } as const;
    const owner = await this.shelf.owner(pin.side, pin.package);
    const [tarball] = owner === publisher ? await this.shelf.files(pin) : [];
    if (owner !== publisher && owner !== undefined) throw packageOwned(pin);
    if (!tarball) throw notHere(written);
    const { filename, sha256 } = tarball;
    const staged = await this.staging.stage(await this.blobs.open(sha256), {
      maxBytes: limits.artifactBytes,
    });
    try {
      return { descriptor: await descriptorOf(staged, filename), artifacts: [{ filename, staged }] };
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }
}

/** The descriptor that the one tarball among the artifacts offers. Throws `descriptor-missing`. */
export async function offeredDescriptor(artifacts: readonly ArrivedFile[]): Promise<Buffer> {
  const [tarball, another] = artifacts.filter(({ filename }) => filename.endsWith('.tgz'));
  if (!tarball || another) throw descriptorMissing();
  return descriptorOf(tarball.staged, tarball.filename);
}

async function descriptorOf(staged: StagedFile, filename: string): Promise<Buffer> {
  const found = await readTarballFile(staged, filename, descriptorName);
  if (!found) throw descriptorMissing();
  return found;
}

const descriptorMissing = (): RegistryError =>
  new RegistryError(
    'invalid',
    'descriptor-missing',
    `There is no part named "descriptor", nor one npm tarball with a ${descriptorName} at its root: send one of them.`,
  );

const notFrom = (): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-parameter',
    '"from" is written npm:<name>@<version>, and goes with no body.',
    {
      details: { parameter: 'from' },
    },
  );

const notHere = (written: string): RegistryError =>
  new RegistryError(
    'not-found',
    'package-version-not-found',
    `The store has no ${written.slice(0, limits.nameInSentenceCharacters)}: publish it with npm first.`,
  );
