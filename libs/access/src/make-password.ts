import { randomBytes } from 'node:crypto';

const madePasswordBytes = 18;

/** A password for whom nobody has chosen one. */
export const makePassword = (): string => randomBytes(madePasswordBytes).toString('base64url');
