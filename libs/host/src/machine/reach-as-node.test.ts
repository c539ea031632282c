import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachAsNode } from './reach-as-node.js';

// Jest gives each file of tests an environment of its own.
const scratch = mkdtempSync(join(tmpdir(), 'mortise-reach-'));
beforeAll(() => void delete process.env['SSL_CERT_FILE']);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bundleWith = (extra: string): string | undefined => {
  process.env['NODE_EXTRA_CA_CERTS'] = extra;
  return reachAsNode('https://plugins.example.org')['SSL_CERT_FILE'];
};

describe('certificates that Node is to trust beside its own', () => {
  it('are passed by, as Node does it, where they can’t be read', () => {
    expect(bundleWith(scratch)).toBeUndefined();
    expect(bundleWith(join(scratch, 'missing.pem'))).toBeUndefined();
  });

  it('are handed on with Node’s own', () => {
    const own = join(scratch, 'own.pem');
    writeFileSync(own, 'of a team');
    const bundle = readFileSync(bundleWith(own)!, 'utf8');
    expect(bundle).toMatch(/^-----BEGIN CERTIFICATE-----[^]*\nof a team$/);
  });
});
