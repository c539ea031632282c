import type { DeclaredRefusal } from '../../platform/contract/refuses.js';

/** Why `npm publish` is refused. */
export const npmPublishRefusals: readonly DeclaredRefusal[] = [
  { kind: 'invalid', code: 'invalid-package-name', when: 'The address names no npm package.' },
  { kind: 'invalid', code: 'npm-document-malformed', when: 'The document is not as npm clients send it.' },
  { kind: 'invalid', code: 'sent-digest-wrong', when: 'The tarball is not the one whose digest was sent.' },
  {
    kind: 'invalid',
    code: 'package-not-named',
    when: 'The tarball’s package.json has another name or version.',
  },
  {
    kind: 'invalid',
    code: 'invalid-dist-tag',
    when: 'A dist-tag is a version or a range, or no tag at all.',
  },
  {
    kind: 'forbidden',
    code: 'publisher-needed',
    when: 'The name is new, and whose it becomes is not clear.',
  },
  { kind: 'forbidden', code: 'not-a-maintainer', when: 'The package is another publisher’s.' },
  { kind: 'forbidden', code: 'name-has-capitals', when: 'The name is new, and not in lower case.' },
  { kind: 'forbidden', code: 'scope-taken', when: 'The scope is used by another publisher.' },
  { kind: 'forbidden', code: 'name-taken-upstream', when: 'The upstream registry has the name.' },
  { kind: 'forbidden', code: 'package-quarantined', when: 'The version is quarantined.' },
  { kind: 'conflict', code: 'file-taken', when: 'The version exists with other bytes, for ever.' },
  { kind: 'too-large', code: 'artifact-too-large', when: 'The tarball is larger than the store takes.' },
  { kind: 'too-large', code: 'npm-document-too-large', when: 'What is beside the tarball is too large.' },
];
