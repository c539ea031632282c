import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assignVersions } from './assign-versions.js';
import { readDescriptor } from './read-descriptor.js';
import type { Reading } from './descriptor.js';
import { compareNaturally } from './natural-order.js';

const entry = `slug: wind-farm
name: Wind Farm
status: LIVE
summary: Starts one
maintainer: Ada
description: ''
info_url: https://example.org
icon_url: https://example.org/icon.png
display_order: 10
default_version: 16.10
default_launch_config:
  vm: {type: small, spot: no}
versions:
- version: 16.10
  frontend_component_name: farm-config
  backend_component_name: farm.Plugin
  default_launch_config: {vm: {type: large}}
- version: 1.2.0
- version: 16.9 (old)
- version: Latest
`;

const read = (text: string): Reading => readDescriptor(Buffer.from(text));

describe('a CloudLaunch entry', () => {
  it('is a release for each version, in natural order of the labels', () => {
    const { kind, valid, descriptors } = read(entry);
    expect({ kind, valid }).toEqual({ kind: 'cloudlaunch', valid: true });
    expect(
      descriptors.map(({ version, version_label, channels }) => [version, version_label, channels]),
    ).toEqual([
      ['1.2.0', null, []],
      [null, '16.9 (old)', []],
      [null, '16.10', ['default']],
      [null, 'Latest', []],
    ]);
    expect(descriptors[2]).toMatchObject({
      name: 'wind-farm',
      title: 'Wind Farm',
      summary: 'Starts one',
      description: null,
      homepage: 'https://example.org',
      default_config: { vm: { type: 'large', spot: false } },
    });
  });

  it('warns of components without packages and of what has no place', () => {
    const codes = read(entry).problems.map(({ code, line }) => `${code} ${line}`);
    expect(codes).toEqual(
      expect.arrayContaining(['component-without-package 14', 'not-carried 8', 'ambiguous-scalar 12']),
    );
  });

  it('in development is on the channel dev only', () => {
    const channels = read(entry.replace('LIVE', 'DEV')).descriptors.flatMap(
      (descriptor) => descriptor.channels,
    );
    expect(channels).toEqual(['dev']);
  });

  it.each([
    ['no slug', entry.replace('slug:', 'slag:'), 'name-missing'],
    ['no versions', entry.slice(0, entry.indexOf('versions:\n')) + 'versions: []\n', 'version-missing'],
  ])('is refused only for what leaves no release: %s', (_, text, code) => {
    const errors = read(text).problems.filter(({ severity }) => severity === 'error');
    expect(errors.map((problem) => problem.code)).toEqual([code]);
  });

  it('leaves out a version that stands twice and points no channel into the void, with warnings', () => {
    const reading = read(
      `${entry}- version: Latest\n`.replace('default_version: 16.10', 'default_version: 17'),
    );
    expect(reading.valid).toBe(true);
    expect(reading.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['duplicate-version', 'default-version-unknown']),
    );
    expect(reading.descriptors).toHaveLength(4);
  });

  it('takes a configuration that is JSON in a text, without hostile keys', () => {
    const text = entry.replace('{vm: {type: large}}', `'{"a": {"b": 1}, "__proto__": {"c": 1}}'`);
    expect(read(text).descriptors[2]?.default_config).toEqual({
      a: { b: 1 },
      vm: { type: 'small', spot: false },
    });
  });
});

describe('versions of labels', () => {
  const { descriptors } = read(entry);
  const versions = (remembered: [string, string][], taken: string[] = []): string[] =>
    assignVersions(descriptors, new Map(remembered), taken).map(({ version }) => version);

  it('are the next free 0.0.N, in natural order', () => {
    expect(versions([])).toEqual(['1.2.0', '0.0.1', '0.0.2', '0.0.3']);
  });

  it('are remembered by label, and never given twice', () => {
    expect(versions([['16.10', '0.0.1']])).toEqual(['1.2.0', '0.0.2', '0.0.1', '0.0.3']);
    expect(versions([['gone', '0.0.1']], ['0.0.2', '0.0.4'])).toEqual(['1.2.0', '0.0.3', '0.0.5', '0.0.6']);
  });
});

describe('natural order', () => {
  it('counts digits as numbers', () => {
    const labels = ['Latest', '10.0', '9.0', 'v10', 'v9', 'a', 'B', '1.02', '1.2'];
    expect(labels.sort(compareNaturally)).toEqual([
      '1.02',
      '1.2',
      '9.0',
      '10.0',
      'a',
      'B',
      'Latest',
      'v9',
      'v10',
    ]);
  });

  it('is an order', () => {
    const label = fc.stringMatching(/^[0-9aB. ]{0,6}$/);
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        expect(Math.sign(compareNaturally(a, b))).toBe(-Math.sign(compareNaturally(b, a)) + 0);
        if (compareNaturally(a, b) <= 0 && compareNaturally(b, c) <= 0)
          expect(compareNaturally(a, c)).toBeLessThanOrEqual(0);
        expect(compareNaturally(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
