import { oauthMembers } from './oauth-members.js';
import type { ProblemDocument } from './problem-document.js';

/** The problem with the members that the clients of the address look for: npm prints `error` to its user. */
export function withClientMembers(problem: ProblemDocument, url: string): ProblemDocument {
  if (url.startsWith('/npm/')) return { error: problem.detail, ...problem };
  if (url.startsWith('/oauth/')) return { ...oauthMembers(problem.status, problem.detail), ...problem };
  return problem;
}
