import type { FastifyReply } from 'fastify';
import { normalizeName } from '#kernel';
import type { PluginId } from '#kernel';
import { DocumentCache } from './document-cache.js';
import type { MadeDocument } from './document-cache.js';
import type { AuthenticatedRequest } from '../callers/requires.js';
import { Sight } from '../callers/sight.js';

/** Whose eyes a document is made for: with `seesAll`, those of somebody who sees what is pending or rejected. */
export interface Viewer {
  readonly plugin: PluginId;
  readonly seesAll: boolean;
}

export type MakeDocument = (viewer: Viewer) => Promise<MadeDocument>;

/**
 * Answers reads of a plugin (the route has `:publisher` and `:plugin`, in any spelling) from the document cache, and
 * makes an answer of their own for those who see more than everybody does.
 */
export class PluginDocuments {
  constructor(
    private readonly documents: DocumentCache,
    private readonly sight: Sight,
  ) {}

  /** `name` is the route and all of the request that the answer depends on; it must not grow without bounds. */
  answer(
    request: AuthenticatedRequest,
    reply: FastifyReply,
    name: string,
    make: MakeDocument,
  ): void | Promise<void> {
    const plugin = pluginOf(request);
    if (request.principal.kind === 'account') return this.answerAccount(request, reply, name, make);
    return this.documents.answer(request, reply, plugin, name, () => make({ plugin, seesAll: false }));
  }

  /** As `answer`, for what differs with every request and isn't worth keeping. */
  async answerUnkept(request: AuthenticatedRequest, reply: FastifyReply, make: MakeDocument): Promise<void> {
    const viewer = await this.viewerOf(request);
    await this.documents.answerUnkept(request, reply, () => make(viewer));
  }

  /** Who looks at the plugin that the path names. */
  async viewerOf(request: AuthenticatedRequest): Promise<Viewer> {
    const plugin = pluginOf(request);
    const { principal } = request;
    return { plugin, seesAll: principal.kind === 'account' && (await this.sight.seesAll(principal, plugin)) };
  }

  private async answerAccount(
    request: AuthenticatedRequest,
    reply: FastifyReply,
    name: string,
    make: MakeDocument,
  ): Promise<void> {
    const viewer = await this.viewerOf(request);
    if (viewer.seesAll) return this.documents.answerUnkept(request, reply, () => make(viewer));
    return this.documents.answer(request, reply, viewer.plugin, name, () => make(viewer));
  }
}

/** The id of the plugin that a path names in any spelling. */
export function pluginOf(request: AuthenticatedRequest): PluginId {
  const { publisher, plugin } = request.params as { publisher: string; plugin: string };
  return `${normalizeName(publisher)}/${normalizeName(plugin)}`;
}
