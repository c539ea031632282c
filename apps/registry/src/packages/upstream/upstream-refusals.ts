/** What a fetch from upstream may end with, for the contract. */
export const upstreamUnreachable = {
  kind: 'unavailable',
  code: 'upstream-unreachable',
  when: 'The name is upstream’s, which doesn’t answer, and nothing of it was kept.',
} as const;

export const upstreamRefuses = {
  kind: 'forbidden',
  code: 'upstream-refuses',
  when: 'The name is upstream’s, which won’t give it, and nothing of it was kept.',
} as const;

export const upstreamRefusals = [
  upstreamUnreachable,
  upstreamRefuses,
  {
    kind: 'forbidden',
    code: 'upstream-mismatch',
    when: 'What upstream sends isn’t what its index promises; it was not kept.',
  },
  {
    kind: 'forbidden',
    code: 'upstream-changed',
    when: 'Upstream has other bytes under the name than those that were pulled before.',
  },
  {
    kind: 'forbidden',
    code: 'upstream-file-too-large',
    when: 'Upstream’s file is larger than what the store fetches.',
  },
] as const;
