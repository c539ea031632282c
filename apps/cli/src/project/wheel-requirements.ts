import { promisify } from 'node:util';
import yauzl from 'yauzl';
import type { Entry, Options, ZipFile } from 'yauzl';
import { CliFailure } from '../cli-failure.js';

const mostBytes = 4 * 1024 * 1024;

export interface WheelNeeds {
  readonly name: string;
  readonly version: string;
  /** `Requires-Dist`, as written. */
  readonly requirements: readonly string[];
  readonly requiresPython: string | undefined;
}

/** What the METADATA of a wheel says it needs. */
export async function wheelNeeds(path: string): Promise<WheelNeeds> {
  const head = (await readMetadata(path)).split(/\r?\n\r?\n/, 1)[0] ?? '';
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const all = (field: string): string[] =>
    lines.flatMap((line) =>
      line.toLowerCase().startsWith(`${field}:`) ? line.slice(field.length + 1).trim() : [],
    );
  const [name = ''] = all('name');
  const [version = ''] = all('version');
  return { name, version, requirements: all('requires-dist'), requiresPython: all('requires-python')[0] };
}

const openZip = promisify(yauzl.open.bind(yauzl)) as (path: string, options: Options) => Promise<ZipFile>;

async function readMetadata(path: string): Promise<string> {
  const damaged = new CliFailure('wheel-damaged', `${path} has no METADATA that can be read: build it anew.`);
  const zip = await openZip(path, { lazyEntries: true }).catch(() => {
    throw damaged;
  });
  return new Promise((resolve, reject) => {
    zip.on('error', () => reject(damaged));
    zip.on('end', () => reject(damaged));
    zip.on('entry', (entry: Entry) => {
      const isIt = /^[^/]+\.dist-info\/METADATA$/.test(entry.fileName) && entry.uncompressedSize <= mostBytes;
      if (!isIt) return zip.readEntry();
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('error', () => reject(damaged));
        stream.on('end', () => {
          zip.close();
          resolve(Buffer.concat(chunks).toString());
        });
      });
    });
    zip.readEntry();
  });
}
