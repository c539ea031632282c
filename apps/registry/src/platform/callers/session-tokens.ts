import { JwtService } from '@nestjs/jwt';
import type { Session } from '#access';
import type { SessionSecrets } from './session-secrets.js';
import type { SessionClaims } from './session.strategy.js';

/** Writes the JWT that stands for a session, as `SessionStrategy` reads it. */
export class SessionTokens {
  private readonly signer: JwtService;

  constructor(secrets: SessionSecrets) {
    this.signer = new JwtService({
      secret: secrets.sessionSecret,
      signOptions: { algorithm: 'HS256', issuer: secrets.clusterId, audience: secrets.clusterId },
    });
  }

  write(session: Session): Promise<string> {
    const claims: SessionClaims = { sub: session.accountId, jti: session.id };
    return this.signer.signAsync({
      ...claims,
      iat: Math.floor(session.createdAt / 1000),
      exp: Math.floor(session.expiresAt / 1000),
    });
  }
}
