import { RegistryError } from '#kernel';

export function unknownParameter(name: string, suggestion: string | undefined, known: readonly string[]) {
  const hint = suggestion === undefined ? `Use any of ${known.join(', ')}.` : `Did you mean "${suggestion}"?`;
  return new RegistryError(
    'invalid',
    'unknown-parameter',
    `The search has no parameter "${name.slice(0, 64)}". ${hint}`,
    { details: { parameter: name.slice(0, 64) } },
  );
}

export function invalidParameter(name: string, sentence: string) {
  return new RegistryError('invalid', 'invalid-parameter', sentence, { details: { parameter: name } });
}

export function invalidCursor() {
  return new RegistryError(
    'invalid',
    'invalid-cursor',
    'This cursor belongs to another search or is damaged; ask again without "cursor" and follow the "next" of each answer with the same parameters.',
    { details: { parameter: 'cursor' } },
  );
}

/** Too many searches wait already. */
export function searchBusy() {
  return new RegistryError(
    'unavailable',
    'search-busy',
    'Too many searches are waiting; ask again in a moment.',
    {
      retryAfterSeconds: 1,
    },
  );
}

export function searchUnavailable(cause?: unknown) {
  return new RegistryError(
    'unavailable',
    'search-unavailable',
    'The search engine is away for a moment; ask again shortly.',
    { retryAfterSeconds: 1, cause },
  );
}

/** Before that, what it lacks would be called not there. */
export function searchCatchingUp() {
  return new RegistryError(
    'unavailable',
    'search-unavailable',
    'The search index is catching up with the database after a start; ask again in a moment.',
    { retryAfterSeconds: 1 },
  );
}

/** What the index held is gone; whoever feeds it must ask `appliedSequence` and start over from there. */
export function searchIndexLost(cause?: unknown) {
  return new RegistryError(
    'unavailable',
    'search-index-lost',
    'The search index was damaged and has been thrown away; it must be built again before changes can be applied.',
    { retryAfterSeconds: 5, cause },
  );
}

export function searchIndexTaken(name: string) {
  return new RegistryError(
    'unavailable',
    'search-unavailable',
    `OpenSearch has an index called "${name}", which is none of the store's: it bars the alias of that name, by which the store searches. Delete that index; the store makes its own again by itself.`,
    { retryAfterSeconds: 10 },
  );
}
