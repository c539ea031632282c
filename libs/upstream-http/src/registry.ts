/** How to reach a registry. */
export interface Registry {
  /** With a slash at its end, and without credentials. */
  readonly address: string;
  /** The header by which the registry knows the store. */
  readonly authorization: string | null;
  /** Addresses that begin with this are sent it: npm does so below the registry, pip on its whole host. */
  readonly authorizedBelow: string;
  readonly connection: ConnectionSettings;
}

export interface ConnectionSettings {
  /** Certificates to trust, in PEM, in place of those that Node trusts by itself; null: those. */
  readonly ca: readonly string[] | null;
  /** Whether certificates are verified at all. */
  readonly verifies: boolean;
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  /** Hosts that no proxy is used for, as NO_PROXY has them; `*` is all. */
  readonly noProxy: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const withSlash = (address: string): string => (address.endsWith('/') ? address : `${address}/`);

/** An address that may be fetched from, with the credentials that stood in it apart. Undefined where it is none. */
export function parseAddress(
  written: string,
): { readonly address: string; readonly authorization: string | null } | undefined {
  if (!/^https?:\/\//i.test(written) || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  const authorization =
    username === '' && password === ''
      ? null
      : basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  return { address: withSlash(url.href), authorization };
}

export const basicAuthorization = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** What every program on the machine goes by. */
export function environmentProxies(
  environment: Environment,
): Pick<ConnectionSettings, 'httpProxy' | 'httpsProxy' | 'noProxy'> {
  const of = (name: string) => environment[name.toLowerCase()] || environment[name] || null;
  return {
    httpProxy: of('HTTP_PROXY'),
    httpsProxy: of('HTTPS_PROXY') ?? of('HTTP_PROXY'),
    noProxy: toHosts(of('NO_PROXY') ?? ''),
  };
}

export const toHosts = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
