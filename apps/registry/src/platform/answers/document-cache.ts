import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { entityTagOf, namesTag } from './entity-tag.js';
import { sendsPageSession } from '../callers/page-sessions.js';

/** What a route answers with, before it is sent. */
export interface MadeDocument {
  readonly body: Buffer;
  readonly contentType: string;
  /** Milliseconds since the epoch after which it must be made anew; absent where only a change does that. */
  readonly makeAnewAt?: number;
  /** Further headers, by their lower-case names, e.g. `vary`. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Document extends MadeDocument {
  readonly etag: string;
}

/** The documents of one subject. They leave together, since one change of it may be a change of each. */
interface Shelf {
  readonly documents: Map<string, Document>;
  readonly beingMade: Map<string, Promise<Document>>;
  bytes: number;
  /** Whether anybody asked for it since the sweep last came by. */
  wanted: boolean;
}

/**
 * Keeps what everybody may see of a plugin or a package as bytes, by subject (a plugin's id, or `npm:name` or
 * `python:name`, as notices have it) and by the name of the document (its route and all of the request that it depends
 * on), until a commit changes the subject. Stands behind the guards: who is let through to
 * it sees the same as everybody else.
 *
 * The ETag is a digest of the bytes: it changes when the answer does and only then, and replicas agree on it. A
 * document whose making began before a change is never kept after it, and nobody who asked after the change is
 * answered with it.
 */
export class DocumentCache {
  private readonly shelves = new Map<string, Shelf>();
  private bytes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly capacityBytes: number = limits.documentCacheBytes,
  ) {}

  /** Sends the document named `name` of `plugin`, from memory where it is kept, else as `make` makes it; or a 304. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    subject: string,
    name: string,
    make: () => Promise<MadeDocument>,
  ): void | Promise<void> {
    const shelf = this.shelves.get(subject);
    const kept = shelf?.documents.get(name);
    if (shelf && kept && (kept.makeAnewAt === undefined || kept.makeAnewAt > this.clock.now())) {
      shelf.wanted = true;
      return send(request, reply, kept);
    }
    return this.fill(subject, name, make).then((document) => send(request, reply, document));
  }

  /** Sends what only this caller may see, or what too few ask for: made each time, kept nowhere, with its ETag. */
  async answerUnkept(
    request: FastifyRequest,
    reply: FastifyReply,
    make: () => Promise<MadeDocument>,
  ): Promise<void> {
    send(request, reply, withTag(await make()));
  }

  /** To be told of every commit that may have changed something of the subject. */
  forget(subject: string): void {
    const shelf = this.shelves.get(subject);
    if (!shelf) return;
    this.shelves.delete(subject);
    this.bytes -= shelf.bytes;
  }

  /** To be told of every commit that may have changed something of the publisher. */
  forgetPublisher(publisher: string): void {
    const prefix = `${publisher}/`;
    for (const subject of this.shelves.keys()) if (subject.startsWith(prefix)) this.forget(subject);
  }

  /** To be told when commits may have been missed. */
  forgetAll(): void {
    this.shelves.clear();
    this.bytes = 0;
  }

  private fill(subject: string, name: string, make: () => Promise<MadeDocument>): Promise<Document> {
    const shelf = this.shelfOf(subject);
    const running = shelf.beingMade.get(name);
    if (running) return running;
    const making = this.make(subject, shelf, name, make);
    shelf.beingMade.set(name, making);
    return making;
  }

  private async make(
    subject: string,
    shelf: Shelf,
    name: string,
    make: () => Promise<MadeDocument>,
  ): Promise<Document> {
    try {
      const document = withTag(await make());
      // Another shelf, or none: the plugin changed meanwhile, and this may show it as it was before.
      if (this.shelves.get(subject) === shelf) this.keep(subject, shelf, name, document);
      return document;
    } finally {
      shelf.beingMade.delete(name);
      const isEmpty = shelf.documents.size === 0 && shelf.beingMade.size === 0;
      if (isEmpty && this.shelves.get(subject) === shelf) this.forget(subject);
    }
  }

  private shelfOf(subject: string): Shelf {
    const existing = this.shelves.get(subject);
    if (existing) return existing;
    const bytes = limits.documentCacheOverheadBytes;
    const shelf: Shelf = { documents: new Map(), beingMade: new Map(), bytes, wanted: false };
    this.shelves.set(subject, shelf);
    this.bytes += bytes;
    return shelf;
  }

  private keep(subject: string, shelf: Shelf, name: string, document: Document): void {
    const before = shelf.documents.get(name);
    const grown = sizeOf(name, document) - (before ? sizeOf(name, before) : 0);
    // One plugin with thousands of versions must not drive out all the others.
    if (shelf.bytes + grown > this.capacityBytes / limits.documentCacheSharesOfOnePlugin) {
      this.forget(subject);
      return;
    }
    shelf.documents.set(name, document);
    shelf.bytes += grown;
    this.bytes += grown;
    if (this.bytes > this.capacityBytes) this.sweep();
  }

  /** Lets the longest kept go, passing once over those that were asked for since it last came by. */
  private sweep(): void {
    for (const [subject, shelf] of this.shelves) {
      if (this.bytes <= this.capacityBytes) return;
      if (!shelf.wanted) {
        this.forget(subject);
        continue;
      }
      shelf.wanted = false;
      this.shelves.delete(subject);
      this.shelves.set(subject, shelf);
    }
  }
}

function withTag(made: MadeDocument): Document {
  return { ...made, etag: entityTagOf(made.body) };
}

const sizeOf = (name: string, document: Document): number =>
  document.body.length + name.length + limits.documentCacheOverheadBytes;

function send(request: FastifyRequest, reply: FastifyReply, document: Document): void {
  reply.header('etag', document.etag);
  reply.header(
    'cache-control',
    request.headers.authorization === undefined && !sendsPageSession(request)
      ? 'no-cache'
      : 'private, no-cache',
  );
  if (document.headers) reply.headers(document.headers);
  if (namesTag(request.headers['if-none-match'], document.etag)) {
    reply.code(304).send();
    return;
  }
  reply.header('content-type', document.contentType).send(document.body);
}
