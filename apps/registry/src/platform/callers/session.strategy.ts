import { PassportStrategy } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { badCredential } from '#access';
import type { AccountPrincipal, Principals } from '#access';
import type { SessionSecrets } from './session-secrets.js';

/** What the JWT of a session claims. */
export interface SessionClaims {
  /** The account's id. */
  sub: string;
  /** The session's id. */
  jti: string;
}

/** Checks the JWT of a session, and that the session it names has neither ended nor been signed out. */
export class SessionStrategy extends PassportStrategy(Strategy, 'session') {
  declare private authenticator: passport.Authenticator;

  constructor(
    secrets: SessionSecrets,
    private readonly principals: Principals,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: secrets.sessionSecret,
      algorithms: ['HS256'],
      issuer: secrets.clusterId,
      audience: secrets.clusterId,
    });
  }

  /** Called by passport once the signature holds. */
  async validate(claims: Partial<SessionClaims>): Promise<AccountPrincipal | false> {
    if (typeof claims.jti !== 'string') return false;
    const principal = await this.principals.ofSession(claims.jti);
    return principal.accountId === claims.sub ? principal : false;
  }

  /** Throws `bad-credential` for anything but a session in force. */
  principalOf(request: FastifyRequest, reply: FastifyReply): Promise<AccountPrincipal> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, principal?: AccountPrincipal | false): void => {
        if (error) reject(error instanceof Error ? error : badCredential());
        else if (principal) resolve(principal);
        else reject(badCredential());
      };
      const middleware = this.authenticator.authenticate('session', { session: false }, done) as (
        request: FastifyRequest,
        reply: FastifyReply,
        next: (error?: unknown) => void,
      ) => void;
      middleware(request, reply, done);
    });
  }

  /** One of its own: passport's default is shared by every store in the process. */
  protected getPassportInstance(): passport.Authenticator {
    this.authenticator = new passport.Passport();
    return this.authenticator;
  }
}
