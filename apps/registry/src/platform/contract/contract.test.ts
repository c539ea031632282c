import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readFileSync } from 'node:fs';
import { permissions } from '#access';
import { startStore } from '../../../../../test/start-store.js';
import type { RunningStore } from '../../../../../test/start-store.js';
import { RouteTable } from '../server/route-table.js';
import { routesOf } from '../server/routes.js';
import { buildContract } from './build-contract.js';
import { contractFile, serializeContract } from './serialize-contract.js';

interface Described {
  operationId: string;
  'x-permission': string;
  responses: Record<string, { description: string; headers?: object }>;
}

describe('the contract', () => {
  let store: RunningStore;
  let contract: OpenAPIObject;
  const operations = (): Described[] =>
    Object.values(contract.paths).flatMap((item) => Object.values(item) as Described[]);

  beforeAll(async () => {
    store = await startStore();
    contract = await buildContract(store.app);
  });
  afterAll(() => store.close());

  it('is committed as the code generates it', () => {
    const committed = readFileSync(contractFile, 'utf8');
    if (committed === serializeContract(contract)) return;
    throw new Error(
      `${contractFile} is not what the code says: run \`npm run contract\` and commit the file.`,
    );
  });

  it('comes out the same every time', async () => {
    expect(serializeContract(await buildContract(store.app))).toBe(serializeContract(contract));
  });

  it('is a valid OpenAPI 3.1 document', async () => {
    const plain = JSON.parse(serializeContract(contract)) as Record<string, unknown>;
    expect(plain['openapi']).toMatch(/^3\.1\./);
    expect(await new Validator().validate(plain)).toMatchObject({ valid: true });
  });

  it('names every operation once, with a permission, and says when to ask again', () => {
    const names = operations().map((operation) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const operation of operations()) {
      expect(Object.keys(permissions)).toContain(operation['x-permission']);
      expect(operation.responses['503']?.headers).toHaveProperty('Retry-After');
    }
  });

  it('has every route, and no address is served that no controller declares', () => {
    const declared = routesOf(store.app.get(ModulesContainer));
    const documented = new Set(operations().map((operation) => operation.operationId));
    expect(documented.size).toBeGreaterThan(0);
    const paths = new Set(declared.map((route) => route.path));
    const served = store.app.get(RouteTable).paths();
    expect(served.filter((path) => !paths.has(path))).toEqual([]);
    const api = declared.filter((route) => route.path.startsWith('/api/'));
    const missing = api.filter(
      (route) => !(route.method.toLowerCase() in (contract.paths[pathOf(route.path)] ?? {})),
    );
    expect(missing.map((route) => `${route.method} ${route.path}`)).toEqual([]);
  });
});

const pathOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
