import { sha256Hex } from '#kernel';
import { downloadFile, tampered } from '../download-file.js';
import type { WantedFile } from '../download-file.js';
import type { HostWork } from '../host-work.js';
import type { Manifest } from './manifest.js';

/** Where the bytes of a release come from, the store or an archive. All of them are verified on their way. */
export abstract class ReleaseSource {
  /** Writes the file to `path`, which is there only when it is what was wanted. */
  abstract file(file: WantedFile, path: string): Promise<void>;
  /** The descriptor, byte for byte. */
  abstract descriptor(manifest: Manifest): Promise<Uint8Array>;
  /** The release's pylock.toml; null where it has none. */
  abstract lock(manifest: Manifest): Promise<string | null>;
}

/** The store itself. */
export class StoreSource extends ReleaseSource {
  constructor(private readonly work: Pick<HostWork, 'store' | 'signal' | 'tell'>) {
    super();
  }

  override async file(file: WantedFile, path: string): Promise<void> {
    const { store, signal, tell } = this.work;
    let done = 0;
    const show = (bytes: number): void => {
      done += bytes;
      tell({ step: 'fetch', what: file.filename, done, ...(file.size === null ? {} : { of: file.size }) });
    };
    show(0);
    await downloadFile(store, file, path, { signal, onBytes: show });
  }

  override async descriptor(manifest: Manifest): Promise<Uint8Array> {
    const { store, signal } = this.work;
    return verified('The descriptor', manifest.descriptor, () =>
      store.call('getDescriptor', whichOf(manifest), { signal }),
    );
  }

  override async lock(manifest: Manifest): Promise<string | null> {
    const { store, signal } = this.work;
    const { lock } = manifest;
    if (lock === null) return null;
    const bytes = await verified(lock.filename, lock, () =>
      store.call('manifestLock', whichOf(manifest), { signal }),
    );
    return Buffer.from(bytes).toString();
  }
}

function whichOf({ plugin: id, version }: Manifest) {
  const [publisher = '', plugin = ''] = id.split('/');
  return { publisher, plugin, version };
}

/** Bytes that are as long as promised and have the promised digest. Throws `artifact-tampered`. */
export async function verified(
  what: string,
  promised: { readonly size: number; readonly sha256: string },
  get: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const bytes = await get();
  if (bytes.length !== promised.size) throw tampered(what, `it has ${bytes.length} bytes`);
  const sha256 = sha256Hex(bytes);
  if (sha256 !== promised.sha256) throw tampered(what, 'its digest is another');
  return bytes;
}
