/** The file of the index holds something that this code never wrote: it is to be thrown away. */
export class IndexDamaged extends Error {
  constructor(what: string) {
    super(`The search index is damaged: ${what}.`);
    this.name = 'IndexDamaged';
  }
}

/** It was written by another version of this code: nothing is wrong, and nothing of it can be used. */
export class IndexOutdated extends IndexDamaged {
  constructor() {
    super('it was written by another version');
  }
}

const damageCodes = /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ|IOERR_DATA|CANTOPEN)/;

/** Whether an error says that the file, and not the code or the moment, is at fault. */
export function isDamage(error: unknown): boolean {
  if (error instanceof IndexDamaged) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return damageCodes.test(code) || (code === 'SQLITE_ERROR' && /no such (table|column)/.test(String(error)));
}
