import { crc32, deflateRawSync } from 'node:zlib';

/** A member of a zip archive; whatever is left out is as an honest tool would write it. */
export interface ZipMemberPlan {
  readonly name: string | Buffer;
  readonly content: Buffer | string;
  readonly stored?: boolean;
  /** The upper half of the external attributes: type and permissions, e.g. 0o120777 for a link. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the header before the bytes says instead. */
  readonly localName?: string;
  readonly localBytes?: number;
  /** What both headers say instead. */
  readonly bytes?: number;
  readonly crc32?: number;
  /** What the directory says instead. */
  readonly offset?: number;
  readonly extra?: Buffer;
  /** Bytes before this member that belong to none. */
  readonly before?: Buffer;
  /** Bytes after the deflate stream that the compressed size covers. */
  readonly hidden?: Buffer;
  /** Writes the sizes behind the bytes rather than before them. */
  readonly descriptor?: boolean;
  /** The same with sizes of eight bytes, as zip64 has them. */
  readonly wideDescriptor?: boolean;
}

export interface ZipPlan {
  readonly before?: Buffer;
  readonly after?: Buffer;
  readonly beforeDirectory?: Buffer;
  readonly comment?: string;
  readonly entryCount?: number;
}

interface Packed {
  readonly plan: ZipMemberPlan;
  readonly name: Buffer;
  readonly data: Buffer;
  readonly plain: Buffer;
  readonly offset: number;
}

/** A zip archive, byte by byte, so that tests can write what no tool would. */
export function buildZip(members: readonly ZipMemberPlan[], plan: ZipPlan = {}): Buffer {
  const parts: Buffer[] = [plan.before ?? Buffer.alloc(0)];
  let position = parts[0]?.length ?? 0;
  const packed = members.map((member): Packed => {
    const plain = Buffer.from(member.content);
    const compressed = member.stored === true ? plain : deflateRawSync(plain);
    const data = Buffer.concat([compressed, member.hidden ?? Buffer.alloc(0)]);
    const before = member.before ?? Buffer.alloc(0);
    const entry = {
      plan: member,
      name: Buffer.from(member.name),
      data,
      plain,
      offset: position + before.length,
    };
    const written = Buffer.concat([before, localHeader(entry), data, descriptorOf(entry)]);
    position += written.length;
    parts.push(written);
    return entry;
  });
  const gap = plan.beforeDirectory ?? Buffer.alloc(0);
  const directory = Buffer.concat(packed.map(directoryEntry));
  const end = endRecord(plan, packed.length, position + gap.length, directory.length);
  return Buffer.concat([...parts, gap, directory, end, plan.after ?? Buffer.alloc(0)]);
}

const isOpen = ({ plan }: Packed) => plan.descriptor === true || plan.wideDescriptor === true;
const flagsOf = (entry: Packed) => entry.plan.flags ?? 0x800 | (isOpen(entry) ? 8 : 0);
const methodOf = ({ plan }: Packed) => plan.method ?? (plan.stored === true ? 0 : 8);
const checksumOf = ({ plan, plain }: Packed) => plan.crc32 ?? crc32(plain);

function localHeader(entry: Packed): Buffer {
  const { plan, data, plain } = entry;
  const name = plan.localName === undefined ? entry.name : Buffer.from(plan.localName);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flagsOf(entry), 6);
  header.writeUInt16LE(methodOf(entry), 8);
  header.writeUInt16LE(0x21, 12);
  if (!isOpen(entry)) {
    header.writeUInt32LE(checksumOf(entry), 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(plan.localBytes ?? plan.bytes ?? plain.length, 22);
  }
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptorOf(entry: Packed): Buffer {
  if (!isOpen(entry)) return Buffer.alloc(0);
  const isWide = entry.plan.wideDescriptor === true;
  const descriptor = Buffer.alloc(isWide ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(checksumOf(entry), 4);
  descriptor.writeUInt32LE(entry.data.length, 8);
  descriptor.writeUInt32LE(entry.plan.bytes ?? entry.plain.length, isWide ? 16 : 12);
  return descriptor;
}

function directoryEntry(entry: Packed): Buffer {
  const { plan, name, data, plain, offset } = entry;
  const extra = plan.extra ?? Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flagsOf(entry), 8);
  header.writeUInt16LE(methodOf(entry), 10);
  header.writeUInt16LE(0x21, 14);
  header.writeUInt32LE(checksumOf(entry), 16);
  header.writeUInt32LE(data.length, 20);
  header.writeUInt32LE(plan.bytes ?? plain.length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  const isFolder = name.toString().endsWith('/');
  header.writeUInt32LE(((plan.mode ?? (isFolder ? 0o040755 : 0o100644)) << 16) >>> 0, 38);
  header.writeUInt32LE(plan.offset ?? offset, 42);
  return Buffer.concat([header, name, extra]);
}

function endRecord(plan: ZipPlan, entries: number, start: number, size: number): Buffer {
  const comment = Buffer.from(plan.comment ?? '');
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(plan.entryCount ?? entries, 8);
  record.writeUInt16LE(plan.entryCount ?? entries, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(start, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}
