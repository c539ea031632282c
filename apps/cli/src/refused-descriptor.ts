import { StoreProblem } from '#client';
import type { ProblemMembers } from '#client';
import type { ProblemSource } from './show-problems.js';

/** What is wrong with a descriptor, found here or by the store, with the text whose lines are shown beside it. */
export class RefusedDescriptor extends StoreProblem {
  constructor(
    readonly source: ProblemSource,
    members: ProblemMembers,
  ) {
    super(members);
  }
}
