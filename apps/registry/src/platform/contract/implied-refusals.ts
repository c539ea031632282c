import { permissions } from '#access';
import type { Permission } from '#access';
import type { DeclaredRefusal } from './refuses.js';

export interface RouteTraits {
  readonly permission: Permission;
  readonly isUnderApi: boolean;
  /** Whether it is for npm's clients or for Python's. */
  readonly isForPackages: boolean;
  /** Whether what it answers comes from the database, or from what is kept of it. */
  readonly needsDatabase: boolean;
  readonly hasParameters: boolean;
  readonly hasQuery: boolean;
  /** Whether it is a list of pages. */
  readonly hasCursor: boolean;
  /** Whether something may be sent to it. */
  readonly mayHaveBody: boolean;
  /** Whether its body is JSON or a form that the platform checks. */
  readonly hasBody: boolean;
}

/** What the platform refuses in the name of every route, so that controllers need not declare it. */
export function impliedRefusals(traits: RouteTraits): readonly DeclaredRefusal[] {
  return [...requestRefusals(traits), ...credentialRefusals(traits.permission), ...unavailability(traits)];
}

function unavailability({ needsDatabase }: RouteTraits): readonly DeclaredRefusal[] {
  const overloaded: DeclaredRefusal = {
    kind: 'unavailable',
    code: 'overloaded',
    when: 'Too many requests are under way: ask again after Retry-After.',
  };
  if (!needsDatabase) return [overloaded];
  const away: DeclaredRefusal = {
    kind: 'unavailable',
    code: 'database-unavailable',
    when: 'The database does not answer: ask again after Retry-After.',
  };
  return [overloaded, away];
}

function requestRefusals({
  isUnderApi,
  isForPackages,
  hasParameters,
  hasQuery,
  hasCursor,
  mayHaveBody,
  hasBody,
}: RouteTraits): readonly DeclaredRefusal[] {
  const refusals: DeclaredRefusal[] = [
    { kind: 'invalid', code: 'malformed-request', when: 'The request can’t be read.' },
  ];
  if (isUnderApi) {
    refusals.push({
      kind: 'invalid',
      code: 'unknown-parameter',
      when: 'A query parameter is not one of this address.',
    });
  }
  if (isForPackages) {
    refusals.push({
      kind: 'not-found',
      code: 'upstream-loop',
      when: 'The store asked its upstream, and the question came back to it.',
    });
  }
  if (hasQuery) {
    refusals.push(
      { kind: 'invalid', code: 'invalid-parameter', when: 'The value of a query parameter means nothing.' },
      {
        kind: 'invalid',
        code: 'repeated-parameter',
        when: 'A query parameter is repeated where one value is due.',
      },
    );
  }
  if (hasCursor) {
    refusals.push({
      kind: 'invalid',
      code: 'invalid-cursor',
      when: '`cursor` is not one that this list answered.',
    });
  }
  if (hasParameters) {
    refusals.push({ kind: 'invalid', code: 'invalid-name', when: 'A part of the path can’t be a name.' });
  }
  if (hasBody) {
    refusals.push({
      kind: 'invalid',
      code: 'invalid-body',
      when: 'The body does not fit: `problems` says where.',
    });
  }
  if (mayHaveBody) refusals.push(...bodyRefusals);
  return refusals;
}

const bodyRefusals: readonly DeclaredRefusal[] = [
  { kind: 'too-slow', code: 'request-timeout', when: 'The body arrives too slowly.' },
  { kind: 'too-large', code: 'body-too-large', when: 'The body is larger than this route takes.' },
  {
    kind: 'unsupported-media-type',
    code: 'unsupported-media-type',
    when: 'The route does not take this Content-Type.',
  },
];

function credentialRefusals(permission: Permission): readonly DeclaredRefusal[] {
  const rule = permissions[permission];
  const bad: DeclaredRefusal = {
    kind: 'unauthenticated',
    code: 'bad-credential',
    when: 'The credential is unknown, expired or revoked.',
  };
  if (permission === 'sign-in') return [];
  const elsewhere: DeclaredRefusal = {
    kind: 'unauthenticated',
    code: 'network-not-allowed',
    when: 'The token is for other networks than the caller’s.',
  };
  if (permission === 'public') return [bad, elsewhere];
  const needed: DeclaredRefusal = {
    kind: 'unauthenticated',
    code: 'credential-needed',
    when: 'No credential was sent.',
  };
  const scope: DeclaredRefusal = {
    kind: 'forbidden',
    code: 'scope-needed',
    when: `The credential lacks the scope "${rule.scope ?? ''}".`,
  };
  const holder: DeclaredRefusal = {
    kind: 'forbidden',
    code: 'forbidden',
    when: `The credential is not of those who may: ${rule.description}`,
  };
  const forbidden = rule.scope === null ? [holder] : [scope, holder];
  if (!['maintainer', 'owner', 'maintainer-or-moderator'].includes(rule.holder))
    return [needed, bad, elsewhere, ...forbidden];
  return [
    needed,
    bad,
    elsewhere,
    ...forbidden,
    { kind: 'forbidden', code: 'not-a-member', when: 'The account has no such role at this publisher.' },
    { kind: 'forbidden', code: 'token-too-narrow', when: 'The token is limited to other plugins.' },
    { kind: 'not-found', code: 'publisher-not-found', when: 'There is no such publisher.' },
  ];
}
