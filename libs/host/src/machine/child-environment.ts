/** What a program that builds may see of this process's environment: enough to run, and nothing that says where to fetch from. */
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'LANG',
  'LC_ALL',
  'XDG_CACHE_HOME',
  'UV_CACHE_DIR',
  'PIP_CACHE_DIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'NO_PROXY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'no_proxy',
  'http_proxy',
  'https_proxy',
];

/** The environment of a program that the host starts: no setting of pip's or uv's own, and no credential. */
export function childEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  // eslint-disable-next-line house/no-environment -- handed on to programs, nothing is decided by it
  const all = process.env;
  const kept = passedOn.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return { ...Object.fromEntries(kept), ...more };
}
