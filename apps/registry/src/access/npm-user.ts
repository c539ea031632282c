import { accountNotFound } from '#access';
import { limits, RegistryError } from '#kernel';

const prefix = 'org.couchdb.user:';

/** The username in an address as npm writes it, from the days when its registry was a CouchDB. */
export function parseNpmUser(written: string): string {
  const username = written.startsWith(prefix) ? written.slice(prefix.length) : '';
  if (username === '' || username.length > limits.usernameCharacters) throw accountNotFound(username);
  return username;
}

export interface NpmLogin {
  readonly username: string;
  readonly password: string;
  /** Undefined: no account is asked for; null: one without an address. */
  readonly email: string | null | undefined;
}

/** Throws `invalid-body`. */
export function parseNpmLogin(username: string, body: unknown): NpmLogin {
  const { name, password, email } = { ...(typeof body === 'object' ? body : {}) } as Record<string, unknown>;
  const isFit =
    (name === undefined || name === username) &&
    typeof password === 'string' &&
    (email === undefined || (typeof email === 'string' && email.length <= limits.emailCharacters));
  if (!isFit) throw notALogin();
  return { username, password, email: email === undefined ? undefined : email.trim() || null };
}

export const npmUserBody = (username: string): object => ({
  _id: `${prefix}${username}`,
  _rev: '1',
  name: username,
  email: '',
  type: 'user',
  roles: [],
});

export const loggedInBody = (username: string, token: string): object => ({
  ok: true,
  id: `${prefix}${username}`,
  rev: '1',
  token,
});

const notALogin = (): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-body',
    'The body has to have the "name" of the address and a "password", as npm login sends it.',
  );
