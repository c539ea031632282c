import type { DeclaredRefusal } from '../../platform/contract/refuses.js';
import { uploadRefusals } from '../upload-refusals.js';

/** Why an upload of twine or uv is refused. */
export const pythonUploadRefusals: readonly DeclaredRefusal[] = [
  { kind: 'not-found', code: 'route-not-found', when: 'The address goes on behind /pypi/legacy/.' },
  ...uploadRefusals,
  { kind: 'invalid', code: 'upload-form-invalid', when: 'The form is not as twine and uv send it.' },
  { kind: 'invalid', code: 'multipart-malformed', when: 'The body is not multipart, or ended too early.' },
  { kind: 'invalid', code: 'too-many-parts', when: 'The form has more parts than any client sends.' },
  { kind: 'invalid', code: 'attestations-not-kept', when: 'It was sent with attestations.' },
  {
    kind: 'invalid',
    code: 'file-taken',
    when: 'File already exists, with other bytes; or the version has another sdist.',
  },
  { kind: 'too-large', code: 'upload-fields-too-large', when: 'The fields are larger than any client’s.' },
];
