import { gzipSync } from 'node:zlib';

/** An entry of a tar archive; whatever is left out is as an honest tool would write it. */
export interface TarEntryPlan {
  readonly name: string;
  readonly content?: Buffer | string;
  /** The type flag: `0` file, `1` hard link, `2` symbolic link, `3`–`4` devices, `5` folder, `6` fifo, `x` pax, … */
  readonly type?: string;
  readonly link?: string;
  /** The size field as it is written, e.g. `-1` or twelve bytes of GNU's binary form. */
  readonly size?: string | Buffer;
  readonly checksum?: number;
}

/** A tar archive, header by header, so that tests can write what no tool would. */
export function buildTar(entries: readonly TarEntryPlan[], after: Buffer = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...entries.map(tarEntry), after]);
}

export function buildTarGz(entries: readonly TarEntryPlan[], after?: Buffer): Buffer {
  return gzipSync(buildTar(entries, after));
}

/** The pax header that goes before an entry. */
export function paxHeader(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): TarEntryPlan {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  return { name: 'PaxHeader', type, content: lines.join('') };
}

/** GNU tar's way to name an entry whose name is longer than its header's field. */
export function gnuLongName(name: string): TarEntryPlan {
  return { name: '././@LongLink', type: 'L', content: `${name}\0` };
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function tarEntry(plan: TarEntryPlan): Buffer {
  const content = Buffer.from(plan.content ?? '');
  const header = Buffer.alloc(512);
  header.write(plan.name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0'.repeat(2), 108);
  Buffer.from(plan.size ?? `${content.length.toString(8).padStart(11, '0')}\0`).copy(header, 124);
  header.write('00000000000\0', 136);
  header.write(plan.type ?? '0', 156);
  header.write(plan.link ?? '', 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${(plan.checksum ?? checksumOf(header)).toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

function checksumOf(header: Buffer): number {
  const blank = Buffer.from(header);
  blank.fill(0x20, 148, 156);
  return blank.reduce((sum, byte) => sum + byte, 0);
}
