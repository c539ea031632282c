import { errorCodes } from 'fastify';
import type { FastifyRequest } from 'fastify';
import { finished } from 'node:stream';
import { limits, RegistryError } from '#kernel';

/**
 * The whole body; throws as Fastify's own parsers do, and `request-timeout` where it trickles in, since it is held in memory
 * meanwhile. The connection stays open for the answer.
 */
export async function collectBody(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await readBody(request, maxBytes, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

/** Hands over the body as it arrives, and throws as `collectBody` does. */
export function readBody(
  request: FastifyRequest,
  maxBytes: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const { raw, headers } = request;
  if (Number(headers['content-length'] ?? 0) > maxBytes)
    return Promise.reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
  return new Promise((resolve, reject) => {
    let size = 0;
    let looked = 0;
    const receive = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) settle(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
      else take(chunk);
    };
    const look = (): void => {
      if (size - looked < limits.bodyBytesPerLook) settle(tooSlow());
      looked = size;
    };
    const timer = setInterval(look, limits.bodyLookedAtEveryMs);
    const settle = (error?: Error | null): void => {
      clearInterval(timer);
      raw.off('data', receive);
      stopListening();
      if (error) reject(error);
      else resolve();
    };
    const stopListening = finished(raw, { writable: false }, settle);
    raw.on('data', receive);
  });
}

const tooSlow = (): RegistryError =>
  new RegistryError(
    'too-slow',
    'request-timeout',
    `The body arrives too slowly: less than ${limits.bodyBytesPerLook / 1024} KiB within ${limits.bodyLookedAtEveryMs / 1000} seconds. Send it again, over a faster line.`,
  );
