import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { hostLimits } from '../../host-limits.js';

/** What a wheel needs beside itself (`Requires-Dist` of its METADATA), as written; undefined when nothing can be read of it. */
export async function wheelRequirements(path: string): Promise<readonly string[] | undefined> {
  const metadata = await readMetadata(path).catch(() => undefined);
  if (metadata === undefined) return undefined;
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return head
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => /^requires-dist:\s*(.*)$/i.exec(line)?.[1] ?? []);
}

/** The METADATA of a wheel, whole; throws where there is none that can be read. */
export async function readMetadata(path: string): Promise<string> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const isIt = /^[^/]+\.dist-info\/METADATA$/.test(entry.fileName);
      if (isIt && entry.uncompressedSize <= hostLimits.metadataBytes)
        return await text(await zip.openReadStreamPromise(entry));
    }
  } finally {
    zip.close();
  }
  throw new Error('A wheel without METADATA.');
}
