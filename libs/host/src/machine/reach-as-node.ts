import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/**
 * What pip and uv have to be told to reach an address as this process does, which they would not by themselves: they have
 * bundles of certificates of their own, and take a proxy where Node takes none.
 */
export function reachAsNode(address: string): Record<string, string> {
  // eslint-disable-next-line house/no-environment -- what Node itself goes by
  const own = process.env;
  const excepted = own['no_proxy'] ?? own['NO_PROXY'];
  const direct = [...(excepted ? [excepted] : []), new URL(address).hostname].join(',');
  return {
    ...(own['NODE_USE_ENV_PROXY'] === '1' ? {} : { NO_PROXY: direct, no_proxy: direct }),
    ...certificates(own['NODE_EXTRA_CA_CERTS'], own),
  };
}

function certificates(extra: string | undefined, own: NodeJS.ProcessEnv): Record<string, string> {
  if (!extra) return {};
  // A temporary folder is cleared of what is old while an agent runs.
  if (bundle === undefined || !existsSync(bundle)) bundle = writeBundle(extra);
  if (bundle === undefined) return {};
  return {
    SSL_CERT_FILE: own['SSL_CERT_FILE'] ?? bundle,
    REQUESTS_CA_BUNDLE: own['REQUESTS_CA_BUNDLE'] ?? bundle,
  };
}

let bundle: string | undefined;

/** All that Node trusts, since each of the two is given this in place of what it has; undefined where `extra` can't be read. */
function writeBundle(extra: string): string | undefined {
  const more = readIfAble(extra);
  if (more === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mortise-certificates-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'bundle.pem');
  writeFileSync(path, [...rootCertificates, more].join('\n'));
  return path;
}

function readIfAble(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Node has warned of it at its start, and goes on.
    return undefined;
  }
}
