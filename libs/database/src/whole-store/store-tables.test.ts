import { expect, it } from '@jest/globals';
import { getMetadataArgsStorage } from 'typeorm';
import { blobTables } from '../packages/needed-blobs.js';
import { rows } from '../rows/index.js';
import { leftTables, movedTables } from './store-tables.js';

const tables = getMetadataArgsStorage().tables.filter(({ target }) => (rows as unknown[]).includes(target));

it('every table moves with a store, or is known to stay behind', () => {
  const known = [...movedTables, ...leftTables];
  expect([...known].sort()).toEqual(tables.map(({ name }) => name).sort());
});

it('every table that names bytes protects them from being removed', () => {
  const digests = getMetadataArgsStorage().columns.filter(({ propertyName }) => propertyName === 'sha256');
  const naming = tables.filter(({ target }) => digests.some((column) => column.target === target));
  // In these the digest is that of a credential, or what is to be removed itself.
  const others = ['token', 'api_key', 'web_login', 'blob_removal'];
  expect(
    naming
      .map(({ name }) => name)
      .filter((name) => !others.includes(String(name)))
      .sort(),
  ).toEqual([...blobTables].sort());
});
