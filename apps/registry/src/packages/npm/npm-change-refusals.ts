import type { DeclaredRefusal } from '../../platform/contract/refuses.js';

export const noPackageName: DeclaredRefusal = {
  kind: 'invalid',
  code: 'invalid-package-name',
  when: 'The address names no npm package.',
};

/** Why a change of a package is refused. */
export const npmChangeRefusals: readonly DeclaredRefusal[] = [
  { kind: 'invalid', code: 'invalid-body', when: 'The body is not what the client of that act sends.' },
  noPackageName,
  { kind: 'invalid', code: 'npm-change-not-taken', when: 'It is no change that can be made.' },
  {
    kind: 'invalid',
    code: 'invalid-dist-tag',
    when: 'The dist-tag is a version or a range, or no tag at all.',
  },
  { kind: 'invalid', code: 'deprecation-too-long', when: 'A deprecation’s message is too long.' },
  { kind: 'invalid', code: 'no-maintainer-left', when: 'Nobody would maintain the package.' },
  { kind: 'forbidden', code: 'token-too-narrow', when: 'The token is limited to other packages.' },
  { kind: 'forbidden', code: 'not-a-maintainer', when: 'The package is another publisher’s.' },
  { kind: 'forbidden', code: 'package-is-upstreams', when: 'The package was pulled from upstream.' },
  { kind: 'forbidden', code: 'unpublish-refused', when: 'A version was left out: what was published stays.' },
  {
    kind: 'forbidden',
    code: 'latest-is-needed',
    when: 'The dist-tag `latest` can be moved, and not removed.',
  },
  {
    kind: 'forbidden',
    code: 'member-is-maintainer',
    when: 'Somebody to be removed is a member of the publisher.',
  },
  {
    kind: 'forbidden',
    code: 'maintainers-are-for-members',
    when: 'Only members of the publisher say who else maintains the package.',
  },
  { kind: 'not-found', code: 'maintainer-not-found', when: 'Somebody who is named has no account.' },
  { kind: 'not-found', code: 'dist-tag-not-found', when: 'The package has no such dist-tag.' },
  { kind: 'not-found', code: 'package-not-found', when: 'There is no such package.' },
  { kind: 'not-found', code: 'package-version-not-found', when: 'The package has no such version.' },
  { kind: 'conflict', code: 'too-many-maintainers', when: 'The package has too many of its own.' },
  { kind: 'conflict', code: 'package-changed', when: 'The package was changed since it was read.' },
];
