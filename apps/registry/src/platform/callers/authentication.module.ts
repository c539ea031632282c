import { Global, Module } from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { randomBytes, randomUUID } from 'node:crypto';
import { AccountStore, CheckPassword, CredentialStore, Passwords, Principals, SignInThrottle } from '#access';
import { Clock, ClusterSecrets } from '#kernel';
import { Database, SecretSeal, SqlAccountStore, SqlClusterSecrets, SqlCredentialStore } from '#database';
import { AtMostGuard } from '../requests/at-most.js';
import { BodyGuard } from '../requests/body.guard.js';
import { DocumentCache } from '../answers/document-cache.js';
import { InFlight } from '../server/in-flight.js';
import { Log } from '../server/log.js';
import { PageSessions } from './page-sessions.js';
import { PermissionGuard } from './permission.guard.js';
import { PluginDocuments } from '../answers/plugin-documents.js';
import { provide } from '../provide.js';
import { QueryGuard } from '../requests/query.guard.js';
import { RoutePermissions } from './route-permissions.js';
import { SessionStrategy } from './session.strategy.js';
import { SessionSecrets } from './session-secrets.js';
import { Sight } from './sight.js';
import { StoreSettings } from '../settings/store-settings.js';
import { WriteLastUses } from './write-last-uses.job.js';

const sessionSecretBytes = 32;

/** Who calls, and whether they may: for every route of every room, before anything is read, held or counted for them. */
@Global()
@Module({
  providers: [
    {
      provide: SecretSeal,
      inject: [StoreSettings],
      useFactory: (settings: StoreSettings) => new SecretSeal(settings.values.secretKey),
    },
    {
      provide: ClusterSecrets,
      inject: [Database, Clock, SecretSeal],
      useFactory: (database: Database, clock: Clock, seal: SecretSeal) =>
        SqlClusterSecrets.open(database, clock, seal),
    },
    {
      provide: SessionSecrets,
      inject: [ClusterSecrets],
      useFactory: async (secrets: ClusterSecrets) =>
        new SessionSecrets(
          await secrets.get('cluster-id', randomUUID),
          await secrets.get('session-secret', () => randomBytes(sessionSecretBytes).toString('base64url')),
        ),
    },
    provide(AccountStore, SqlAccountStore, [Database]),
    { provide: Passwords, useFactory: () => new Passwords() },
    provide(SignInThrottle, SignInThrottle, [Clock]),
    provide(CheckPassword, CheckPassword, [AccountStore, Passwords, SignInThrottle]),
    provide(CredentialStore, SqlCredentialStore, [Database]),
    { provide: Principals, inject: [CredentialStore, Clock, Database], useFactory: makePrincipals },
    provide(SessionStrategy, SessionStrategy, [SessionSecrets, Principals]),
    provide(PageSessions, PageSessions, [SessionSecrets, Principals, Database, StoreSettings]),
    provide(Sight, Sight, [Principals]),
    provide(PluginDocuments, PluginDocuments, [DocumentCache, Sight]),
    provide(WriteLastUses, WriteLastUses, [Principals, Log]),
    provide(RoutePermissions, RoutePermissions, [ModulesContainer]),
    {
      provide: APP_GUARD,
      inject: [Principals, SessionStrategy, PageSessions, CheckPassword, StoreSettings],
      useFactory: (
        principals: Principals,
        sessions: SessionStrategy,
        pageSessions: PageSessions,
        checkPassword: CheckPassword,
        settings: StoreSettings,
      ) =>
        new PermissionGuard(
          principals,
          sessions,
          pageSessions,
          checkPassword,
          settings.values.read === 'members',
        ),
    },
    { provide: APP_GUARD, useClass: QueryGuard },
    {
      provide: APP_GUARD,
      inject: [InFlight],
      useFactory: (inFlight: InFlight) => new AtMostGuard(inFlight),
    },
    { provide: APP_GUARD, useClass: BodyGuard },
  ],
  exports: [
    AccountStore,
    CheckPassword,
    ClusterSecrets,
    Passwords,
    PageSessions,
    PluginDocuments,
    Principals,
    SecretSeal,
    SessionSecrets,
    Sight,
  ],
})
export class AuthenticationModule {}

function makePrincipals(store: CredentialStore, clock: Clock, database: Database): Principals {
  const principals = new Principals(store, clock);
  const forgetAll = (): void => principals.forgetAll();
  database.notices.subscribe('credential', (key) => principals.forgetCredential(key), forgetAll);
  database.notices.subscribe('publisher', (publisher) => principals.forgetPublisher(publisher), forgetAll);
  return principals;
}
