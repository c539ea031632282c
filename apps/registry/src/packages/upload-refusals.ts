import type { DeclaredRefusal } from '../platform/contract/refuses.js';
import { artifactRefusals } from './artifact-refusals.js';

/** Why a file of a package by itself is refused, as npm and twine send it. */
export const uploadRefusals: readonly DeclaredRefusal[] = [
  ...artifactRefusals,
  { kind: 'invalid', code: 'sent-digest-wrong', when: 'The file does not have a digest that was sent.' },
  {
    kind: 'invalid',
    code: 'package-not-named',
    when: 'The file is, by its own metadata, of another package or version.',
  },
  {
    kind: 'forbidden',
    code: 'publisher-needed',
    when: 'The name is new, and whose it becomes is not clear.',
  },
  { kind: 'forbidden', code: 'not-a-maintainer', when: 'The package is another publisher’s.' },
  { kind: 'forbidden', code: 'name-taken-upstream', when: 'Upstream has the name.' },
  { kind: 'forbidden', code: 'package-quarantined', when: 'The version is quarantined.' },
  { kind: 'forbidden', code: 'token-too-narrow', when: 'The token is limited to other packages.' },
];
