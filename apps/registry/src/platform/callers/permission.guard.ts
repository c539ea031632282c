import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  anonymous,
  authorize,
  badCredential,
  isWithinNetworks,
  networkNotAllowed,
  permissions,
  Principals,
  schemeNeeded,
  tokenNeeded,
} from '#access';
import type { CheckPassword, Permission, Principal, Target } from '#access';
import { limits, normalizeName } from '#kernel';
import { clientNetwork } from './client-network.js';
import { sendsPageSession } from './page-sessions.js';
import type { PageSessions } from './page-sessions.js';
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
    private readonly pageSessions: PageSessions,
    private readonly checkPassword: CheckPassword,
    /** Whether reading is for members only. */
    private readonly closed: boolean,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const permission = requiredPermission(context.getHandler(), context.getClass());
    request.principal = anonymous;
    // Whoever signs in may still send a credential that has ended, as npm does: that is why they sign in.
    if (permission === 'sign-in') return true;
    if (!this.isSomebody(request, permission) && this.isOpen(permission)) return true;
    const decide = () => this.decide(request, http.getResponse<FastifyReply>(), permission);
    request.admitAgain = async () => void (await decide());
    return decide();
  }

  /** A cookie counts for reads alone. */
  private isSomebody(request: FastifyRequest, permission: Permission): boolean {
    return (
      request.headers.authorization !== undefined || (permission === 'read' && sendsPageSession(request))
    );
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
    request.principal = await this.principalOf(request, reply, permission);
    // What an answer to somebody in particular may be kept for is the route's to say; by itself, for nothing.
    if (request.principal.kind !== 'anonymous') reply.header('cache-control', 'no-store');
    await authorize(request.principal, permission, targetOf(request), {
      closed: this.closed,
      memberRole: (publisher, accountId) => this.principals.memberRole(publisher, accountId),
    });
    return true;
  }

  private async principalOf(
    request: FastifyRequest,
    reply: FastifyReply,
    permission: Permission,
  ): Promise<Principal> {
    const header = request.headers.authorization?.slice(0, limits.credentialCharacters);
    if (header === undefined) return this.ofCookie(request, reply, permission);
    const bearer = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (bearer !== undefined && !bearer.startsWith('mrt_')) return this.sessions.principalOf(request, reply);
    if (bearer !== undefined) return this.ofKey(bearer, request);
    const basic = packageClients.test(request.url) ? readBasic(header) : undefined;
    if (basic === undefined) throw schemeNeeded();
    const key = [basic.password, basic.username].find((text) => text.startsWith('mrt_'));
    if (key !== undefined) return this.ofKey(key, request);
    return this.ofPassword(basic, request);
  }

  /** Unlike a header, a browser sends it by itself: one that has ended is nobody's. */
  private async ofCookie(
    request: FastifyRequest,
    reply: FastifyReply,
    permission: Permission,
  ): Promise<Principal> {
    if (permission !== 'read' || !sendsPageSession(request)) return anonymous;
    reply.header('vary', 'cookie');
    return (await this.pageSessions.readerOf(request)) ?? anonymous;
  }

  /** A token that is limited to networks is good in none of the others, whatever it is sent to. */
  private async ofKey(text: string, { ip }: FastifyRequest): Promise<Principal> {
    const principal = await this.principals.ofKey(text);
    const networks = principal.kind === 'account' ? principal.networks : null;
    if (networks !== null && !isWithinNetworks(ip, networks)) throw networkNotAllowed();
    return principal;
  }

  private async ofPassword({ username, password }: Basic, { ip }: FastifyRequest): Promise<Principal> {
    // Whoever is named so has forgotten the token, or sends none of ours.
    if (username === '__token__') throw tokenNeeded();
    const accountId = await this.checkPassword.run(username, password, clientNetwork(ip));
    if (accountId === undefined) throw badCredential();
    return this.principals.ofPassword(accountId);
  }
}

const packageClients = /^\/(?:npm|pypi)\//;

interface Basic {
  readonly username: string;
  readonly password: string;
}

/**
 * What a package client sends as Basic (RFC 7617): a token as the password, of the user `__token__` or of anybody, or
 * as the user, as in an address `https://mrt_pat_…@store/`; or somebody's own name and password.
 */
function readBasic(header: string): Basic | undefined {
  const encoded = /^Basic +(\S+) *$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** What the route is about, by its path, which takes any spelling of a name. */
function targetOf(request: FastifyRequest): Target {
  const { publisher, plugin } = request.params as { publisher?: string; plugin?: string };
  return {
    ...(publisher === undefined ? {} : { publisher: normalizeName(publisher) }),
    ...(plugin === undefined ? {} : { plugin: normalizeName(plugin) }),
  };
}
