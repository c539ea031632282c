import { JwtService } from '@nestjs/jwt';
import type { FastifyRequest } from 'fastify';
import type { AccountPrincipal, Principals, Session } from '#access';
import type { Database } from '#database';
import { limits, RegistryError } from '#kernel';
import type { SessionSecrets } from './session-secrets.js';
import type { SessionClaims } from './session.strategy.js';
import type { StoreSettings } from '../settings/store-settings.js';

const nameBegins = 'mortise-session-';

/** Whether somebody's answer may differ from everybody's, since their browser sent a session along. */
export const sendsPageSession = ({ headers }: FastifyRequest): boolean =>
  headers.cookie?.includes(nameBegins) ?? false;

const notFromHere = (): RegistryError =>
  new RegistryError(
    'forbidden',
    'not-from-here',
    'This is for the pages of the store alone: programs sign in with POST /api/v1/sessions.',
  );

/**
 * The sessions of those who sign in on the store's pages: a cookie (RFC 6265) by which a browser reads as them, and does
 * nothing else. Its token is for another audience than the API's, so that a cookie that came into wrong hands writes
 * nothing, and what is no cookie of this store can't be made one.
 */
export class PageSessions {
  private readonly tokens: JwtService;
  private readonly name: string;

  constructor(
    { clusterId, sessionSecret }: SessionSecrets,
    private readonly principals: Principals,
    private readonly database: Database,
    private readonly settings: StoreSettings,
  ) {
    const bounds = { issuer: clusterId, audience: `${clusterId}/pages` };
    this.tokens = new JwtService({
      secret: sessionSecret,
      signOptions: { algorithm: 'HS256', ...bounds },
      verifyOptions: { algorithms: ['HS256'], ...bounds },
    });
    // Cookies know no ports: two stores on one machine must not overwrite each other's.
    this.name = `${nameBegins}${clusterId.slice(0, 8)}`;
  }

  /** `Set-Cookie` for a session that has begun. */
  async begin(session: Session): Promise<string> {
    const claims: SessionClaims = { sub: session.accountId, jti: session.id };
    const seconds = Math.floor((session.expiresAt - session.createdAt) / 1000);
    const exp = Math.floor(session.expiresAt / 1000);
    return this.cookie(await this.tokens.signAsync({ ...claims, exp }), seconds);
  }

  /** `Set-Cookie` that makes the browser forget it. */
  end = (): string => this.cookie('', 0);

  /** Throws `not-from-here` unless the store's own page sent the request: any other may be led to send one (CSRF). */
  requireFromHere(request: FastifyRequest): void {
    if (!this.isFromHere(request)) throw notFromHere();
  }

  /** Who reads by a cookie; undefined where that is nobody. Throws `database-unavailable` where that can't be told. */
  async readerOf(request: FastifyRequest): Promise<AccountPrincipal | undefined> {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const caller = isRead && this.isFromHere(request) ? await this.callerOf(request) : undefined;
    return caller && { ...caller, scopes: ['read'] };
  }

  /** Whose session the cookie is; undefined where it is none in force. Throws `database-unavailable`. */
  async callerOf(request: FastifyRequest): Promise<AccountPrincipal | undefined> {
    const text = this.read(request);
    if (text === undefined) return undefined;
    const claims = await this.tokens.verifyAsync<SessionClaims>(text).catch(() => undefined);
    if (claims === undefined) return undefined;
    const { sub, jti } = claims;
    // It may have been signed out meanwhile.
    if (!this.database.isCurrent) await this.database.becomeCurrent();
    try {
      const principal = await this.principals.ofSession(jti);
      return principal.accountId === sub ? principal : undefined;
    } catch (error) {
      if (error instanceof RegistryError && error.kind !== 'unauthenticated') throw error;
      return undefined;
    }
  }

  private get isSecure(): boolean {
    return this.settings.publicUrl.startsWith('https:');
  }

  /** With the prefix, no other host of the domain can set one in its place. */
  private get sentAs(): string {
    return this.isSecure ? `__Host-${this.name}` : this.name;
  }

  private read(request: FastifyRequest): string | undefined {
    const begins = `${this.sentAs}=`;
    const pairs = request.headers.cookie?.split(/; */) ?? [];
    const pair = pairs.find((one) => one.startsWith(begins));
    return pair?.slice(begins.length, begins.length + limits.credentialCharacters);
  }

  private cookie(value: string, seconds: number): string {
    const secure = this.isSecure ? '; Secure' : '';
    return `${this.sentAs}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  }

  /** By what the browser says of it: Fetch Metadata where there is TLS, else the Origin; programs say neither. */
  private isFromHere({ headers }: FastifyRequest): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    const { origin } = headers;
    if (origin === undefined) return true;
    return (
      URL.canParse(origin) &&
      [headers.host, new URL(this.settings.publicUrl).host].includes(new URL(origin).host)
    );
  }
}
