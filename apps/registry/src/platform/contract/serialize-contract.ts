import type { OpenAPIObject } from '@nestjs/swagger';

/** Where the contract is committed, from the root of the project. */
export const contractFile = 'contracts/openapi.v1.json';

/** The bytes that are committed and served. */
export const serializeContract = (contract: OpenAPIObject): string =>
  `${JSON.stringify(contract, null, 2)}\n`;
