import type * as Jest from '@jest/globals';

/**
 * What jest puts into the global scope. Suites take it from here instead of importing it, which fails outside of jest:
 * the builders and generators of this room are for the bench as well.
 */
export const jestGlobals = globalThis as unknown as typeof Jest;
