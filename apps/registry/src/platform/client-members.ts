import { oauthMembers } from './oauth-members.js';
import type { ProblemDocument } from './problem-document.js';

/** Whoever is told this has given a client an address that is nearly right. */
const pythonAddresses =
  'The Python index is at /pypi/simple/, and uploads go to /pypi/legacy/: correct the address.';
const nowhere: readonly string[] = ['route-not-found', 'method-not-allowed'];

/** The problem as the clients of the address look for it: npm prints `error` to its user, twine the sentence. */
export function withClientMembers(problem: ProblemDocument, url: string): ProblemDocument {
  if (url.startsWith('/npm/')) return { error: problem.detail, ...problem };
  if (url.startsWith('/oauth/')) return { ...oauthMembers(problem.status, problem.detail), ...problem };
  if (/^\/pypi(?:[/?]|$)/.test(url) && nowhere.includes(problem.code))
    return { ...problem, detail: pythonAddresses };
  return problem;
}
