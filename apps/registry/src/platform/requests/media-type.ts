import type { FastifyRequest } from 'fastify';
import { RegistryError } from '#kernel';

/** The media type of the body, without parameters and in lower case; empty where the request names none. */
export function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

export const formType = 'application/x-www-form-urlencoded';

export const yamlTypes: readonly string[] = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
];

export const tarTypes: readonly string[] = [
  'application/x-tar',
  'application/tar',
  'application/x-gtar',
  'application/gzip',
  'application/x-gzip',
  'application/x-compressed-tar',
];

export const unsupportedMediaType = (expected: readonly string[]): RegistryError =>
  new RegistryError(
    'unsupported-media-type',
    'unsupported-media-type',
    `This route takes ${expected.join(', ')}: say in Content-Type which of them the body is.`,
  );
