import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import { errorCode } from '../folder/write-durably.js';
import { HostError, messageOf } from '../host-error.js';
import { exportedKinds, exportLimits, exportIndexName } from './export-index.js';
import type { ExportedFile, ExportIndex } from './export-index.js';

/** An archive, unpacked into a folder of its own. */
export interface OpenedArchive {
  readonly index: ExportIndex;
  /** Where a file of the index lies. */
  readonly pathOf: (file: ExportedFile) => string;
  readonly discard: () => Promise<void>;
}

const safeFilename = /^[A-Za-z0-9@_][A-Za-z0-9_.+!@~-]{0,254}$/;
const fixedNames = ['plugin.yaml', 'manifest.json', 'manifest.jws', 'jwks.json', 'pylock.toml'];

/**
 * Unpacks an archive of `mortise export`, and holds every file against the size and the digest in its index. Throws
 * `archive-damaged` for whatever is not as the index says, and what Node does where there is none; no name of the
 * archive is used as a path unchecked.
 */
export async function openArchive(path: string): Promise<OpenedArchive> {
  const { size } = await stat(path);
  const folder = await mkdtemp(join(tmpdir(), 'mortise-archive-'));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const index = await unpack(path, size, folder);
    return { index, pathOf: (file) => join(folder, file.path), discard };
  } catch (error) {
    await discard();
    throw explained(path, error);
  }
}

function explained(path: string, error: unknown): unknown {
  if (error instanceof HostError) return error;
  if (['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? ''))
    return new HostError(
      'disk-full',
      `There is no room left in ${tmpdir()} to unpack ${path}: free some, or name another folder in TMPDIR.`,
      { cause: error },
    );
  const why = messageOf(error);
  if (why.startsWith('Invalid tar header')) return damaged(path, 'it is no tar, or a compressed one');
  return damaged(path, why === 'Unexpected end of data' ? incomplete : why);
}

const damaged = (path: string, why: string): HostError =>
  new HostError('archive-damaged', `${path} is no archive of \`mortise export\` that can be used: ${why}.`);

/** Where an entry's bytes begin is left out of the types. */
interface PlacedHeader extends Header {
  readonly byteOffset?: number;
}

const incomplete = 'it is incomplete, so copy it or export it again';

async function unpack(path: string, size: number, folder: string): Promise<ExportIndex> {
  await mkdir(join(folder, 'artifacts'));
  const entries = extract();
  const fed = pipeline(createReadStream(path), entries);
  // What it fails with is told by the entries.
  fed.catch(() => undefined);
  let index: ExportIndex | undefined;
  const missing = new Map<string, ExportedFile>();
  for await (const entry of entries) {
    const { name, type, size: due, byteOffset = 0 } = entry.header as PlacedHeader;
    if (byteOffset + due > size) throw damaged(path, incomplete);
    const bytes = entry as AsyncIterable<Uint8Array>;
    if (index === undefined) {
      if (name !== exportIndexName || type !== 'file')
        throw damaged(path, `it does not begin with ${exportIndexName}`);
      index = parseIndex(path, await readSmall(path, bytes));
      for (const file of index.files) missing.set(file.path, file);
      continue;
    }
    const file = missing.get(name);
    if (file === undefined || type !== 'file') throw damaged(path, `its index does not name "${name}"`);
    await keep(path, bytes, file, join(folder, file.path));
    missing.delete(name);
  }
  await fed;
  if (index === undefined) throw damaged(path, 'it is empty');
  const [lacking] = missing.keys();
  if (lacking !== undefined) throw damaged(path, `${lacking} is not in it: ${incomplete}`);
  return index;
}

async function readSmall(path: string, entry: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of entry) {
    size += chunk.length;
    if (size > exportLimits.indexBytes) throw damaged(path, 'its index is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseIndex(path: string, text: string): ExportIndex {
  const index = JSON.parse(text) as Partial<ExportIndex> | null;
  if (index !== null && 'mortise_export' in index)
    throw damaged(path, 'it is a whole store, which `mortise-registry import` takes');
  if (index?.schema_version !== 1) throw damaged(path, 'its index is of a version that is not known here');
  const { plugin, version } = index;
  const files: readonly ExportedFile[] | undefined = index.files;
  if (typeof plugin !== 'string' || typeof version !== 'string' || !Array.isArray(files)) {
    throw damaged(path, 'its index lacks plugin, version or files');
  }
  if (files.length > exportLimits.files) throw damaged(path, `it has more than ${exportLimits.files} files`);
  const all = files as readonly ExportedFile[];
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  if (!all.every(isFile) || bytes > exportLimits.bytes) throw damaged(path, 'a file of its index can’t be');
  return index as ExportIndex;
}

function isFile({ path, size, sha256, kind }: ExportedFile): boolean {
  const filename = /^artifacts\/(.*)$/.exec(path)?.[1];
  const isNamed = filename === undefined ? fixedNames.includes(path) : safeFilename.test(filename);
  return (
    isNamed &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    exportedKinds.includes(kind)
  );
}

async function keep(
  path: string,
  entry: AsyncIterable<Uint8Array>,
  file: ExportedFile,
  to: string,
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  await mkdir(dirname(to), { recursive: true });
  await pipeline(
    entry,
    async function* (bytes: AsyncIterable<Uint8Array>) {
      for await (const chunk of bytes) {
        size += chunk.length;
        if (size > file.size) throw damaged(path, `${file.path} is larger than its index says`);
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(to, { flags: 'wx', mode: 0o600 }),
  );
  if (size !== file.size || hash.digest('hex') !== file.sha256) {
    throw damaged(path, `${file.path} has other bytes than its index says`);
  }
}
