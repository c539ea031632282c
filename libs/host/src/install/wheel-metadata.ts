import { promisify } from 'node:util';
import yauzl from 'yauzl';
import type { ZipFile } from 'yauzl';
import { hostLimits } from '../host-limits.js';

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

const openZip = promisify(yauzl.open.bind(yauzl)) as (
  path: string,
  options: yauzl.Options,
) => Promise<ZipFile>;

/** The METADATA of a wheel, whole; throws where there is none that can be read. */
export async function readMetadata(path: string): Promise<string> {
  const zip = await openZip(path, { lazyEntries: true, autoClose: true });
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => reject(new Error('A wheel without METADATA.')));
    zip.on('entry', (entry: yauzl.Entry) => {
      const isIt = /^[^/]+\.dist-info\/METADATA$/.test(entry.fileName);
      if (!isIt || entry.uncompressedSize > hostLimits.metadataBytes) return zip.readEntry();
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', reject);
        stream.on('end', () => {
          zip.close();
          resolve(Buffer.concat(chunks).toString());
        });
      });
    });
    zip.readEntry();
  });
}
