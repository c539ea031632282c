import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface LoadAnswer {
  readonly status: number;
  readonly bodyBytes: number;
  readonly latencyMs: number;
  /** The beginning of the answer, for the message when it is not the expected one. */
  readonly beginning: string;
}

const headEnding = '\r\n\r\n';
const shownCharacters = 600;

/**
 * One keep-alive connection with one request under way at a time. It reads only as much of HTTP as it must, so that
 * what limits a run is the server and not this.
 */
export class LoadConnection {
  private head: Buffer | null = null;
  private missing = 0;
  private status = 0;
  private bodyBytes = 0;
  private beginning = '';
  private sentAt = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly answered: (connection: LoadConnection, answer: LoadAnswer) => void,
    private readonly failed: (error: Error) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.read(chunk);
    });
    socket.on('error', failed);
    socket.on('end', () => {
      failed(new Error('The server closed a connection.'));
    });
  }

  static open(
    port: number,
    answered: (connection: LoadConnection, answer: LoadAnswer) => void,
    failed: (error: Error) => void,
  ): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new LoadConnection(socket, answered, failed));
      });
      socket.once('error', reject);
    });
  }

  send(request: Uint8Array): void {
    this.sentAt = performance.now();
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners('end');
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    if (this.missing > 0) {
      this.missing -= chunk.length;
    } else {
      const seen = this.head === null ? chunk : Buffer.concat([this.head, chunk]);
      const end = seen.indexOf(headEnding);
      if (end === -1) {
        this.head = seen;
        return;
      }
      this.head = null;
      this.readHead(seen, end);
    }
    if (this.missing < 0) this.failed(new Error('The server sent more than it had announced.'));
    else if (this.missing === 0) this.finish();
  }

  private readHead(seen: Buffer, end: number): void {
    const head = seen.toString('latin1', 0, end);
    this.status = Number(head.slice(9, 12));
    this.beginning = this.status >= 400 ? seen.toString('latin1', 0, shownCharacters) : head;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isEmpty = this.status === 304 || this.status === 204;
    if (length === undefined && !isEmpty) {
      this.failed(new Error(`An answer has no Content-Length:\n${head}`));
      return;
    }
    this.bodyBytes = isEmpty ? 0 : Number(length);
    this.missing = end + headEnding.length + this.bodyBytes - seen.length;
  }

  private finish(): void {
    const { status, bodyBytes, beginning } = this;
    this.answered(this, { status, bodyBytes, beginning, latencyMs: performance.now() - this.sentAt });
  }
}
