/** Spaces that were put into a text: how many, and before which offset of the text as it was. */
export interface Insertion {
  readonly offset: number;
  readonly spaces: number;
  /** Where the spaces begin in the repaired text. */
  readonly repairedOffset: number;
}

/**
 * Indents the lines of quoted texts and of [lists] and {maps} that go on further left than YAML 1.2 allows.
 * YAML 1.1 parsers took them, and real foreign descriptors hold them. White space there means nothing, so the
 * repair doesn't change what the text says. Undefined when nothing needs it.
 */
export function repairIndentation(
  text: string,
): { text: string; insertions: readonly Insertion[] } | undefined {
  const insertions = new IndentationScanner(text).scan();
  if (insertions.length === 0) return undefined;
  const parts: string[] = [];
  let from = 0;
  for (const { offset, spaces } of insertions) {
    parts.push(text.slice(from, offset), ' '.repeat(spaces));
    from = offset;
  }
  return { text: parts.join('') + text.slice(from), insertions };
}

/** The offset in the text as it was of an offset in the repaired one. */
export function originalOffset(insertions: readonly Insertion[], repaired: number): number {
  let low = 0;
  let high = insertions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((insertions[middle]?.repairedOffset ?? 0) < repaired) low = middle + 1;
    else high = middle;
  }
  const last = insertions[low - 1];
  if (!last) return repaired;
  return last.offset + Math.max(0, repaired - last.repairedOffset - last.spaces);
}

/**
 * Follows a text line by line just closely enough to know where quoted texts and flow collections begin and end,
 * and how far right their lines must start. One pass; it never looks back.
 */
class IndentationScanner {
  private readonly insertions: Insertion[] = [];
  private inserted = 0;
  /** Lines further right than this belong to the block or unquoted text above. */
  private textIndent = -1;

  constructor(private readonly text: string) {}

  scan(): readonly Insertion[] {
    let at = 0;
    while (at < this.text.length) {
      const next = this.scanLine(at);
      // A quote or bracket that is never closed: what it holds can't be told, so nothing is repaired.
      if (next === undefined) return [];
      at = next;
    }
    return this.insertions;
  }

  /** Answers where the next line to look at starts. */
  private scanLine(start: number): number | undefined {
    const indent = this.indentAt(start);
    let at = start + indent;
    if (this.isBlank(at) || this.text[at] === '#') return this.lineAfter(at);
    if (this.textIndent >= 0 && indent > this.textIndent) return this.lineAfter(at);
    this.textIndent = -1;
    let base = indent;
    while (this.isMark(at, '-') || this.isMark(at, '?')) {
      base = at - start;
      at = this.skipSpaces(at + 1);
    }
    const value = this.valueAfterKey(at);
    if (value !== undefined && value !== at) base = at - start;
    return this.scanValue(this.skipProperties(value ?? at), base);
  }

  private scanValue(at: number, base: number): number | undefined {
    const first = this.text[at];
    if (this.isBlank(at) || first === '#') return this.lineAfter(at);
    if (first === '"' || first === "'") return this.restOfLine(this.scanQuoted(at, base + 1));
    if (first === '[' || first === '{') return this.restOfLine(this.scanFlow(at, base + 1));
    this.textIndent = base;
    return this.lineAfter(at);
  }

  /** Where the value starts when the line has a key at `at`; `at` itself when it has none. */
  private valueAfterKey(at: number): number | undefined {
    const first = this.text[at];
    if (first === '"' || first === "'") {
      const lineEnd = this.endOfLine(at);
      const close = this.closingQuote(at);
      if (close === undefined || close > lineEnd) return at;
      return this.isMark(close + 1, ':') ? this.skipSpaces(close + 2) : at;
    }
    if (first === '[' || first === '{' || first === '|' || first === '>') return at;
    for (let colon = at; colon < this.text.length && this.text[colon] !== '\n'; colon++) {
      if (this.isMark(colon, ':')) return this.skipSpaces(colon + 1);
      if (this.text[colon] === '#' && /\s/.test(this.text[colon - 1] ?? '')) break;
    }
    return at;
  }

  private closingQuote(open: number): number | undefined {
    const quote = this.text[open];
    for (let at = open + 1; at < this.text.length; at++) {
      if (quote === '"' && this.text[at] === '\\') at++;
      else if (this.text[at] === quote) {
        if (quote === "'" && this.text[at + 1] === "'") at++;
        else return at;
      }
    }
    return undefined;
  }

  /** Answers the offset behind the closing quote. */
  private scanQuoted(open: number, required: number): number | undefined {
    const close = this.closingQuote(open);
    if (close === undefined) return undefined;
    for (let end = this.endOfLine(open); end < close; end = this.endOfLine(end + 1)) {
      if (!this.indentLine(end + 1, required)) return undefined;
    }
    return close + 1;
  }

  /** Answers the offset behind the closing bracket. */
  private scanFlow(open: number, required: number): number | undefined {
    let depth = 0;
    for (let at = open; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === '\n' && !this.indentLine(at + 1, required)) return undefined;
      if (character === '[' || character === '{') depth++;
      if ((character === ']' || character === '}') && --depth === 0) return at + 1;
      if (character === '#' && /\s/.test(this.text[at - 1] ?? '')) at = this.endOfLine(at) - 1;
      if ((character === '"' || character === "'") && /[\s,:[{]/.test(this.text[at - 1] ?? '')) {
        const behind = this.scanQuoted(at, required);
        if (behind === undefined) return undefined;
        at = behind - 1;
      }
    }
    return undefined;
  }

  /** False when the line is a mark between documents, which ends everything. */
  private indentLine(start: number, required: number): boolean {
    const indent = this.indentAt(start);
    if (indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(this.text.slice(start, start + 4))) return false;
    if (indent >= required || this.isBlank(start + indent)) return true;
    this.insertions.push({ offset: start, spaces: required - indent, repairedOffset: start + this.inserted });
    this.inserted += required - indent;
    return true;
  }

  private indentAt(start: number): number {
    let at = start;
    while (this.text[at] === ' ') at++;
    return at - start;
  }

  private skipSpaces(start: number): number {
    let at = start;
    while (this.text[at] === ' ' || this.text[at] === '\t') at++;
    return at;
  }

  private skipProperties(start: number): number {
    let at = start;
    while (this.text[at] === '&' || this.text[at] === '!') {
      while (!/\s/.test(this.text[at] ?? '\n')) at++;
      at = this.skipSpaces(at);
    }
    return at;
  }

  private isMark(at: number, mark: string): boolean {
    return this.text[at] === mark && /\s/.test(this.text[at + 1] ?? '\n');
  }

  private isBlank(at: number): boolean {
    const character = this.text[at];
    return character === undefined || character === '\n' || character === '\r';
  }

  private endOfLine(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length : end;
  }

  private lineAfter(at: number): number {
    return this.endOfLine(at) + 1;
  }

  private restOfLine(at: number | undefined): number | undefined {
    return at === undefined ? undefined : this.lineAfter(at);
  }
}
