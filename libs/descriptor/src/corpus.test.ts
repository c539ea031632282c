import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { assignVersions } from './assign-versions.js';
import { readDescriptor } from './read-descriptor.js';
import type { Reading } from './descriptor.js';

/** Real descriptors lie beside the repository, or where TEST_CORPUS says; none is part of it. */
const corpus = resolve(process.env.TEST_CORPUS ?? '../shared/corpus');
const there = existsSync(corpus);
const suite = there ? describe : describe.skip;

function filesOf(folder: string): { name: string; bytes: Buffer }[] {
  if (!there) return [{ name: `no corpus at ${corpus}`, bytes: Buffer.alloc(0) }];
  return readdirSync(join(corpus, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => {
      const file = join(corpus, folder, path);
      const inside = relative(join(corpus, folder), file);
      const name = basename(inside) === 'plugin.spec.yaml' ? dirname(inside) : basename(inside, '.yaml');
      return { name, bytes: readFileSync(file) };
    });
}

const errorsOf = ({ problems }: Reading): string[] => [
  ...new Set(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)),
];

/** Files of the real collections that are refused, and why. There are none. */
const refused: Readonly<Record<string, string>> = {};

/** Those that YAML 1.2 refuses and YAML 1.1 took, with the lines that the warnings name. */
const barelyLegal: Readonly<Record<string, readonly number[]>> = {
  aws_ec2: [889],
  carbon_black_response: [10],
  confluence: [10],
  datadog: [7],
  dynamodb: [10, 11, 12],
  sentry: [7],
  sketchify: [7, 8],
  snortlabslist: [7],
  sql: [119],
};

suite.each([['insightconnect'], ['insightconnect-history']])('the corpus %s', (folder) => {
  it.each(filesOf(folder))('$name is read', ({ name, bytes }) => {
    const reading = readDescriptor(bytes);
    expect(errorsOf(reading)).toEqual(refused[name] === undefined ? [] : [refused[name]]);
    expect(reading.kind).toBe('insightconnect');
    const text = bytes.toString();
    const written = /^version: *["']?([^"'\s]+)/m.exec(text)?.[1];
    expect(reading.descriptors[0]).toMatchObject({
      name: /^name: *(\S+)/m.exec(text)?.[1],
      version: written,
    });
    const repaired = reading.problems
      .filter(({ code }) => code === 'barely-legal-yaml')
      .map(({ line }) => line);
    expect(repaired).toEqual(folder === 'insightconnect' ? (barelyLegal[name] ?? []) : []);
  });
});

suite('the corpus cloudlaunch', () => {
  it.each(filesOf('cloudlaunch'))('$name is read, and each of its versions has one', ({ bytes }) => {
    const reading = readDescriptor(bytes);
    expect(errorsOf(reading)).toEqual([]);
    expect(reading.kind).toBe('cloudlaunch');
    const labels = [...bytes.toString().matchAll(/^- version:/gm)].length;
    expect(reading.descriptors).toHaveLength(labels);
    expect(new Set(assignVersions(reading.descriptors, new Map()).map(({ version }) => version)).size).toBe(
      labels,
    );
  });
});

/** What becomes of the odd ones that can't be read as they were meant; all others of them are no YAML at all. */
const odd: Readonly<Record<string, readonly string[]>> = {
  'block-folded__teamdynamix': [],
  'block-literal__matrix42': [],
  'block-literal__rest': [],
  conflict_markers__carbon_black_defense: ['conflict-markers', 'yaml-syntax'],
  invalid__carbon_black_defense: ['conflict-markers', 'yaml-syntax'],
  invalid__google_directory: ['quotes-needed'],
  invalid__intsights: ['quotes-needed'],
  invalid__rapid7_intsights: ['quotes-needed'],
  invalid__sentinelone: ['quotes-needed'],
  nonstr_version__aws_workspaces: ['version-missing'],
  nonstr_version__checkmarx_cxsast: ['version-missing'],
  tab__carbon_black_defense: [],
  tab__rapid7_insightops: [],
  yaml11bool__phishtank: [],
};

suite('the corpus insightconnect-odd', () => {
  it.each(filesOf('insightconnect-odd'))('$name gets a clear answer', ({ name, bytes }) => {
    const reading = readDescriptor(bytes);
    expect(reading.kind).toBe('insightconnect');
    expect(errorsOf(reading).sort()).toEqual(odd[name] ?? ['yaml-syntax']);
  });
});
