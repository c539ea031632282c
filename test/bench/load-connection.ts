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
const chunkedEnding = '\r\n0\r\n\r\n';
const shownCharacters = 600;

/**
 * One keep-alive connection with one request under way at a time. It reads only as much of HTTP as it must, so that
 * what limits a run is the server and not this.
 */
export class LoadConnection {
  private head: Buffer | null = null;
  private missing = 0;
  /** Of an answer in chunks: its last bytes, in which the end is looked for; null for one that told its length. */
  private chunkedTail: Buffer | null = null;
  private status = 0;
  private bodyBytes = 0;
  private beginning = '';
  private sentAt = 0;

  private closes = false;

  private constructor(
    private socket: Socket,
    private readonly port: number,
    private readonly answered: (connection: LoadConnection, answer: LoadAnswer) => void,
    private readonly failed: (error: Error) => void,
  ) {
    this.listen();
  }

  static open(
    port: number,
    answered: (connection: LoadConnection, answer: LoadAnswer) => void,
    failed: (error: Error) => void,
  ): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new LoadConnection(socket, port, answered, failed));
      });
      socket.once('error', reject);
    });
  }

  send(request: Uint8Array): void {
    this.sentAt = performance.now();
    this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => {
      this.read(chunk);
    });
    this.socket.on('error', this.failed);
    this.socket.on('end', () => {
      if (!this.closes) this.failed(new Error('The server closed a connection.'));
    });
  }

  /** Some servers end a connection with each answer: what that costs them is theirs. */
  private reconnect(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.destroy();
    this.socket = connect(this.port, '127.0.0.1');
    this.listen();
  }

  private read(chunk: Buffer): void {
    if (this.isChunked()) {
      this.readChunked(chunk);
      return;
    }
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
      if (this.isChunked()) return;
    }
    if (this.missing < 0) this.failed(new Error('The server sent more than it had announced.'));
    else if (this.missing === 0) this.finish();
  }

  private isChunked(): boolean {
    return this.chunkedTail !== null;
  }

  private readHead(seen: Buffer, end: number): void {
    const head = seen.toString('latin1', 0, end);
    this.status = Number(head.slice(9, 12));
    this.closes = /\r\nconnection: *close/i.test(head);
    this.beginning = this.status >= 400 ? seen.toString('latin1', 0, shownCharacters) : head;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isEmpty = this.status === 304 || this.status === 204;
    if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.bodyBytes = 0;
      this.chunkedTail = Buffer.alloc(0);
      this.readChunked(seen.subarray(end + headEnding.length));
      return;
    }
    if (length === undefined && !isEmpty) {
      this.failed(new Error(`An answer has no Content-Length:\n${head}`));
      return;
    }
    this.bodyBytes = isEmpty ? 0 : Number(length);
    this.missing = end + headEnding.length + this.bodyBytes - seen.length;
  }

  /**
   * Other servers send files in chunks. One request is under way at a time, so the answer ends where the bytes that have
   * come end as the last chunk does; the bytes of chunks' own lines are counted in.
   */
  private readChunked(chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    this.chunkedTail = Buffer.concat([this.chunkedTail!, chunk]).subarray(-chunkedEnding.length);
    if (this.chunkedTail.toString('latin1') !== chunkedEnding) return;
    this.chunkedTail = null;
    this.finish();
  }

  private finish(): void {
    const { status, bodyBytes, beginning } = this;
    if (this.closes) this.reconnect();
    this.answered(this, { status, bodyBytes, beginning, latencyMs: performance.now() - this.sentAt });
  }
}
