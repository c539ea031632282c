import { randomUUID } from 'node:crypto';
import type { BodyToSend } from './operation-route.js';

/** A part of a form (RFC 7578), opened anew for every attempt. */
export interface FormPart {
  readonly name: string;
  readonly filename: string;
  /** In bytes; what `open` gives has to be as long. */
  readonly length: number;
  open(): AsyncIterable<Uint8Array>;
}

/** A form that is streamed part by part; `sent` is told how many bytes of all have been handed on. */
export function multipartBody(
  parts: readonly FormPart[],
  sent: (bytes: number) => void = () => undefined,
): BodyToSend {
  const boundary = `mortise-${randomUUID()}`;
  const framed = parts.map((part) => ({ part, head: Buffer.from(headOf(part, boundary)) }));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const lineEnd = Buffer.from('\r\n');
  const length = framed.reduce(
    (sum, { part, head }) => sum + head.length + part.length + lineEnd.length,
    end.length,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length,
    async *open() {
      let bytes = 0;
      for (const { part, head } of framed) {
        yield head;
        for await (const chunk of part.open()) {
          yield chunk;
          bytes += chunk.length;
          sent(bytes);
        }
        yield lineEnd;
      }
      yield end;
    },
  };
}

/** Quotes and line ends are escaped as browsers do (RFC 7578, 4.2; the WHATWG's form encoding). */
const quoted = (text: string): string =>
  text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');

const headOf = ({ name, filename }: FormPart, boundary: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"; filename="${quoted(filename)}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
