import type { DeclaredRefusal } from '../platform/contract/refuses.js';
import { blobsUnavailable } from './file-responses.js';

/** Why the bytes of an artifact are refused, however they come. */
export const artifactRefusals: readonly DeclaredRefusal[] = [
  { kind: 'invalid', code: 'artifact-kind-unknown', when: 'A file is of no kind that is taken here.' },
  { kind: 'invalid', code: 'artifact-name-invalid', when: 'The file name of an artifact can’t be kept.' },
  { kind: 'invalid', code: 'artifact-name-mismatch', when: 'An artifact is not what its name says.' },
  {
    kind: 'invalid',
    code: 'archive-damaged',
    when: 'An archive can’t be read to its end, or says two things.',
  },
  { kind: 'invalid', code: 'archive-link', when: 'An archive contains a link.' },
  { kind: 'invalid', code: 'metadata-missing', when: 'An archive has no file that says what it is.' },
  { kind: 'invalid', code: 'metadata-invalid', when: 'What an archive says of itself can’t be read.' },
  {
    kind: 'invalid',
    code: 'requirement-by-address',
    when: 'A Python package requires something by its address, past the store.',
  },
  { kind: 'invalid', code: 'wheel-digest-mismatch', when: 'A wheel’s RECORD and its files disagree.' },
  { kind: 'too-large', code: 'artifact-too-large', when: 'An artifact is larger than the store takes.' },
  { kind: 'too-large', code: 'artifact-part-too-large', when: 'A file that has to be read is too large.' },
  { kind: 'too-large', code: 'archive-bomb', when: 'An archive unpacks to more than the store takes.' },
  { kind: 'unavailable', code: 'storage-full', when: 'There is no room; nothing was written.' },
  blobsUnavailable,
  {
    kind: 'unavailable',
    code: 'blob-being-removed',
    when: 'An older copy of the very bytes is just being removed: send the same again after Retry-After.',
  },
];
