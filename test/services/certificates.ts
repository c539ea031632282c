import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Of the authority that signed it, by which clients know it. */
  readonly authority: string;
}

/** A certificate for 127.0.0.1 in `folder`, signed by an authority that nobody knows. */
export function makeCertificate(folder: string): ServerCertificate {
  const [authority, authorityKey, certificate, key, request, names] = [
    'authority.pem',
    'authority.key',
    'server.pem',
    'server.key',
    'server.csr',
    'names',
  ].map((name) => join(folder, name)) as [string, string, string, string, string, string];
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    authorityKey,
    '-out',
    authority,
    '-subj',
    '/CN=Test authority',
  );
  openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=127.0.0.1');
  writeFileSync(names, 'subjectAltName=IP:127.0.0.1\n');
  const signed = ['-CA', authority, '-CAkey', authorityKey, '-CAcreateserial', '-extfile', names];
  openssl('x509', '-req', '-in', request, '-out', certificate, ...signed);
  return { certificate, key, authority };
}
