/* eslint-disable @typescript-eslint/no-non-null-assertion -- typed arrays, read within their bounds */
import { worth } from '#search';
import { IndexDamaged } from './index-damaged.js';
import { blockSlots } from './schema.js';

/** What ranking, sorting and facets need of one document. */
export interface SlotRecord {
  readonly id: string;
  readonly withdrawn: boolean;
  readonly deprecated: boolean;
  readonly downloads: number;
  readonly updatedAt: number;
  readonly titleWords: number;
  readonly nameWords: number;
  /** Ids of facet values. */
  readonly values: readonly number[];
}

/** What a slot's byte of states is made of; 0 where the slot is empty. */
const stateBits = { live: 1, withdrawn: 2, deprecated: 4 } as const;

const headerBytes = 16;
const multipleOf = (unit: number, bytes: number) => Math.ceil(bytes / unit) * unit;

interface Sizes {
  readonly slots: number;
  readonly idBytes: number;
  readonly values: number;
}

function layout({ slots, idBytes, values }: Sizes) {
  const downloads = headerBytes;
  const updatedAt = downloads + 8 * slots;
  const idEnds = updatedAt + 8 * slots;
  const valueEnds = idEnds + 4 * (slots + 1);
  const facetValues = valueEnds + 4 * (slots + 1);
  const states = facetValues + 4 * values;
  const titleWords = states + slots;
  const nameWords = titleWords + slots;
  const ids = nameWords + slots;
  return { downloads, updatedAt, idEnds, valueEnds, facetValues, states, titleWords, nameWords, ids, end: multipleOf(8, ids + idBytes) };
} // prettier-ignore

/** How long a slot's own part is, where `ends` has the slot. */
function lengthAt(ends: Uint32Array | undefined, slot: number): number {
  return ends === undefined || slot + 1 >= ends.length ? 0 : ends[slot + 1]! - ends[slot]!;
}

/**
 * The columns of up to 4096 documents, as typed arrays over one buffer that is stored as it is. A document's id and
 * its facet values lie between the ends of its neighbour's and its own.
 */
export class BlockColumns {
  readonly slots: number;
  readonly downloads: Float64Array;
  readonly updatedAt: Float64Array;
  readonly idEnds: Uint32Array;
  readonly valueEnds: Uint32Array;
  readonly values: Uint32Array;
  readonly states: Uint8Array;
  readonly titleWords: Uint8Array;
  readonly nameWords: Uint8Array;
  readonly ids: Uint8Array;
  #worth: Float64Array | undefined;

  private constructor(
    readonly bytes: ArrayBuffer,
    { slots, idBytes, values }: Sizes,
  ) {
    const at = layout({ slots, idBytes, values });
    if (at.end !== bytes.byteLength) throw new IndexDamaged('a block of columns has a wrong length');
    this.slots = slots;
    this.downloads = new Float64Array(bytes, at.downloads, slots);
    this.updatedAt = new Float64Array(bytes, at.updatedAt, slots);
    this.idEnds = new Uint32Array(bytes, at.idEnds, slots + 1);
    this.valueEnds = new Uint32Array(bytes, at.valueEnds, slots + 1);
    this.values = new Uint32Array(bytes, at.facetValues, values);
    this.states = new Uint8Array(bytes, at.states, slots);
    this.titleWords = new Uint8Array(bytes, at.titleWords, slots);
    this.nameWords = new Uint8Array(bytes, at.nameWords, slots);
    this.ids = new Uint8Array(bytes, at.ids, idBytes);
  }

  static decode(stored: Uint8Array): BlockColumns {
    const whole = stored.byteOffset === 0 && stored.byteLength === stored.buffer.byteLength;
    const bytes = (whole ? stored.buffer : stored.slice().buffer) as ArrayBuffer;
    if (bytes.byteLength < headerBytes) throw new IndexDamaged('a block of columns is cut off');
    const [slots, idBytes, values] = new Uint32Array(bytes, 0, 3);
    if (slots! > blockSlots) throw new IndexDamaged('a block of columns is too large');
    const columns = new BlockColumns(bytes, { slots: slots!, idBytes: idBytes!, values: values! });
    if (columns.idEnds[slots!] !== idBytes || columns.valueEnds[slots!] !== values) {
      throw new IndexDamaged('a block of columns does not add up');
    }
    return columns;
  }

  /** The columns with some slots changed; null empties a slot. `previous` undefined: a new block. */
  static changed(
    previous: BlockColumns | undefined,
    changes: ReadonlyMap<number, SlotRecord | null>,
  ): BlockColumns {
    const slots = Math.max(previous?.slots ?? 0, ...[...changes.keys()].map((slot) => slot + 1));
    const sizes = { slots, idBytes: previous?.ids.length ?? 0, values: previous?.values.length ?? 0 };
    for (const [slot, record] of changes) {
      sizes.idBytes += (record?.id.length ?? 0) - lengthAt(previous?.idEnds, slot);
      sizes.values += (record?.values.length ?? 0) - lengthAt(previous?.valueEnds, slot);
    }
    const bytes = new ArrayBuffer(layout(sizes).end);
    new Uint32Array(bytes, 0, 3).set([sizes.slots, sizes.idBytes, sizes.values]);
    const columns = new BlockColumns(bytes, sizes);
    for (let slot = 0; slot < slots; slot += 1) {
      const change = changes.get(slot);
      if (change === undefined) columns.#copy(slot, previous);
      else columns.#write(slot, change);
    }
    return columns;
  }

  get worth(): Float64Array {
    this.#worth ??= this.downloads.map((downloads, slot) => worth(downloads, this.isDeprecated(slot)));
    return this.#worth;
  }

  isEmpty(slot: number): boolean {
    return this.states[slot] === 0;
  }

  isWithdrawn(slot: number): boolean {
    return (this.states[slot]! & stateBits.withdrawn) !== 0;
  }

  isDeprecated(slot: number): boolean {
    return (this.states[slot]! & stateBits.deprecated) !== 0;
  }

  id(slot: number): string {
    return String.fromCharCode(...this.ids.subarray(this.idEnds[slot], this.idEnds[slot + 1]));
  }

  #copy(slot: number, from: BlockColumns | undefined): void {
    const idStart = this.idEnds[slot]!;
    const valueStart = this.valueEnds[slot]!;
    const idLength = lengthAt(from?.idEnds, slot);
    const valueLength = lengthAt(from?.valueEnds, slot);
    this.idEnds[slot + 1] = idStart + idLength;
    this.valueEnds[slot + 1] = valueStart + valueLength;
    if (from === undefined || slot >= from.slots) return;
    this.states[slot] = from.states[slot]!;
    this.downloads[slot] = from.downloads[slot]!;
    this.updatedAt[slot] = from.updatedAt[slot]!;
    this.titleWords[slot] = from.titleWords[slot]!;
    this.nameWords[slot] = from.nameWords[slot]!;
    const idFrom = from.idEnds[slot]!;
    for (let at = 0; at < idLength; at += 1) this.ids[idStart + at] = from.ids[idFrom + at]!;
    const valueFrom = from.valueEnds[slot]!;
    for (let at = 0; at < valueLength; at += 1) this.values[valueStart + at] = from.values[valueFrom + at]!;
  }

  #write(slot: number, record: SlotRecord | null): void {
    const [idStart, valueStart] = [this.idEnds[slot]!, this.valueEnds[slot]!];
    this.idEnds[slot + 1] = idStart + (record?.id.length ?? 0);
    this.valueEnds[slot + 1] = valueStart + (record?.values.length ?? 0);
    if (record === null) return;
    this.states[slot] =
      stateBits.live |
      (record.withdrawn ? stateBits.withdrawn : 0) |
      (record.deprecated ? stateBits.deprecated : 0);
    this.downloads[slot] = record.downloads;
    this.updatedAt[slot] = record.updatedAt;
    this.titleWords[slot] = record.titleWords;
    this.nameWords[slot] = record.nameWords;
    // Ids are ASCII: a character is a byte.
    for (let at = 0; at < record.id.length; at += 1) this.ids[idStart + at] = record.id.charCodeAt(at);
    this.values.set(record.values, valueStart);
  }
}
