import { describe, expect, it } from '@jest/globals';
import { readDescriptor } from './read-descriptor.js';
import type { Descriptor, Reading } from './descriptor.js';

const spec = `plugin_spec_version: v2
extension: plugin
name: wind_gauge
title: Wind Gauge
description: "Measures the wind. And the rain.\\n\\nOften."
version: 2.1.0
vendor: gales
status: [obsolete]
sdk: {type: slim, version: 6.3, user: nobody, packages: [libwind]}
enable_cache: yes
resources:
  source_url: https://example.org/source
  license_url: https://example.org/license
  vendor_url: https://example.org
  docs_url: https://example.org/docs
key_features: [Fast]
tags: [wind, rain]
hub_tags:
  use_cases: [weather]
  keywords: [wind, gauge]
  features: []
version_history:
- 2.1.0 - New gauge
- 2.0.0 - First
types:
  window: {opens: {type: integer}}
connection:
  apiKey: {title: Key, type: credential_secret_key, required: true, example: abc}
  login: {title: Login, type: credential_username_password}
  unit: {type: string, enum: [knots, beaufort], default: miles, description: In what}
  port: {type: integer, default: 80, example: 8080}
  names: {type: "[]string"}
  when: {type: window}
  odd: {type: wind_rose}
actions:
  measure: {title: Measure, description: Measures once, input: {a: {type: string, requird: true}}}
triggers:
  gust: {title: Gust, description: Waits for a gust}
tasks:
  watch: {title: Watch, description: Watches}
`;

const read = (text: string): Reading => readDescriptor(Buffer.from(text));
const descriptorOf = (text: string): Descriptor => {
  const [descriptor] = read(text).descriptors;
  if (!descriptor) throw new Error(JSON.stringify(read(text).problems));
  return descriptor;
};
const found = (reading: Reading): string[] =>
  reading.problems.map(({ code, pointer, line }) => `${code} ${pointer} ${line}`);

describe('an InsightConnect spec', () => {
  it('becomes a release with operations, a form, a changelog and a runtime', () => {
    const reading = read(spec);
    expect(reading).toMatchObject({ kind: 'insightconnect', valid: true });
    expect(reading.descriptors[0]).toMatchObject({
      name: 'wind_gauge',
      title: 'Wind Gauge',
      version: '2.1.0',
      version_label: null,
      summary: 'Measures the wind.',
      description: expect.stringContaining('## Key features\n\n* Fast'),
      maintainer: 'gales',
      categories: ['weather'],
      tags: ['wind', 'rain', 'gauge'],
      homepage: 'https://example.org',
      repository: 'https://example.org/source',
      license: 'https://example.org/license',
      changelog: '* 2.1.0 - New gauge\n* 2.0.0 - First',
      deprecated: 'Its vendor marked it as obsolete.',
      runtime: {
        cache: true,
        image: 'rapid7/insightconnect-python-3-slim-plugin:6.3',
        user: 'nobody',
        packages: ['libwind'],
      },
      operations: [
        { kind: 'action', name: 'measure', title: 'Measure', description: 'Measures once' },
        { kind: 'trigger', name: 'gust' },
        { kind: 'task', name: 'watch' },
      ],
    });
  });

  it('shows its connection as a form of restricted elements', () => {
    expect(descriptorOf(spec).interfaces.default).toEqual({
      backend: null,
      frontend: null,
      form: [
        { type: 'secret', name: 'apiKey', required: true, label: 'Key' },
        {
          type: 'section',
          name: 'login',
          label: 'Login',
          elements: [
            { type: 'text', name: 'username', label: 'User name' },
            { type: 'secret', name: 'password', label: 'Password', format: 'password' },
          ],
        },
        { type: 'select', name: 'unit', options: ['knots', 'beaufort'], help: 'In what' },
        { type: 'integer', name: 'port', placeholder: '8080', default: 80 },
        { type: 'list', name: 'names', items: { type: 'text' } },
        { type: 'section', name: 'when', elements: [{ type: 'integer', name: 'opens' }] },
        { type: 'text', name: 'odd' },
      ],
    });
  });

  it('warns of all that has no place, with its line', () => {
    const reading = read(spec);
    expect(reading.problems.every(({ severity }) => severity === 'warning')).toBe(true);
    expect(found(reading)).toEqual(
      expect.arrayContaining([
        'not-carried /extension 2',
        'ambiguous-scalar /sdk/version 9',
        'ambiguous-scalar /enable_cache 10',
        'value-left-out /connection/unit/default 30',
        'field-type-unknown /connection/odd/type 34',
        'unknown-key /actions/measure/input/a/requird 36',
      ]),
    );
    expect(reading.problems.find(({ code }) => code === 'unknown-key')?.fix).toBe('required');
  });

  it.each([
    ['no name', spec.replace('name: wind_gauge', 'nam: x'), 'name-missing'],
    ['no version', spec.replace('version: 2.1.0\n', ''), 'version-missing'],
    ['a name that can be none', spec.replace('wind_gauge', '"!!"'), 'name-invalid'],
  ])('is refused only for what leaves no release: %s', (_, text, code) => {
    const errors = read(text).problems.filter(({ severity }) => severity === 'error');
    expect(errors.map((problem) => problem.code)).toEqual([code]);
  });

  it.each([
    ['1.10', '1.10.0', '1.10'],
    ['v3', '3.0.0', 'v3'],
    ['summer', null, 'summer'],
    ['1.0.0', '1.0.0', null],
  ])('keeps a version as it is written: %s', (written, version, label) => {
    expect(descriptorOf(spec.replace('2.1.0', written))).toMatchObject({ version, version_label: label });
  });

  it('is read with a warning where a quoted text or a list goes on too far left', () => {
    const text = spec
      .replace('And the rain.', 'And\nthe rain.')
      .replace('[wind, rain]', '[wind,\nrain\n]')
      .replace('title: Measure,', "title: 'Measure\n\n  it',");
    const reading = read(text);
    expect(found(reading)).toEqual(expect.arrayContaining(['barely-legal-yaml  6', 'barely-legal-yaml  20']));
    expect(reading.descriptors[0]).toMatchObject({
      description: expect.stringContaining('Measures the wind. And the rain.\n\nOften.'),
      tags: ['wind', 'rain', 'gauge'],
    });
    expect(reading.descriptors[0]?.operations[0]?.title).toBe('Measure\nit');
    const before = read(spec).problems.find(({ code }) => code === 'field-type-unknown')?.line ?? 0;
    expect(reading.problems.find(({ code }) => code === 'field-type-unknown')?.line).toBe(before + 3);
  });

  it('takes the last of two equal keys and merge keys, as YAML 1.1 did', () => {
    const reading = read(`${spec}title: Storm Gauge\n`);
    expect(reading.descriptors[0]?.title).toBe('Storm Gauge');
    expect(found(reading)).toContain('duplicate-key /title 41');
  });

  it('is refused with the place where it is no YAML at all, and nothing is made up about the rest', () => {
    const reading = read(spec.replace('version: 2.1.0', 'version: 2.1.0\n odd: [1'));
    expect(reading).toMatchObject({ kind: 'insightconnect', valid: false, descriptors: [] });
    expect(
      reading.problems
        .filter(({ severity }) => severity === 'error')
        .every(({ code }) => code === 'yaml-syntax'),
    ).toBe(true);
  });

  it('warns where its vendor is not the publisher, whatever the spelling', () => {
    const text = Buffer.from(spec);
    expect(found(readDescriptor(text, { publisher: 'galaxy' }))).toContain('vendor-differs /vendor 7');
    expect(found(readDescriptor(text, { publisher: 'Gales' }))).not.toContain('vendor-differs /vendor 7');
  });
});
