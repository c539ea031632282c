import type { FileHandle } from 'node:fs/promises';

/** A write may take less than it is given, e.g. on a disk that fills up. */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written)).bytesWritten;
  }
}
