import type { FastifyRequest } from 'fastify';
import { limits, RegistryError } from '#kernel';
import { pythonUploadFields, uploadFormInvalid } from '#packages';
import type { StagedFile, Staging } from '#packages';
import { readParts } from '../../platform/requests/read-parts.js';
import type { Part } from '../../platform/requests/read-parts.js';

/** What twine or uv sent: the file, and those fields beside it that mean something here. */
export interface PythonUploadForm {
  readonly filename: string;
  readonly file: StagedFile;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * Reads the multipart body of an upload, its parts in any order. When it throws, nothing is left behind; afterwards the
 * file is the caller's to discard.
 */
export async function readPythonUploadForm(
  request: FastifyRequest,
  staging: Staging,
): Promise<PythonUploadForm> {
  const reader = new FormReader(staging);
  const bounds = {
    maxParts: limits.pythonUploadParts,
    maxBytes: limits.artifactBytes + limits.pythonUploadFieldsBytes,
  };
  try {
    await readParts(request, bounds, (part) => reader.take(part));
    return reader.form();
  } catch (error) {
    await reader.discard();
    throw error;
  }
}

class FormReader {
  private readonly fields = new Map<string, string>();
  private readonly seen = new Set<string>();
  private content: { filename: string; file: StagedFile } | undefined;
  private fieldBytes = 0;

  constructor(private readonly staging: Staging) {}

  async take(part: Part): Promise<void> {
    const { name = '' } = part;
    const matters = name === 'content' || pythonUploadFields.has(name);
    if (matters && this.seen.has(name)) throw uploadFormInvalid(`it has "${name}" more than once`);
    if (matters) this.seen.add(name);
    if (name === 'content') await this.takeContent(part);
    else if (matters) this.fields.set(name, await this.read(part));
    else await this.readAway(part);
  }

  form(): PythonUploadForm {
    const isRegistration = this.fields.get(':action') === 'submit';
    if (isRegistration) throw uploadFormInvalid('nothing is registered here before it is uploaded');
    if (this.content === undefined) throw uploadFormInvalid('it has no part named "content"');
    return { ...this.content, fields: this.fields };
  }

  async discard(): Promise<void> {
    await this.content?.file.discard();
  }

  private async takeContent({ filename, bytes }: Part): Promise<void> {
    if (filename === undefined || filename === '') throw uploadFormInvalid('its "content" has no file name');
    const options = { maxBytes: limits.artifactBytes };
    this.content = { filename, file: await this.staging.stage(bytes as AsyncIterable<Uint8Array>, options) };
  }

  private async read(part: Part): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of part.bytes as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.pythonUploadFieldBytes) throw fieldTooLarge(part.name ?? '');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  /** A description, classifiers, a signature: the file says these itself, or nobody asks for them. */
  private async readAway(part: Part): Promise<void> {
    for await (const chunk of part.bytes as AsyncIterable<Buffer>) {
      this.fieldBytes += chunk.length;
      if (this.fieldBytes > limits.pythonUploadFieldsBytes) throw fieldsTooLarge();
    }
  }
}

const fieldTooLarge = (name: string): RegistryError =>
  new RegistryError(
    'too-large',
    'upload-fields-too-large',
    `The field "${name}" may have up to ${limits.pythonUploadFieldBytes} bytes.`,
  );

const fieldsTooLarge = (): RegistryError =>
  new RegistryError(
    'too-large',
    'upload-fields-too-large',
    `What is sent beside the file may have up to ${limits.pythonUploadFieldsBytes} bytes: shorten the description of the package.`,
  );
