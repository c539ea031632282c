/** What RFC 6749 (section 5.2) and RFC 6750 (section 3.1) call a refusal, for clients that speak OAuth. */
export function oauthMembers(status: number, detail: string): { error: string; error_description: string } {
  return { error: errors[status] ?? 'invalid_request', error_description: detail };
}

const errors: Readonly<Record<number, string>> = {
  401: 'invalid_client',
  403: 'insufficient_scope',
  429: 'temporarily_unavailable',
  500: 'server_error',
  503: 'temporarily_unavailable',
};
