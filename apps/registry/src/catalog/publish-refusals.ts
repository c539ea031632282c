import type { DeclaredRefusal } from '../platform/contract/refuses.js';
import { artifactRefusals, iconRefusals } from '../packages/artifact-refusals.js';

/** What publishing refuses, besides what every route does. */
export const publishRefusals: readonly DeclaredRefusal[] = [
  ...artifactRefusals,
  ...iconRefusals,
  {
    kind: 'invalid',
    code: 'invalid-descriptor',
    when: 'The descriptor has errors: `problems` has all of them.',
  },
  {
    kind: 'invalid',
    code: 'several-releases',
    when: 'The descriptor has several versions: send it to `imports`.',
  },
  {
    kind: 'invalid',
    code: 'multipart-malformed',
    when: 'The body is not multipart/form-data, or ended too early.',
  },
  { kind: 'invalid', code: 'unknown-part', when: 'A part is named neither `descriptor` nor `artifact`.' },
  { kind: 'invalid', code: 'too-many-parts', when: 'There are more than 64 artifacts.' },
  {
    kind: 'invalid',
    code: 'descriptor-missing',
    when: 'There is no part named `descriptor`, and no tarball that offers one.',
  },
  { kind: 'not-found', code: 'package-version-not-found', when: 'The store has no package as `from` names.' },
  { kind: 'invalid', code: 'descriptor-repeated', when: 'There is more than one part named `descriptor`.' },
  { kind: 'invalid', code: 'artifact-filename-missing', when: 'An artifact came without a file name.' },
  {
    kind: 'invalid',
    code: 'artifact-unused',
    when: 'The descriptor does not name an artifact that was sent.',
  },
  {
    kind: 'invalid',
    code: 'artifact-missing',
    when: 'The descriptor names an icon that is nowhere to be found.',
  },
  { kind: 'invalid', code: 'artifact-duplicate', when: 'Two artifacts have one file name, and other bytes.' },
  {
    kind: 'invalid',
    code: 'artifact-version-mismatch',
    when: 'An artifact has, by its own metadata, another version than the descriptor names.',
  },
  {
    kind: 'invalid',
    code: 'package-version-conflict',
    when: 'The artifacts have several versions of one package.',
  },
  { kind: 'invalid', code: 'several-sdists', when: 'A package has more than one source distribution.' },
  { kind: 'invalid', code: 'several-tarballs', when: 'A package has more than one npm tarball.' },
  {
    kind: 'forbidden',
    code: 'package-owned',
    when: 'A package of the artifacts belongs to another publisher.',
  },
  { kind: 'forbidden', code: 'package-quarantined', when: 'A package version that is named is quarantined.' },
  { kind: 'conflict', code: 'version-taken', when: 'The version was published before, with other bytes.' },
  {
    kind: 'conflict',
    code: 'file-taken',
    when: 'A package version has a file of that name, with other bytes.',
  },
  { kind: 'too-large', code: 'descriptor-too-large', when: 'The descriptor is larger than 1 MiB.' },
  {
    kind: 'unsupported-media-type',
    code: 'unsupported-media-type',
    when: 'The body is neither YAML nor a form.',
  },
  {
    kind: 'unprocessable',
    code: 'package-not-found',
    when: 'A package was neither sent, nor has the store or its upstream it: `packages` has all of them.',
  },
  {
    kind: 'forbidden',
    code: 'name-taken-upstream',
    when: 'A package of the artifacts has a name that is upstream’s.',
  },
  {
    kind: 'forbidden',
    code: 'name-differs-in-case',
    when: 'The npm name is new, and capital letters alone tell it from another.',
  },
  {
    kind: 'forbidden',
    code: 'scope-taken',
    when: 'A new package has an npm scope that another publisher uses.',
  },
  { kind: 'invalid', code: 'lock-invalid', when: 'The lock can’t be read, or names what no store has.' },
  {
    kind: 'unprocessable',
    code: 'lock-not-satisfied',
    when: 'Files that the lock names can’t be had: `problems` has all of them.',
  },
  { kind: 'unavailable', code: 'upstream-unreachable', when: 'Upstream is needed, and does not answer.' },
  { kind: 'forbidden', code: 'upstream-refuses', when: 'Upstream is needed, and won’t give the package.' },
  { kind: 'unavailable', code: 'too-many-jobs', when: 'Too many releases wait for upstream.' },
];
