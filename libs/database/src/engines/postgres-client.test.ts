import { expect, it } from '@jest/globals';
import { PostgresClient } from './postgres-client.js';

it('breaks without ending the process when nobody listens to its connection', () => {
  const client = new PostgresClient({});
  expect(client.emit('error', new Error('terminating connection'))).toBe(true);
});
