import type { FastifyRequest } from 'fastify';
import type { ImportEntry } from '#catalog';
import { limits, RegistryError } from '#kernel';
import { unpackTar } from '#packages';
import type { ArchiveFile, Staging } from '#packages';
import { mediaTypeOf, tarTypes, unsupportedMediaType, yamlTypes } from '../platform/requests/media-type.js';
import { readParts } from '../platform/requests/read-parts.js';
import { collectDescriptor, descriptorTooLarge } from './publish-form.js';

/** The files of an import: one in YAML, several as a form, or a tar of them. */
export async function readImportEntries(
  request: FastifyRequest,
  staging: Staging,
): Promise<readonly ImportEntry[]> {
  const type = mediaTypeOf(request);
  if (yamlTypes.includes(type) && Buffer.isBuffer(request.body)) {
    return [{ name: 'descriptor', content: request.body }];
  }
  if (type === 'multipart/form-data') return readImportForm(request);
  if (tarTypes.includes(type)) return readImportTar(request, staging);
  throw unsupportedMediaType([
    'application/yaml',
    'multipart/form-data',
    'application/x-tar',
    'application/gzip',
  ]);
}

/** Every part is a file, whatever it is named; a file that is too large is refused by itself. */
async function readImportForm(request: FastifyRequest): Promise<readonly ImportEntry[]> {
  const entries: ImportEntry[] = [];
  await readParts(request, { maxParts: limits.importEntries, maxBytes: limits.importBytes }, async (part) => {
    const name = part.filename ?? part.name ?? 'descriptor';
    // The place is taken before the bytes have come, so that entries stay in their order.
    const index = entries.push({ name, content: Buffer.alloc(0) }) - 1;
    entries[index] = { name, content: await collectDescriptor(part) };
  });
  if (entries.length === 0) throw nothingToImport();
  return entries;
}

/** All of the tar is looked through before anything is published: a hostile one is refused whole. */
async function readImportTar(request: FastifyRequest, staging: Staging): Promise<readonly ImportEntry[]> {
  const source = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const staged = await staging.stage(source, { maxBytes: limits.importBytes });
  try {
    const entries: ImportEntry[] = [];
    for await (const file of unpackTar(staged, 'import')) {
      if (entries.length === limits.importEntries) throw tooManyEntries();
      entries.push({ name: file.path, content: await readTarEntry(file) });
    }
    if (entries.length === 0) throw nothingToImport();
    return entries;
  } finally {
    await staged.discard();
  }
}

async function readTarEntry(file: ArchiveFile): Promise<Buffer | RegistryError> {
  if (!/\.ya?ml$/i.test(file.path)) return notDescriptor(file.path);
  if (file.size > limits.descriptorBytes) return descriptorTooLarge();
  const chunks: Buffer[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const notDescriptor = (path: string): RegistryError =>
  new RegistryError('invalid', 'not-a-descriptor', `"${path}" is no YAML file: leave it out of the tar.`);

const tooManyEntries = (): RegistryError =>
  new RegistryError(
    'too-large',
    'too-many-entries',
    `An import has up to ${limits.importEntries} files: send it in several.`,
  );

const nothingToImport = (): RegistryError =>
  new RegistryError(
    'invalid',
    'nothing-to-import',
    'There is no file in the body: send at least one descriptor.',
  );
