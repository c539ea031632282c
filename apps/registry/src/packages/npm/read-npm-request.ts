import type { FastifyRequest } from 'fastify';
import { requireScope } from '#access';
import type { AccountPrincipal } from '#access';
import { limits } from '#kernel';
import { npmChangeNotTaken, readNpmDocument } from '#packages';
import type { NpmDocument, Staging } from '#packages';
import { mediaTypeOf, unsupportedMediaType } from '../../platform/requests/media-type.js';

/** Reads what npm clients write to packages from the socket, while it arrives. */
export class ReadNpmRequest {
  constructor(private readonly staging: Staging) {}

  /** The tarball in it is staged, which asks for the scope `publish`; whoever calls discards it. */
  async withTarball(request: FastifyRequest, caller: AccountPrincipal): Promise<NpmDocument> {
    return readNpmDocument(bytesOf(request), (bytes) => {
      requireScope(caller, 'publish');
      return this.staging.stage(bytes, { maxBytes: limits.artifactBytes });
    });
  }

  async withoutTarball(request: FastifyRequest): Promise<NpmDocument> {
    return readNpmDocument(bytesOf(request), () => Promise.reject(npmChangeNotTaken()));
  }
}

/** Whoever stops reading early leaves the connection open, for the answer. */
function bytesOf(request: FastifyRequest): AsyncIterator<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (mediaTypeOf(request) !== 'application/json' || encoding !== 'identity')
    throw unsupportedMediaType(['application/json without a Content-Encoding']);
  return request.raw.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
}
