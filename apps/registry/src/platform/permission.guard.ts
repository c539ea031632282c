import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { anonymous, authorize, permissions, Principals, schemeNeeded } from '#access';
import type { Permission, Principal, Target } from '#access';
import { limits, normalizeName } from '#kernel';
import { requiredPermission } from './requires.js';
import type { AuthenticatedRequest } from './requires.js';
import type { SessionStrategy } from './session.strategy.js';

/**
 * Stands before every route: finds out who calls, and whether they may. A credential that is wrong is refused even where
 * none is needed, since whoever sends one means to be somebody.
 */
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly principals: Principals,
    private readonly sessions: SessionStrategy,
    /** Whether reading is for members only. */
    private readonly closed: boolean,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const permission = requiredPermission(context.getHandler(), context.getClass());
    request.principal = anonymous;
    if (request.headers.authorization === undefined && this.isOpen(permission)) return true;
    return this.decide(request, http.getResponse<FastifyReply>(), permission);
  }

  private isOpen(permission: Permission): boolean {
    const { holder, scope } = permissions[permission];
    return holder === 'everyone' && (scope === null || !this.closed);
  }

  private async decide(
    request: AuthenticatedRequest,
    reply: FastifyReply,
    permission: Permission,
  ): Promise<boolean> {
    request.principal = await this.principalOf(request, reply);
    // What an answer to somebody in particular may be kept for is the route's to say; by itself, for nothing.
    if (request.principal.kind !== 'anonymous') reply.header('cache-control', 'no-store');
    await authorize(request.principal, permission, targetOf(request), {
      closed: this.closed,
      memberRole: (publisher, accountId) => this.principals.memberRole(publisher, accountId),
    });
    return true;
  }

  private async principalOf(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const header = request.headers.authorization?.slice(0, limits.credentialCharacters);
    if (header === undefined) return anonymous;
    const credential = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? tokenInBasic(request, header);
    if (credential === undefined) throw schemeNeeded();
    return credential.startsWith('mrt_')
      ? this.principals.ofKey(credential)
      : this.sessions.principalOf(request, reply);
  }
}

const packageClients = /^\/(?:npm|pypi)\//;

/**
 * The token that a package client sends as the password of Basic (RFC 7617): pip, uv and twine with the user
 * `__token__`, others with a name of their own, which says nothing.
 */
function tokenInBasic(request: FastifyRequest, header: string): string | undefined {
  if (!packageClients.test(request.url)) return undefined;
  const encoded = /^Basic +(\S+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  const password = pair.slice(pair.indexOf(':') + 1);
  return password.startsWith('mrt_') ? password : undefined;
}

/** What the route is about, by its path, which takes any spelling of a name. */
function targetOf(request: FastifyRequest): Target {
  const { publisher, plugin } = request.params as { publisher?: string; plugin?: string };
  return {
    ...(publisher === undefined ? {} : { publisher: normalizeName(publisher) }),
    ...(plugin === undefined ? {} : { plugin: normalizeName(plugin) }),
  };
}
