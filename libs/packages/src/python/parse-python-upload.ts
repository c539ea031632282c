import { limits } from '#kernel';
import { attestationsNotKept, uploadFormInvalid } from '../errors.js';
import { isPythonName, normalizePythonName } from './python-name.js';
import { normalizePythonVersion } from './python-version.js';
import type { SentDigests } from './check-sent-digests.js';

/** What twine and its kin say of a file that they upload; the file itself has the last word on all of it. */
export interface PythonUpload {
  /** Normalised. */
  readonly name: string;
  /** Normalised. */
  readonly version: string;
  readonly digests: SentDigests;
}

/** The fields of the form that mean something here; all others say what the file says itself. */
export const pythonUploadFields: ReadonlySet<string> = new Set([
  ':action',
  'protocol_version',
  'name',
  'version',
  'filetype',
  'sha256_digest',
  'blake2_256_digest',
  'md5_digest',
  'attestations',
]);

/**
 * Reads the fields of the form, by their names. Throws `upload-form-invalid`, and
 * `attestations-not-kept`: to drop them without a word would let their sender believe that they are served.
 */
export function parsePythonUpload(fields: ReadonlyMap<string, string>, filename: string): PythonUpload {
  const field = (name: string): string => fields.get(name)?.trim() ?? '';
  checkKind(field, filename);
  if (!['', '[]'].includes(field('attestations'))) throw attestationsNotKept();
  const name = field('name');
  const version = normalizePythonVersion(field('version'));
  if (!isPythonName(name))
    throw uploadFormInvalid(`its "name" ${shown(name)} can't be the name of a Python package`);
  if (version === null)
    throw uploadFormInvalid(`its "version" ${shown(field('version'))} is not a PEP 440 version`);
  return {
    name: normalizePythonName(name),
    version,
    digests: {
      sha256: field('sha256_digest').toLowerCase() || null,
      blake2b: field('blake2_256_digest').toLowerCase() || null,
      md5: field('md5_digest').toLowerCase() || null,
    },
  };
}

function checkKind(field: (name: string) => string, filename: string): void {
  const action = field(':action');
  if (action !== 'file_upload')
    throw uploadFormInvalid(`its ":action" is ${shown(action)}, and what is done here is "file_upload"`);
  const protocol = field('protocol_version');
  if (!['', '1'].includes(protocol))
    throw uploadFormInvalid(`its "protocol_version" is ${shown(protocol)}, not "1"`);
  const filetype = field('filetype');
  // What is neither of them is refused for what it is.
  const expected = filename.endsWith('.whl') ? 'bdist_wheel' : filename.endsWith('.tar.gz') ? 'sdist' : null;
  if (expected !== null && !['', expected].includes(filetype))
    throw uploadFormInvalid(`its "filetype" is ${shown(filetype)}, and ${shown(filename)} is "${expected}"`);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, limits.nameInSentenceCharacters));
