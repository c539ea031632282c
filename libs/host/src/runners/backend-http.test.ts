import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { askBackend } from './backend-http.js';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** A back end that answers whatever it is asked with these bytes. */
async function ask(answer: (connection: Socket) => void): ReturnType<typeof askBackend> {
  const server = createServer((connection) => {
    opened.push({ close: () => connection.destroy() });
    connection.on('error', () => undefined);
    connection.once('data', () => answer(connection));
  });
  const folder = mkdtempSync(join(tmpdir(), 'm-ask-'));
  opened.push(server, { close: () => rmSync(folder, { recursive: true }) });
  const socketPath = join(folder, 'socket');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return askBackend({ socketPath }, 'GET', '/api/v1/status', 500);
}

const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';
const goOn = (text: string) => (connection: Socket) => {
  connection.write(head);
  const more = (): void => {
    while (!connection.destroyed && connection.write(text));
    if (!connection.destroyed) connection.once('drain', more);
  };
  more();
};

describe('a question to a back end', () => {
  it('is answered with status and JSON', async () => {
    expect(await ask((one) => one.end(`${head}\r\n{"a":1}`))).toEqual({ status: 200, body: { a: 1 } });
  });

  it.each<[string, (connection: Socket) => void]>([
    ['with what isn’t HTTP', (one) => one.end('\0\x01 what do you want?')],
    ['with a body without end', goOn(`\r\n${'y'.repeat(1000)}`)],
    ['with headers without end', goOn(`X-A: ${'y'.repeat(1000)}\r\n`)],
    ['with half of a body', (one) => one.write(`${head}Content-Length: 100\r\n\r\nabc`)],
    ['with half of a head', (one) => one.write('HTTP/1.1 200 O')],
    ['with nothing', () => undefined],
    ['by closing', (one) => one.end()],
  ])('is answered %s: it isn’t well', async (_, answer) => {
    expect(await ask(answer)).toBeUndefined();
  });
});
