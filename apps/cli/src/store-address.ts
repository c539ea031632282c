import { CliFailure } from './cli-failure.js';

/** An address as one writes it, without a slash at its end; throws CliFailure for what is none of a store. */
export function storeAddress(written: string): string {
  const refuse = (why: string): never => {
    throw new CliFailure(
      'store-address-invalid',
      `"${written}" is not the address of a store: ${why}.`,
      'usage',
    );
  };
  if (!/^https?:\/\//i.test(written))
    return refuse('write it as http://127.0.0.1:8080 or https://plugins.example.org');
  if (!URL.canParse(written)) return refuse('it can’t be read');
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') {
    throw new CliFailure(
      'store-address-invalid',
      'An address has no user and no password in it: sign in with `mortise login`, or set MORTISE_CLI_TOKEN.',
      'usage',
    );
  }
  if (url.search !== '' || url.hash !== '') return refuse('it has a query or a fragment');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
