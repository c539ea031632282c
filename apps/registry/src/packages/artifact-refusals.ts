import type { RefusalKind } from '#kernel';
import type { ArtifactExcess, ArtifactFlaw, IconExcess, IconFlaw, TarFlaw } from '#packages';
import type { DeclaredRefusal } from '../platform/contract/refuses.js';
import { blobsUnavailable } from './file-responses.js';

/** A refusal for every code there is of a sort: one that has no sentence does not compile. */
const eachOf = <Code extends string>(
  kind: RefusalKind,
  sentences: Readonly<Record<Code, string>>,
): readonly DeclaredRefusal[] =>
  Object.entries<string>(sentences).map(([code, when]) => ({ kind, code, when }));

const tarFlaws: Readonly<Record<TarFlaw, string>> = {
  'archive-damaged': 'An archive can’t be read to its end, or says two things.',
  'archive-device': 'An archive contains what is neither file nor folder.',
  'archive-duplicate-entry': 'An archive has one name twice.',
  'archive-entry-name': 'A name in an archive is too long, too deep, not UTF-8, or has control characters.',
  'archive-entry-outside': 'An archive contains what would be unpacked outside its folder.',
  'archive-link': 'An archive contains a link.',
};

/** Why a tar is refused, whatever is in it. */
export const tarRefusals = eachOf('invalid', tarFlaws);

/** Why the bytes of an artifact are refused, however they come. */
export const artifactRefusals: readonly DeclaredRefusal[] = [
  ...eachOf<ArtifactFlaw>('invalid', {
    ...tarFlaws,
    'archive-encrypted': 'An archive asks for a password.',
    'archive-layout': 'A tarball’s files do not lie in the one folder that its kind has.',
    'archive-method': 'An archive is compressed in a way that installers can’t read.',
    'artifact-kind-unknown': 'A file is of no kind that is taken here.',
    'artifact-name-invalid': 'The file name of an artifact can’t be kept.',
    'artifact-name-mismatch': 'An artifact is not what its name says.',
    'metadata-ambiguous': 'A wheel has more than one file that says what it is.',
    'metadata-invalid': 'What an archive says of itself can’t be read.',
    'metadata-missing': 'An archive has no file that says what it is.',
    'requirement-by-address': 'A Python package requires something by its address, past the store.',
    'wheel-digest-mismatch': 'A wheel’s RECORD and its files disagree.',
  }),
  ...eachOf<ArtifactExcess>('too-large', {
    'archive-bomb': 'An archive unpacks to more than the store takes.',
    'artifact-part-too-large': 'A file that has to be read is too large.',
  }),
  { kind: 'too-large', code: 'artifact-too-large', when: 'An artifact is larger than the store takes.' },
  { kind: 'unavailable', code: 'storage-full', when: 'There is no room; nothing was written.' },
  blobsUnavailable,
  {
    kind: 'unavailable',
    code: 'blob-being-removed',
    when: 'An older copy of the very bytes is just being removed: send the same again after Retry-After.',
  },
];

/** Why an icon is refused. */
export const iconRefusals: readonly DeclaredRefusal[] = [
  ...eachOf<IconFlaw>('invalid', {
    'icon-damaged': 'An icon can’t be read as what it is.',
    'icon-unsafe': 'An SVG icon has more in it than a drawing.',
  }),
  ...eachOf<IconExcess>('too-large', { 'icon-too-large': 'An icon has too many bytes or pixels.' }),
];
