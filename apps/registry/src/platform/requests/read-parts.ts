import { Busboy } from '@fastify/busboy';
import type { BusboyHeaders, BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { RegistryError } from '#kernel';

/** One part of a `multipart/form-data` body, while it arrives. */
export interface Part {
  readonly name: string | undefined;
  /** As it was sent, folders included. */
  readonly filename: string | undefined;
  readonly bytes: Readable;
}

export interface PartLimits {
  readonly maxParts: number;
  /** Of the whole body. */
  readonly maxBytes: number;
}

/**
 * Reads a multipart body to its end and hands over each part as it comes; `take` reads the part's bytes, which holds
 * back the rest until then. Throws what the first `take` throws, `multipart-malformed`, `too-many-parts` and
 * `body-too-large`; by then every `take` has ended. The connection stays open for the answer.
 */
export async function readParts(
  request: FastifyRequest,
  limits: PartLimits,
  take: (part: Part) => Promise<void>,
): Promise<void> {
  const parser = openParser(request, limits.maxParts);
  const reading = new AbortController();
  const parts: Readable[] = [];
  const takes: Promise<void>[] = [];
  const stop = (error: unknown): void => {
    if (!reading.signal.aborted) reading.abort(error);
  };
  parser.on('file', (name: string | undefined, bytes, filename: string | undefined) => {
    parts.push(bytes);
    // Whoever reads the part hears of its errors, and breaks it off where it stops reading: that isn't the reason.
    bytes.on('error', () => undefined);
    takes.push(take({ name, filename, bytes }).catch(stop));
  });
  parser.on('filesLimit', () => stop(tooManyParts(limits.maxParts)));
  parser.on('error', (error) => stop(malformed(error)));
  try {
    await feed(request, parser, limits.maxBytes, reading.signal);
  } catch (error) {
    stop(error);
    for (const part of parts) part.destroy(new Error('The body could not be read to its end.'));
  }
  await Promise.all(takes);
  if (reading.signal.aborted) throw reading.signal.reason;
}

function openParser(request: FastifyRequest, maxParts: number): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      isPartAFile: () => true,
      preservePath: true,
      limits: { files: maxParts, headerPairs: 100 },
    });
  } catch (error) {
    throw malformed(error);
  }
}

async function feed(
  request: FastifyRequest,
  parser: BusboyInstance,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes);
  const finished = once(parser, 'finish', { signal });
  // It is waited for below; until then a failure is told by `signal`.
  finished.catch(() => undefined);
  let received = 0;
  // Leaving the loop early must not close the connection, which the answer still needs.
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > maxBytes) throw bodyTooLarge(maxBytes);
    signal.throwIfAborted();
    if (!parser.write(chunk)) await once(parser, 'drain', { signal });
  }
  parser.end();
  await finished;
}

const malformed = (cause: unknown): RegistryError =>
  new RegistryError(
    'invalid',
    'multipart-malformed',
    'The body is not multipart/form-data as RFC 7578 has it, or ended too early: let your HTTP client make it, and set no Content-Type of your own.',
    { cause },
  );

const tooManyParts = (maxParts: number): RegistryError =>
  new RegistryError('invalid', 'too-many-parts', `A body has up to ${maxParts} parts here: send fewer.`);

const bodyTooLarge = (maxBytes: number): RegistryError =>
  new RegistryError('too-large', 'body-too-large', `A body has up to ${maxBytes} bytes here.`, {
    details: { max_bytes: maxBytes },
  });
