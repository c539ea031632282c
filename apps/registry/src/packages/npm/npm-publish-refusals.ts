import type { DeclaredRefusal } from '../../platform/contract/refuses.js';
import { uploadRefusals } from '../upload-refusals.js';
import { noPackageName } from './npm-change-refusals.js';

/** Why `npm publish` is refused. */
export const npmPublishRefusals: readonly DeclaredRefusal[] = [
  ...uploadRefusals,
  noPackageName,
  { kind: 'invalid', code: 'npm-document-malformed', when: 'The document is not as npm clients send it.' },
  {
    kind: 'invalid',
    code: 'invalid-dist-tag',
    when: 'A dist-tag is a version or a range, or no tag at all.',
  },
  {
    kind: 'forbidden',
    code: 'name-differs-in-case',
    when: 'Capital letters alone tell the new name from another.',
  },
  { kind: 'forbidden', code: 'scope-taken', when: 'The scope is used by another publisher.' },
  { kind: 'conflict', code: 'file-taken', when: 'The version exists with other bytes, for ever.' },
  { kind: 'too-large', code: 'npm-document-too-large', when: 'What is beside the tarball is too large.' },
];
