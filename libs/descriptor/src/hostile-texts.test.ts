import { describe, expect, it } from '@jest/globals';
import { readDescriptor } from './read-descriptor.js';
import type { FormElement, Reading } from './descriptor.js';
import { limits } from '#kernel';

const mebibyte = limits.descriptorBytes;
const fill = (piece: string, bytes = mebibyte): string =>
  piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
const start = 'name: a\nversion: 1.0.0\nbackend: b\n';
const bombLevels = Array.from(
  { length: 9 },
  (_, i) =>
    `l${i}: &l${i} [${Array<string>(9)
      .fill(i === 0 ? 'lol' : `*l${i - 1}`)
      .join(', ')}]`,
);

const hostile: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  'an alias bomb': [`${start}default_config:\n  ${bombLevels.join('\n  ')}\n`, 'too-many-aliases'],
  'a few aliases of much': [
    `${start}default_config:\n  a: &a [${fill('1,', 4_000)}1]\n  b: [${Array<string>(90).fill('*a').join(',')}]\n`,
    'too-many-values',
  ],
  'an alias in itself': ['a: &a [*a]\n', 'alias-in-itself'],
  'an alias of nothing': [`${start}title: *nowhere\n`, 'unknown-anchor'],
  'a megabyte of [': [fill('['), 'too-deep'],
  'a megabyte of {': [fill('{'), 'too-deep'],
  'a megabyte of {a:': [fill('{a: '), 'too-deep'],
  'a megabyte of ]': [fill(']'), 'yaml-syntax'],
  'a megabyte of "- "': [fill('- '), 'too-deep'],
  'a megabyte of "? "': [fill('? '), 'too-deep'],
  'a megabyte of ": "': [fill(': '), 'too-deep'],
  'a megabyte of &a': [fill('&a '), 'too-many-tokens'],
  'a megabyte of tags': [fill('!a '), 'too-many-tokens'],
  'a megabyte of aliases': [fill('*a '), 'too-many-tokens'],
  'a megabyte of line ends': [fill('\n'), 'too-many-lines'],
  'a megabyte of comments': [fill('#\n'), 'too-many-lines'],
  'a megabyte of documents': [fill('---\n'), 'too-many-lines'],
  'a megabyte of one key': [fill('a: 1\n'), 'too-many-lines'],
  'a megabyte of CRLF': [fill('a:\r\n'), 'too-many-lines'],
  'a megabyte of CR': [fill('a: b\r'), 'too-many-lines'],
  'a megabyte of spaces': [fill(' '), 'text-too-long'],
  'a megabyte of tabs': [fill('\t'), 'text-too-long'],
  'a megabyte of NUL': [new Uint8Array(mebibyte), 'control-character'],
  'a megabyte of 0xff': [new Uint8Array(mebibyte).fill(0xff), 'not-utf-8'],
  'a megabyte in quotes': [`${start}title: "${fill('a', mebibyte - 100)}"`, 'text-too-long'],
  'a megabyte in single quotes': [`${start}title: '${fill("''", mebibyte - 100)}'`, 'text-too-long'],
  'a megabyte without an end to its quotes': [`title: "${fill('a', mebibyte - 100)}`, 'text-too-long'],
  'a megabyte without quotes': [`${start}title: ${fill('a', mebibyte - 100)}`, 'text-too-long'],
  'a megabyte in a key': [`${fill('a', mebibyte - 100)}: 1`, 'text-too-long'],
  'a megabyte of numbers in a list': [
    `${start}default_config: {a: [${fill('1,', mebibyte - 100)}1]}`,
    'too-many-tokens',
  ],
  'a megabyte of empty quotes': [fill('"" '), 'too-many-tokens'],
  'nesting by indentation, a thousand deep': [
    Array.from({ length: 1_400 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
    'too-deep',
  ],
  'more than a megabyte': [fill('a', mebibyte + 1), 'descriptor-too-large'],
  'a key that stands twice': [`${start}name: b\n`, 'duplicate-key'],
  '__proto__ as a key': [`${start}default_config: {__proto__: {polluted: true}}\n`, 'key-not-allowed'],
  '"__proto__" in quotes': [`${start}"__proto__": {polluted: true}\n`, 'key-not-allowed'],
  'constructor as a key': [
    `${start}default_config: {constructor: {prototype: {polluted: true}}}\n`,
    'key-not-allowed',
  ],
  'constructor as an interface': [
    'name: a\nversion: 1.0.0\ninterfaces: {constructor: {backend: b}}\n',
    'key-not-allowed',
  ],
  'a tab that indents': ['name: a\nversion: 1.0.0\nbackend:\n\tpackage: b\n', 'tab-indentation'],
  'NUL in a text': [`${start}title: a\0b\n`, 'control-character'],
  'half a surrogate pair in bytes': [
    Buffer.concat([Buffer.from(`${start}title: `), Buffer.from([0xed, 0xa0, 0x80])]),
    'not-utf-8',
  ],
  'half a surrogate pair as an escape': [`${start}title: "\\ud83d"\n`, 'control-character'],
  'UTF-16': [Buffer.from(`\ufeff${start}`, 'utf16le'), 'not-utf-8'],
  'two documents': [`${start}---\n${start}`, 'several-documents'],
  'a Python object': [`${start}title: !!python/object/apply:os.system ["true"]\n`, 'tag-not-allowed'],
  binary: [`${start}title: !!binary aGVsbG8=\n`, 'tag-not-allowed'],
  'a merge key': [`${start}default_config:\n  a: &a {x: 1}\n  b: {<<: *a}\n`, 'merge-key'],
  'a map as a key': [`${start}? {a: b}\n: c\n`, 'key-not-text'],
  'an integer that is too large': [
    `${start}default_config: {a: 123456789012345678901}\n`,
    'number-not-exact',
  ],
  'a number beyond all bounds': [`${start}default_config: {a: 1e400}\n`, 'number-not-exact'],
  'a number with too many digits': [
    `${start}default_config: {a: 0.12345678901234567890123}\n`,
    'number-not-exact',
  ],
  'not a number': [`${start}default_config: {a: .nan}\n`, 'number-not-exact'],
  'conflict markers': [
    `name: a\n<<<<<<< ours\nversion: 1.0.0\n=======\nversion: 2.0.0\n>>>>>>> theirs\n`,
    'conflict-markers',
  ],
  'a megabyte of wrong escapes': [`title: "${fill('\\q', 200_000)}"`, 'yaml-syntax'],
  'thousands of quotes that nobody closes': [fill('"\n', 30_000), 'yaml-syntax'],
  'thousands of hosts': [
    `${start}requires:\n${Array.from({ length: 3_000 }, (_, i) => `  h${i}: "${'>=1 <2 || '.repeat(28)}x"\n`).join('')}`,
    'list-too-long',
  ],
  nothing: ['', 'not-a-map'],
  'a list': ['- a\n', 'not-a-map'],
  'a word': ['hello', 'not-a-map'],
  'only a comment': ['# hello\n', 'not-a-map'],
};

const foreign = 'plugin_spec_version: v2\nname: a\nversion: 1.0.0\nvendor: x\n';
const fields = (type: (field: number) => string): string =>
  Array.from({ length: 9 }, (_, field) => `f${field}: {type: ${type(field)}}`).join(', ');

/** Foreign texts that are short and say much. */
const expanding: Readonly<Record<string, string>> = {
  'types that hold types': `${foreign}types:\n${Array.from({ length: 8 }, (_, i) => `  t${i}: {${fields(() => `t${i + 1}`)}}\n`).join('')}  t8: {f: {type: string}}\nconnection: {a: {type: t0}}\n`,
  'types that hold themselves': `${foreign}types: {t: {${fields(() => 't')}}}\nconnection: {a: {type: t}}\n`,
  'types that hold one another': `${foreign}types:\n${Array.from({ length: 9 }, (_, i) => `  t${i}: {${fields((field) => `t${field}`)}}\n`).join('')}connection: {a: {type: t0}}\n`,
};

const countElements = (elements: readonly FormElement[]): number =>
  elements.reduce(
    (count, { elements: inner }) =>
      count + 1 + (Array.isArray(inner) ? countElements(inner as FormElement[]) : 0),
    0,
  );

/** Time of the processor, which a busy machine doesn't lengthen much. */
function processorMs(text: string | Uint8Array): number {
  const before = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const read = (text: string | Uint8Array): Reading =>
  readDescriptor(typeof text === 'string' ? Buffer.from(text) : text);

describe('hostile text', () => {
  it.each(Object.entries(hostile))('%s gets a clear answer', (_, [text, code]) => {
    const reading = read(text);
    expect(reading.valid).toBe(false);
    expect(reading.descriptors).toEqual([]);
    expect(reading.problems.map((problem) => problem.code)).toContain(code);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('takes little of the processor; generously counted, since this machine may be busy', () => {
    const texts = [...Object.values(hostile).map(([text]) => text), ...Object.values(expanding)];
    for (const text of texts) read(text);
    expect(Math.max(...texts.map(processorMs))).toBeLessThan(5_000);
  });

  it.each(Object.entries(expanding))('%s become a form within the limits, with a warning', (_, text) => {
    const reading = read(text);
    expect(reading.valid).toBe(true);
    const form = reading.descriptors[0]?.interfaces.default?.form ?? [];
    expect(countElements(form)).toBeLessThanOrEqual(limits.formNodes);
    const codes = reading.problems.map(({ code }) => code);
    expect(codes.includes('form-too-large') || codes.includes('field-type-unknown')).toBe(true);
  });

  it.each(['\r\n', '\r'])('lines may end in %j, and be counted', (end) => {
    expect(read(`${start}titel: Wind\n`.replace(/\n/g, end)).problems).toMatchObject([
      { code: 'unknown-key', line: 4, column: 1 },
    ]);
  });

  it('a byte order mark and CRLF are no problem', () => {
    const reading = read(`\ufeff${start}title: Wind\ntags: [a]\n`.replace(/\n/g, '\r\n'));
    expect(reading.problems).toEqual([]);
    expect(reading.descriptors[0]).toMatchObject({ name: 'a', title: 'Wind', tags: ['a'] });
  });

  it('a text that comes up to every limit is read', () => {
    const reading = read(`${start}description: |\n${'  Wind and more wind.\n'.repeat(10_000)}`);
    expect(reading.problems).toEqual([]);
  });

  it('a few aliases are read', () => {
    const reading = read(`${start}default_config:\n  a: &a {x: [1, 2]}\n  b: *a\n`);
    expect(reading.descriptors[0]?.default_config).toEqual({ a: { x: [1, 2] }, b: { x: [1, 2] } });
  });

  it('thousands of problems are all told, up to a limit that says how many more there are', () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, i) => `key_number_${i}: 1`).join('\n');
    expect(read(`${start}${lines(1_924)}`).problems).toHaveLength(1_924);
    const many = read(`${start}${lines(6_000)}`);
    expect(many.problems).toHaveLength(limits.descriptorProblems);
    expect(many.problems.at(-1)).toMatchObject({ code: 'too-many-problems', severity: 'error' });
    expect(many.problems.at(-1)?.message).toContain(String(6_000 - limits.descriptorProblems + 1));
  });
});
