/** Where the store begins: this module is in `pages/` of it. */
export const store = new URL('..', import.meta.url).href.replace(/\/$/, '');

/** The pages can sign nobody in. */
const forMembers = `This store shows its plugins to its members alone. Sign in on the command line: mortise login --store ${store}, then mortise search.`;

/** What the API answers; its own sentence, as an Error with `status` and `code`, where it refuses. */
export async function ask(path, parameters = new URLSearchParams(), signal = null) {
  const query = parameters.size > 0 ? `?${parameters}` : '';
  const answer = await fetch(`${store}/${path}${query}`, { signal, headers: { accept: 'application/json' } });
  const body = await answer.json().catch(() => ({}));
  if (answer.status === 401) throw Object.assign(new Error(forMembers), { status: 401 });
  if (!answer.ok) {
    const sentence = body.detail ?? `The store answered ${answer.status}.`;
    throw Object.assign(new Error(sentence), { status: answer.status, code: body.code });
  }
  return body;
}

/** A sentence for a person about what `ask` threw. */
export const reasonOf = (error) =>
  error instanceof TypeError ? 'The store does not answer.' : error.message;
