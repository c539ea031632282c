import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument, stringify } from 'yaml';
import { readDescriptor } from './read-descriptor.js';
import type { Problem } from './descriptor.js';

/** Text that looks enough like a descriptor to get deep into the reader. */
const pieces = fc.constantFrom(
  ...[
    'name: a\n',
    'version: 1.0.0\n',
    'version: 1.10\n',
    'backend: b\n',
    'interfaces:\n',
    '  a:\n',
    '    - backend: b\n',
    '  ',
    '- ',
  ],
  ...[
    'plugin_spec_version: v2\n',
    'actions:\n  a: {title: b}\n',
    'connection: {a: {type: string}}\n',
    'slug: a\n',
    'versions:\n- version: 1\n',
  ],
  ...[
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    '#',
    '&a ',
    '*a',
    '!x ',
    '|\n',
    '>\n',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '---\n',
    '<<: ',
    '? ',
    '\0',
    '\ud800',
    '\ufeff',
    '👩‍🚀',
  ],
  ...[
    'form: [{type: text, name: a}]\n',
    '__proto__: 1\n',
    'default_config: {a: 1e999}\n',
    'tags: x\n',
    '%YAML 1.1\n',
  ],
);
const text = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

function expectWithin(problem: Problem, lines: readonly string[]): void {
  expect(problem.line).toBeGreaterThanOrEqual(1);
  expect(problem.line).toBeLessThanOrEqual(lines.length);
  expect(problem.column).toBeGreaterThanOrEqual(1);
  expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? '').length + 2);
  expect(problem.message).toMatch(/[.?…]$/);
  expect(problem.code).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
}

describe('readDescriptor', () => {
  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const reading = readDescriptor(bytes);
        expect(reading.valid).toBe(!reading.problems.some(({ severity }) => severity === 'error'));
        expect(reading.descriptors.length > 0).toBe(reading.valid);
      }),
      { numRuns: 500 },
    );
  });

  it('answers for any text with places that lie in it', () => {
    fc.assert(
      fc.property(text, (written) => {
        const bytes = Buffer.from(written);
        const reading = readDescriptor(bytes);
        const lines = bytes
          .toString()
          .replace(/^\ufeff/, '')
          .split(/\r\n|\r|\n/);
        for (const problem of reading.problems) expectWithin(problem, lines);
        expect(reading.descriptors.length > 0).toBe(reading.valid);
      }),
      { numRuns: 1_500 },
    );
  });

  it('answers pointers that lead somewhere', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const keys = fc.constantFrom(
      'name',
      'version',
      'backend',
      'front_end',
      'interfaces',
      'form',
      'tags',
      'runtime',
      'requires',
      'a/b',
      'x~y',
      'slug',
      'versions',
      'plugin_spec_version',
      'connection',
      'actions',
    );
    fc.assert(
      fc.property(fc.dictionary(keys, value, { noNullPrototype: true }), (plain) => {
        const written = stringify(plain);
        const document = parseDocument(written);
        for (const { pointer, code } of readDescriptor(Buffer.from(written)).problems) {
          const steps = pointer
            .split('/')
            .slice(1)
            .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
          const path = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
          expect([code, pointer, pointer === '' || document.hasIn(path) || document.hasIn(steps)]).toEqual([
            code,
            pointer,
            true,
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says the same twice', () => {
    fc.assert(
      fc.property(text, (written) =>
        expect(readDescriptor(Buffer.from(written))).toEqual(readDescriptor(Buffer.from(written))),
      ),
    );
  });
});
