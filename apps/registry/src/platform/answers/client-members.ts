import { oauthMembers } from './oauth-members.js';
import type { ProblemDocument } from './problem-document.js';

/** Whoever is told this has given a client an address that is nearly right. */
const pythonAddresses =
  'The Python index is at /pypi/simple/, and uploads go to /pypi/legacy/: correct the address.';
const allAddresses =
  'There is nothing at this address: the npm registry is at /npm/, the Python index at /pypi/simple/; for the rest see /docs.';
const nowhere: readonly string[] = ['route-not-found', 'method-not-allowed'];

/** What npm can ask of other registries, and what the store has instead. */
const notOffered: readonly (readonly [address: RegExp, instead: string])[] = [
  [
    /^\/npm\/-\/(?:org|team)\/(?![^/]+\/package\b)/,
    'There are no organisations and no teams here: who may publish is a member of a publisher (/api/v1/publishers) or an owner of the package (npm owner).',
  ],
  [
    /^\/npm\/-\/(?:stage\b|package\/[^/]+\/trust\b)/,
    'There is no staged and no trusted publishing here: publish at once (npm publish), with a token that expires (npm token create).',
  ],
  [
    /^\/npm\/-\/_view\//,
    'There are no stars here: GET /api/v1/plugins?sort=downloads says what is used most.',
  ],
  [
    /^\/npm\/-\/npm\/v1\/hooks?\b/,
    'There are no hooks here: GET /api/v1/changes tells in order of all that changed.',
  ],
];

/** The problem as the clients of the address look for it: npm prints `error` to its user, twine the sentence. */
export function withClientMembers(problem: ProblemDocument, url: string): ProblemDocument {
  if (url.startsWith('/npm/')) {
    // Not by the code: some of these addresses look like those of a package that is named `-`.
    const isMissing = problem.status === 404 || problem.status === 405;
    const instead = isMissing ? notOffered.find(([address]) => address.test(url))?.[1] : undefined;
    const detail = instead ?? problem.detail;
    return { error: detail, ...problem, detail };
  }
  if (url.startsWith('/oauth/')) return { ...oauthMembers(problem.status, problem.detail), ...problem };
  if (/^\/pypi(?:[/?]|$)/.test(url) && nowhere.includes(problem.code))
    return { ...problem, detail: pythonAddresses };
  if (!url.startsWith('/api/') && problem.code === 'route-not-found')
    return { error: allAddresses, ...problem, detail: allAddresses };
  return problem;
}
