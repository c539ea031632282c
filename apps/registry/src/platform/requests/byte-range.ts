export interface RequestedRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * The one range of bytes that a `Range` header asks for (RFC 9110, section 14.1). Undefined where the whole is to be
 * sent: no header, another unit, several ranges, or something that can't be read.
 */
export function parseByteRange(
  header: string | undefined,
  size: number,
): RequestedRange | 'unsatisfiable' | undefined {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
