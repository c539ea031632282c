import { RegistryError } from '#kernel';

/** How many items a page shall have, by its parameter `limit`. Throws `invalid-parameter`. */
export function parsePageLimit(written: string | undefined, most: number, usual: number): number {
  if (written === undefined) return usual;
  const limit = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= most) return limit;
  throw new RegistryError('invalid', 'invalid-parameter', `"limit" is a whole number from 1 to ${most}.`, {
    details: { parameter: 'limit' },
  });
}
