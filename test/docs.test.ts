import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { descriptorJsonSchema, readDescriptor } from '#descriptor';
import type { Reading } from '#descriptor';
import { limits } from '#kernel';
import { settingsRows } from '../apps/registry/src/platform/settings/describe-settings.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(join(root, 'docs', 'descriptors.md'), 'utf8');

const read = (text: string): Reading => readDescriptor(Buffer.from(text));

/** The fenced blocks of that sort, by the line on which each begins. */
function blocksOf(info: string): [line: number, text: string][] {
  const fences = page.matchAll(new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return Array.from(fences, (match) => [page.slice(0, match.index).split('\n').length, match[1] ?? '']);
}

/** Every hyphenated word in the sources of the two libraries that isn't known to be something else than a code. */
async function codesInSources(): Promise<Set<string>> {
  const others = new Set(['date-time', 'utf-8', 'spdx-expression-parse']);
  const texts = await Promise.all(
    ['descriptor', 'form'].map(async (library) => {
      const folder = join(root, 'libs', library, 'src');
      const names = (await readdir(folder)).filter((name) => /(?<!\.test)\.ts$/.test(name));
      return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    }),
  );
  const words = texts
    .flat()
    .flatMap((text) => Array.from(text.matchAll(/'([a-z]+(?:-[a-z0-9]+)+)'/g), ([, word]) => word ?? ''));
  return new Set(words.filter((word) => !others.has(word)));
}

const codeTables = page.slice(page.indexOf('## Problem codes'));
const documentedCodes = new Set(
  codeTables
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) =>
      Array.from((line.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g), ([, code]) => code ?? ''),
    ),
);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly title?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly maximum?: number;
}

const schema = descriptorJsonSchema() as unknown as Schema & {
  readonly $defs: Readonly<
    Record<'element' | 'condition' | 'validation', Schema & { readonly oneOf: readonly Schema[] }>
  >;
};

/** Keys that another table or paragraph explains, where their limits are. */
const explainedElsewhere: ReadonlySet<string> = new Set([
  'backend',
  'front_end',
  'form',
  'interfaces',
  'runtime',
]);

function limitsIn({ maxLength, maxItems, maxProperties, items }: Schema): number[] {
  return [maxLength, maxItems, maxProperties, items?.maxLength].filter((limit) => limit !== undefined);
}

const rowOf = (key: string): string => page.split('\n').find((line) => line.startsWith(`| \`${key}\``)) ?? '';

const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('the page on descriptors', () => {
  it.each(blocksOf('yaml descriptor'))(
    'shows at line %i a descriptor that is taken as it stands',
    (_, text) => {
      const reading = read(text);
      expect(reading.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      if (reading.kind === 'native') expect(reading.problems).toEqual([]);
    },
  );

  it('shows both native forms and both foreign kinds', () => {
    const kinds = blocksOf('yaml descriptor').map(([, text]) => read(text).kind);
    expect(new Set(kinds)).toEqual(new Set(['native', 'insightconnect', 'cloudlaunch']));
  });

  it.each(blocksOf('yaml refused'))(
    'shows at line %i one that is refused with the code that it names',
    (_, text) => {
      const [, code] = /^# ([a-z-]+)\n/.exec(text) ?? [];
      const errors = read(text).problems.filter(({ severity }) => severity === 'error');
      expect(new Set(errors.map((problem) => problem.code))).toEqual(new Set([code]));
    },
  );

  it('shows every type of element, in a form that is taken', () => {
    const [[, elements] = [0, '']] = blocksOf('yaml form');
    const reading = read(`name: a\nversion: 1.0.0\nform:\n${elements}`);
    expect(reading.problems).toEqual([]);
    const shown = reading.descriptors[0]?.interfaces.default?.form?.map(({ type }) => type);
    expect(shown).toEqual(schema.$defs.element.oneOf.map(({ title }) => title));
  });

  it('explains every key, with its limits', () => {
    for (const [key, about] of Object.entries(schema.properties ?? {})) {
      expect(rowOf(key)).not.toBe('');
      if (explainedElsewhere.has(key)) continue;
      for (const limit of limitsIn(about)) expect(rowOf(key)).toMatch(new RegExp(`\\b${limit}\\b`));
    }
    for (const key of Object.keys(schema.properties?.runtime?.properties ?? {}))
      expect(rowOf(key)).not.toBe('');
  });

  it('names every word of conditions and validations', () => {
    const { condition, validation } = schema.$defs;
    for (const word of Object.keys({ ...condition.properties, ...validation.properties }))
      expect(page).toMatch(new RegExp(`\`(?:when: )?\\{?${word}\\b`));
  });

  it('tells the limits of texts and forms', () => {
    const text = section('Limits of the text');
    for (const limit of [
      limits.descriptorBytes,
      limits.descriptorLines,
      limits.descriptorTokens,
      limits.descriptorTextCharacters,
      limits.descriptorKeyCharacters,
      limits.descriptorDepth,
      limits.descriptorNodes,
      limits.descriptorAliases,
      limits.descriptorProblems,
    ])
      expect(text).toMatch(new RegExp(`\\b${limit}\\b`));
    const forms = section('Forms');
    for (const [name, limit] of Object.entries(limits).filter(([name]) => name.startsWith('form')))
      expect([name, new RegExp(`\\b${limit}\\b`).test(forms)]).toEqual([name, true]);
  });

  it('tells every code that a problem can have, and no other', async () => {
    const codes = await codesInSources();
    expect(codes.size).toBeGreaterThan(80);
    expect([...documentedCodes].sort()).toEqual([...codes].sort());
  });
});

/** Whatever the formatter does to a table to align it. */
const squeezed = (table: string): string => table.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

describe('the page on settings', () => {
  it('has the table that the code has', async () => {
    const settings = await readFile(join(root, 'docs', 'settings.md'), 'utf8');
    expect(squeezed(settings)).toContain(settingsRows());
  });
});

const docs = await readdir(join(root, 'docs'), { recursive: true });
const pagesOfProject = [
  'README.md',
  join('descriptors', 'README.md'),
  ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
].filter((name) => existsSync(join(root, name)));

describe('the pages', () => {
  it.each(pagesOfProject)('%s links only to what is there', async (name) => {
    const prose = (await readFile(join(root, name), 'utf8')).replace(/^```[\s\S]*?^```/gm, '');
    const targets = Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
    const relative = targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target));
    const broken = relative.filter(
      (target) => !existsSync(join(root, dirname(name), target.replace(/#.*/, ''))),
    );
    expect(broken).toEqual([]);
  });
});
