/** Where the store begins: this module is in `pages/` of it. */
export const store = new URL('..', import.meta.url).href.replace(/\/$/, '');

/** What the API answers; its own sentence, as an Error with `status` and `code`, where it refuses. */
export async function ask(path, parameters = new URLSearchParams(), signal = null) {
  const query = parameters.size > 0 ? `?${parameters}` : '';
  const answer = await fetch(`${store}/${path}${query}`, { signal, headers: { accept: 'application/json' } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const sentence = body.detail ?? `The store answered ${answer.status}.`;
    throw Object.assign(new Error(sentence), {
      status: answer.status,
      code: body.code,
      near: body.did_you_mean,
    });
  }
  return body;
}

/** A sentence for a person about what `ask` threw. */
export const reasonOf = (error) =>
  error instanceof TypeError ? 'The store does not answer.' : error.message;
