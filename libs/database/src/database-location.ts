/** Whether a location of a database is the address of one on PostgreSQL, and not a path. */
export const isPostgresAddress = (location: string): boolean => /^postgres(?:ql)?:\/\//i.test(location);

/** The location as it may be shown: an address without its password, wherever in it that stands. */
export function shownLocation(location: string): string {
  if (!isPostgresAddress(location)) return location;
  const address = new URL(location);
  if (address.password !== '') address.password = '***';
  for (const name of address.searchParams.keys()) {
    if (/pass/i.test(name)) address.searchParams.set(name, '***');
  }
  return address.href;
}
