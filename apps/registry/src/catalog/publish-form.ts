import type { FastifyRequest } from 'fastify';
import { limits, RegistryError } from '#kernel';
import type { Staging } from '#packages';
import { readParts } from '../platform/requests/read-parts.js';
import type { Part } from '../platform/requests/read-parts.js';
import type { ArrivedFile, PublishForm } from './arrived-publication.js';
import { offeredDescriptor } from './tarball-descriptors.js';

/**
 * Reads the multipart body of a publication: `descriptor` once, `artifact` up to 64 times, in any order; an npm tarball
 * may bring the descriptor along. When it throws, nothing of it is left behind; afterwards the artifacts are the caller's to discard.
 */
export async function readPublishForm(request: FastifyRequest, staging: Staging): Promise<PublishForm> {
  const artifacts: ArrivedFile[] = [];
  const descriptors: Buffer[] = [];
  const take = async (part: Part): Promise<void> => {
    if (part.name === 'artifact') artifacts.push(await stageArtifact(part, staging));
    else if (part.name === 'descriptor') descriptors.push(await collectDescriptor(part));
    else throw unknownPart(part.name);
  };
  try {
    const maxParts = limits.artifactsPerRelease + 1;
    await readParts(request, { maxParts, maxBytes: limits.publishBytes }, take);
    const [descriptor] = descriptors;
    if (descriptors.length > 1) throw descriptorRepeated(descriptors.length);
    if (artifacts.length > limits.artifactsPerRelease) throw tooManyArtifacts();
    return { descriptor: descriptor ?? (await offeredDescriptor(artifacts)), artifacts };
  } catch (error) {
    await discardAll(artifacts);
    throw error;
  }
}

export async function discardAll(artifacts: readonly ArrivedFile[]): Promise<void> {
  await Promise.all(artifacts.map(({ staged }) => staged.discard()));
}

/** The bytes of a part that is a descriptor. Throws `descriptor-too-large`. */
export async function collectDescriptor(part: Part): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of part.bytes as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limits.descriptorBytes) throw descriptorTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function stageArtifact(part: Part, staging: Staging): Promise<ArrivedFile> {
  const { filename } = part;
  if (filename === undefined || filename === '') throw filenameMissing();
  const staged = await staging.stage(part.bytes as AsyncIterable<Uint8Array>, {
    maxBytes: limits.artifactBytes,
  });
  return { filename, staged };
}

const shownCharacters = 64;

const unknownPart = (name = ''): RegistryError =>
  new RegistryError(
    'invalid',
    'unknown-part',
    `There is a part named "${name.slice(0, shownCharacters)}": send one named "descriptor", and one named "artifact" for each file.`,
  );

const descriptorRepeated = (count: number): RegistryError =>
  new RegistryError(
    'invalid',
    'descriptor-repeated',
    `There are ${count} parts named "descriptor": send one.`,
  );

const filenameMissing = (): RegistryError =>
  new RegistryError(
    'invalid',
    'artifact-filename-missing',
    'A part named "artifact" has no file name: send it as a file, e.g. with curl as -F artifact=@dist/panel-1.0.0.tgz.',
  );

const tooManyArtifacts = (): RegistryError =>
  new RegistryError(
    'invalid',
    'too-many-parts',
    `A release has up to ${limits.artifactsPerRelease} artifacts: send fewer.`,
  );

export const descriptorTooLarge = (): RegistryError =>
  new RegistryError(
    'too-large',
    'descriptor-too-large',
    `A descriptor has up to ${limits.descriptorBytes} bytes: move long texts to a page that it links to.`,
  );
