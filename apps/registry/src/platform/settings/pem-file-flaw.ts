import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const certificate = { of: 'certificate', parse: (pem: string): unknown => new X509Certificate(pem) };
const privateKey = { of: 'private key', parse: (pem: string): unknown => createPrivateKey(pem) };

/** Options of addresses of databases and search engines that name a file. */
const options = new Map([
  ['ca', certificate],
  ['sslrootcert', certificate],
  ['sslcert', certificate],
  ['sslkey', privateKey],
]);

/** What is wrong with the file that an option of an address names; undefined where nothing is, or it names none. */
export function pemFileFlaw(option: string, path: string): string | undefined {
  const kind = options.get(option);
  if (kind === undefined || path === '') return undefined;
  const tell = (what: string): string =>
    `names by ${option} the file "${path}", which ${what}; write the path of a PEM file with a ${kind.of}.`;
  let pem;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    return tell(`can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  try {
    kind.parse(pem);
  } catch {
    return tell(`holds no ${kind.of}`);
  }
  return undefined;
}
