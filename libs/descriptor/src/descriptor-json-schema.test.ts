import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { descriptorJsonSchema } from './descriptor-json-schema.js';
import { readDescriptor } from './read-descriptor.js';

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
formats.default(ajv);
const isValid = ajv.compile(descriptorJsonSchema());

const simple = `
name: WindFarm
version: 1.0.0
categories: [energy]
tags: [wind]
summary: Starts a wind farm
maintainer: Ada <ada@example.org>
default_config: {nodes: 3}
description: |
  Markdown.
backend: wind-farm==2.0
backend_component: WindFarmPlugin
front_end: "@wind/farm"
frontend_component: WindFarmPanel
`;

const advanced = `
name: StormTool
version: 5.0.0
interfaces:
  launch:
    - backend: {package: storm, component: Launch}
    - frontend: {package: "@storm/ui", component: Launch}
  admin:
    backend: {package: storm, component: Admin}
    frontend: {package: "@storm/ui", component: Admin}
  backup:
    backend: {package: storm, component: Backup}
    form:
      - {type: integer, name: keep_days, label: Keep for, min: 1, max: 365, default: 30}
      - {type: select, name: mode, options: [fast, {value: slow, label: Slow}]}
      - {type: conditional, test: mode, cases: {fast: [], slow: [{type: text, name: why, when: {present: mode}}]}}
runtime: {python: ">=3.9", cpu: 0.5, network: [api.example.org]}
permissions: ["clusters:read"]
requires: {cloudlaunch: ">=2.1"}
`;

describe('the schema of descriptors', () => {
  it('is the one that is committed; `node dist/tools/write-descriptor-schema.js` writes it anew', () => {
    const committed: unknown = JSON.parse(readFileSync('contracts/descriptor.v1.schema.json', 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(descriptorJsonSchema())));
  });

  it.each([
    ['simple', simple],
    ['advanced', advanced],
  ])('takes the %s form, as the checker does', (_, text) => {
    isValid(parse(text));
    expect(isValid.errors ?? []).toEqual([]);
    expect(readDescriptor(Buffer.from(text)).problems).toEqual([]);
  });

  it.each([
    ['an unknown key', `${simple}\nfuture: 1`],
    ['a scalar in place of a list', 'name: a\nversion: 1.0.0\nbackend: b\ncategories: x'],
    ['a version that is a number', 'name: a\nversion: 1.1\nbackend: b'],
    ['nothing to load', 'name: a\nversion: 1.0.0'],
    ['both forms at once', `${advanced}\nbackend: b`],
    ['a bare word in an interface', 'name: a\nversion: 1.0.0\ninterfaces: {a: [backend]}'],
    ['a component without its package', 'name: a\nversion: 1.0.0\nbackend: b\nfrontend_component: C'],
    ['an element of an unknown type', 'name: a\nversion: 1.0.0\nform: [{type: string, name: b}]'],
    ['a range of versions in a map', 'name: a\nversion: 1.0.0\nfront_end: {package: "A"}'],
  ])('refuses %s, as the checker does', (_, text) => {
    expect(isValid(parse(text))).toBe(false);
    expect(readDescriptor(Buffer.from(text)).valid).toBe(false);
  });
});
