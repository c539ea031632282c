import type { DeclaredRefusal } from '../../platform/contract/refuses.js';

/** Why an upload of twine or uv is refused. */
export const pythonUploadRefusals: readonly DeclaredRefusal[] = [
  { kind: 'invalid', code: 'upload-form-invalid', when: 'The form is not as twine and uv send it.' },
  { kind: 'invalid', code: 'multipart-malformed', when: 'The body is not multipart, or ended too early.' },
  { kind: 'invalid', code: 'too-many-parts', when: 'The form has more parts than any client sends.' },
  { kind: 'invalid', code: 'attestations-not-kept', when: 'It was sent with attestations.' },
  { kind: 'invalid', code: 'sent-digest-wrong', when: 'The file does not have a digest that was sent.' },
  { kind: 'invalid', code: 'artifact-name-mismatch', when: 'The file’s name and its METADATA disagree.' },
  { kind: 'invalid', code: 'package-not-named', when: 'The form names another package or version.' },
  {
    kind: 'invalid',
    code: 'file-taken',
    when: 'File already exists, with other bytes; or the version has another sdist.',
  },
  {
    kind: 'forbidden',
    code: 'publisher-needed',
    when: 'The name is new, and whose it becomes is not clear.',
  },
  { kind: 'forbidden', code: 'not-a-maintainer', when: 'The package is another publisher’s.' },
  { kind: 'forbidden', code: 'name-taken-upstream', when: 'The upstream index has the name.' },
  { kind: 'forbidden', code: 'package-quarantined', when: 'The version is quarantined.' },
  { kind: 'too-large', code: 'artifact-too-large', when: 'The file is larger than the store takes.' },
  { kind: 'too-large', code: 'archive-bomb', when: 'Unpacked it would be larger than the store takes.' },
  { kind: 'too-large', code: 'upload-fields-too-large', when: 'The fields are larger than any client’s.' },
];
