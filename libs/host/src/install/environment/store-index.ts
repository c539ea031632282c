/** The store's Python index, for pip and uv. */
export interface StoreIndex {
  /** Of the store, without a slash at its end. */
  readonly address: string;
  /** Where reading needs a credential; null where anybody may. */
  readonly credential: string | null;
}

/**
 * The address of the simple index, with the credential where one is needed: handed over in the environment, never on a
 * command line that other users see.
 */
export function simpleIndex({ address, credential }: StoreIndex): string {
  const url = new URL(`${address}/pypi/simple/`);
  if (credential !== null) {
    url.username = '__token__';
    url.password = credential;
  }
  return url.href;
}

/** Why a package or a file of it could not be had, without a credential that stood in an address. */
export const withoutCredentials = (text: string): string => text.replaceAll(/\/\/__token__:[^@\s]*@/g, '//');
