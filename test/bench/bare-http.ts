/** Floor: a `node:http` server that sends the same bytes, and does nothing else. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headersWithoutBody } from './bare-answer.js';
import type { BareAnswer, BareCommand, BareReply } from './bare-answer.js';

let answer: BareAnswer = { status: 200, headers: {}, body: Buffer.alloc(0) };
let headers: Record<string, string | number> = {};
let emptyHeaders: Record<string, string> = {};

function respond(request: IncomingMessage, response: ServerResponse): void {
  const condition = request.headers['if-none-match'];
  if (condition !== undefined && condition === answer.headers['etag']) {
    response.writeHead(304, emptyHeaders).end();
  } else {
    response.writeHead(answer.status, headers).end(answer.body);
  }
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    respond(request, response);
    return;
  }
  request.resume();
  request.on('end', () => {
    respond(request, response);
  });
});

await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
const { port } = server.address() as AddressInfo;

process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.on('message', (command: BareCommand) => {
  answer = command.answer;
  headers = { ...answer.headers, 'content-length': answer.body.length };
  emptyHeaders = headersWithoutBody(answer.headers);
  process.send!({ port } satisfies BareReply);
});
