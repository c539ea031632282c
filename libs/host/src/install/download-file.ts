import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { StoreClient } from '#client';
import { checkFilename } from '../folder/checked-name.js';
import { diskFailure } from '../folder/write-durably.js';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';

/** A file of the store by its digest; where the store says that it lies is not asked for. */
export interface WantedFile {
  readonly filename: string;
  /** In hex. */
  readonly sha256: string;
  /** In bytes; null where nobody said. */
  readonly size: number | null;
  /** Where it lies when it is none of a release: on the store, or nothing is fetched. Null: by its digest. */
  readonly url: string | null;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Fetches a file, verifies its size and digest while it comes, and writes it to `path`, which is there only when it is what
 * was wanted. Throws `artifact-tampered`, `artifact-too-large`, `disk-full`.
 */
export async function downloadFile(
  store: StoreClient,
  file: WantedFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const filename = checkFilename(file.filename);
  if (!/^[0-9a-f]{64}$/.test(file.sha256)) throw tampered(filename, 'its digest is none');
  const limit = Math.min(file.size ?? Infinity, hostLimits.artifactBytes);
  if ((file.size ?? 0) > hostLimits.artifactBytes) throw tooLarge(filename);
  const named = { ...(options.signal && { signal: options.signal }) };
  const download =
    file.url === null
      ? await store.open('getArtifact', { sha256: file.sha256, filename }, named)
      : await store.download(ownAddress(store.address, file.url), named);
  let isWhole = false;
  try {
    await receive(download.body, { file, limit, path, onBytes: options.onBytes });
    isWhole = true;
  } catch (error) {
    throw diskFailure(error);
  } finally {
    if (!isWhole) {
      await download.cancel();
      await rm(path, { force: true });
    }
  }
}

/**
 * A file of the store's Python index at the address by which this host reaches the store, whatever name the store has for
 * itself: the digest says whether it is the one that is meant.
 */
function ownAddress(store: string, address: string): string {
  const path = /\/(?:pypi|api\/v1)\/.*$/.exec(new URL(address).pathname)?.[0];
  return path === undefined ? address : `${store}${path}`;
}

interface Reception {
  readonly file: WantedFile;
  readonly limit: number;
  readonly path: string;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

async function receive(
  body: AsyncIterable<Uint8Array>,
  { file, limit, path, onBytes }: Reception,
): Promise<void> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx', 0o644);
  try {
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit)
        throw file.size === null ? tooLarge(file.filename) : tampered(file.filename, 'it is longer');
      hash.update(chunk);
      await handle.writeFile(chunk);
      onBytes?.(chunk.length);
    }
    if (file.size !== null && size !== file.size) throw tampered(file.filename, `it has ${size} bytes`);
    if (hash.digest('hex') !== file.sha256) throw tampered(file.filename, 'its digest is another');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const tampered = (filename: string, why: string): HostError =>
  new HostError(
    'artifact-tampered',
    `${filename} is not what the manifest promises (${why}). Nothing was installed; if it happens again, somebody changes what the store sends, or its files are damaged.`,
  );

const tooLarge = (filename: string): HostError =>
  new HostError(
    'artifact-too-large',
    `${filename} is larger than the ${hostLimits.artifactBytes} bytes that a file may have here.`,
  );
