import { expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { postgresFailure } from './postgres-failure.js';

it('takes what TypeORM says of a connection that was lost under a transaction for the database being away', () => {
  for (const error of [
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
  ]) {
    expect(postgresFailure(error)).toMatchObject({ kind: 'unavailable', code: 'database-unavailable' });
  }
});
