import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkForm } from './check-form.js';

const codes = (form: unknown): string[] => checkForm(form).map(({ code, pointer }) => `${code} ${pointer}`);

describe('a form', () => {
  it('takes an element of every type', () => {
    expect(
      checkForm([
        {
          type: 'text',
          name: 'host',
          label: 'Host',
          pattern: '^([a-z0-9-]+\\.)+[a-z]+$',
          format: 'hostname',
          default: 'a.example',
        },
        { type: 'integer', name: 'keep_days', label: 'Keep for', min: 1, max: 365, default: 30 },
        { type: 'number', name: 'ratio', min: 0, max: 1, step: 0.1 },
        { type: 'boolean', name: 'dry_run', default: false },
        {
          type: 'select',
          name: 'mode',
          options: ['fast', { value: 'slow', label: 'Slow', selected: true }],
          default: 'fast',
        },
        { type: 'select', name: 'region', options_from: { operation: 'list_regions', depends_on: ['mode'] } },
        { type: 'secret', name: 'password', required: true },
        { type: 'date', name: 'since', format: 'date', when: { equals: { dry_run: true } } },
        { type: 'file', name: 'key_file', accept: ['.pem'], max_bytes: 1000 },
        { type: 'list', name: 'names', items: { type: 'text', max_length: 5 }, max_items: 3, default: ['a'] },
        { type: 'repeat', name: 'disks', max: 4, elements: [{ type: 'integer', name: 'size' }] },
        { type: 'section', label: 'More', elements: [{ type: 'text', name: 'note', multiline: true }] },
        { type: 'conditional', test: 'mode', cases: { fast: [{ type: 'text', name: 'how' }], slow: [] } },
        { type: 'table', name: 'rows', columns: [{ name: 'a' }], rows: [{ a: 1 }] },
        { type: 'action', label: 'Test', operation: 'test', confirm: true },
        { type: 'message', level: 'warning', text: 'Costs *money*' },
        { type: 'link', url: 'https://example.org', text: 'Read' },
        { type: 'markdown', text: '# Hello\n\n`<b>` is code' },
        { type: 'hidden', name: 'kind', value: 'x' },
      ]),
    ).toEqual([]);
  });

  it.each([
    ['an unknown type, with a hint', [{ type: 'string', name: 'a' }], 'form-type-unknown /0/type'],
    ['an unknown key', [{ type: 'text', name: 'a', minimum: 1 }], 'unknown-key /0/minimum'],
    ['a reference', [{ type: 'text', name: 'a', $ref: '#/x' }], 'reference-not-allowed /0/$ref'],
    ['a name with capitals', [{ type: 'text', name: 'aB' }], 'form-value-invalid /0/name'],
    ['a missing name', [{ type: 'text' }], 'missing-key /0'],
    [
      'a name used twice',
      [
        { type: 'text', name: 'a' },
        { type: 'section', elements: [{ type: 'text', name: 'a' }] },
      ],
      'form-name-taken /1/elements/0/name',
    ],
    [
      'a default that is no member',
      [{ type: 'select', name: 'a', options: ['x'], default: 'y' }],
      'form-default-invalid /0/default',
    ],
    [
      'a default beyond the maximum',
      [{ type: 'integer', name: 'a', max: 3, default: 4 }],
      'form-default-invalid /0/default',
    ],
    [
      'a default of a boolean that is a text',
      [{ type: 'boolean', name: 'a', default: 'yes' }],
      'form-default-invalid /0/default',
    ],
    ['a default of a secret', [{ type: 'secret', name: 'a', default: 'x' }], 'unknown-key /0/default'],
    ['crossed bounds', [{ type: 'integer', name: 'a', min: 3, max: 2 }], 'form-bounds-crossed /0/min'],
    [
      'a pattern that does not compile',
      [{ type: 'text', name: 'a', pattern: '(' }],
      'pattern-invalid /0/pattern',
    ],
    [
      'a pattern that takes for ever',
      [{ type: 'text', name: 'a', pattern: '^(a+)+$' }],
      'pattern-perilous /0/pattern',
    ],
    [
      'a repeat without an end',
      [{ type: 'repeat', name: 'a', elements: [{ type: 'text', name: 'b' }] }],
      'missing-key /0',
    ],
    [
      'a case that is missing',
      [
        { type: 'boolean', name: 'a' },
        { type: 'conditional', test: 'a', cases: { true: [] } },
      ],
      'conditional-case-missing /1/cases',
    ],
    [
      'a test that is not there',
      [{ type: 'conditional', test: 'a', cases: { true: [] } }],
      'conditional-test-unknown /0/test',
    ],
    [
      'a condition on nothing',
      [{ type: 'text', name: 'a', when: { present: 'b' } }],
      'condition-unknown-field /0/when',
    ],
    ['a condition that is code', [{ type: 'text', name: 'a', when: 'a == 1' }], 'condition-invalid /0/when'],
    [
      'conditions in a circle',
      [
        { type: 'text', name: 'a', when: { present: 'b' } },
        { type: 'text', name: 'b', when: { present: 'a' } },
      ],
      'condition-circular ',
    ],
    ['a script address', [{ type: 'link', url: 'javascript:alert(1)' }], 'form-value-invalid /0/url'],
    ['HTML in Markdown', [{ type: 'markdown', text: 'a <script>x</script>' }], 'html-not-allowed /0/text'],
    [
      'an image',
      [{ type: 'markdown', text: '![x](https://example.org/x.png)' }],
      'image-not-allowed /0/text',
    ],
    ['a script link', [{ type: 'markdown', text: '[x](java\nscript:alert(1))' }], 'link-not-allowed /0/text'],
    ['a template', [{ type: 'text', name: 'a', label: '{{ x }}' }], 'template-expression /0/label'],
    ['a map in place of the list', { type: 'text' }, 'not-a-list '],
    ['an empty form', [], 'form-empty '],
    ['a bare word', ['text'], 'not-a-map /0'],
  ])('refuses %s', (_, form, problem) => {
    expect(codes(form)).toContain(problem);
  });

  it('nests at most eight deep and has at most 500 elements', () => {
    const nested = (depth: number): unknown =>
      depth === 1 ? [{ type: 'text', name: 'a' }] : [{ type: 'section', elements: nested(depth - 1) }];
    expect(codes(nested(8))).toEqual([]);
    expect(codes(nested(9)).join()).toContain('form-too-deep');
    const wide = (count: number): unknown =>
      Array.from({ length: count }, (_, i) => ({ type: 'text', name: `a${i}` }));
    expect(codes(wide(500))).toEqual([]);
    expect(codes(wide(501))).toEqual(['form-too-large /500']);
  });

  it('reads a newer form with warnings', () => {
    const [problem] = checkForm([{ type: 'text', name: 'a', novel: 1 }], { unknownKeys: 'ignore' });
    expect(problem).toMatchObject({ code: 'unknown-key', severity: 'warning' });
  });

  it.each([
    [{ type: 'table', name: 'a', columns: ['x'] }, 'form-value-invalid /0/columns'],
    [{ type: 'table', name: 'a', columns: [{ name: 'x', width: 3 }] }, 'unknown-key /0/columns'],
    [{ type: 'table', name: 'a', columns: [{ name: 'x' }], rows: 7 }, 'form-value-invalid /0/rows'],
    [
      { type: 'table', name: 'a', columns: [{ name: 'x' }], rows_from: 'https://example.org' },
      'form-value-invalid /0/rows_from',
    ],
    [{ type: 'select', name: 'a', options_from: 'list' }, 'form-value-invalid /0/options_from'],
    [{ type: 'select', name: 'a', options: [1], options_from: 7 }, 'form-value-invalid /0/options_from'],
    [{ type: 'action', operation: 'run', confirm: 7 }, 'not-boolean /0/confirm'],
    [{ type: 'hidden', name: 'a', value: { b: 1 } }, 'form-value-invalid /0/value'],
    [{ type: 'hidden', name: 'a', value: '${HOME}' }, 'template-expression /0/value'],
  ])('refuses in %j what a host could not show', (element, complaint) => {
    expect(codes([element])).toEqual([complaint]);
  });

  it('answers for any value whatsoever', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        (value) => Array.isArray(checkForm([value])) && Array.isArray(checkForm(value)),
      ),
    );
  });

  it.each([
    '^[a-z]+$',
    '^([a-z0-9-]+\\.)*[a-z]+$',
    '^\\d{1,3}(\\.\\d{1,3}){3}$',
    '(foo|bar)+',
    '^(\\w+,)*\\w+$',
  ])('takes the pattern %s', (pattern) => {
    expect(codes([{ type: 'text', name: 'a', pattern }])).toEqual([]);
  });

  it.each(['(a*)*', '(a|a)*', '(\\w+\\s?)*', '((ab)+)+', '(?=a)b', '(a)\\1', '([a-z]+){20,}', '(.*,)*'])(
    'refuses the pattern %s',
    (pattern) => {
      expect(codes([{ type: 'text', name: 'a', pattern }])).toEqual(['pattern-perilous /0/pattern']);
    },
  );
});
