import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import {
  AccountStore,
  AssignRoles,
  ChangePassword,
  CheckPassword,
  CreatePublisher,
  EndSession,
  EnsureAdministrator,
  FirstPasswordFile,
  MintToken,
  Passwords,
  Principals,
  PublisherStore,
  RegisterAccount,
  RemoveMember,
  RevokeToken,
  SessionStore,
  SetMember,
  SetPublisherTrust,
  SignIn,
  SignInThrottle,
  TokenStore,
} from '#access';
import { Database, SqlAccountStore, SqlPublisherStore, SqlSessionStore, SqlTokenStore } from '#database';
import { Clock } from '#kernel';
import { DataFolderFirstPassword } from '../platform/data-folder-first-password.js';
import { provide } from '../platform/provide.js';
import { SessionSecrets } from '../platform/session-secrets.js';
import { SessionTokens } from '../platform/session-tokens.js';
import { StoreSettings } from '../platform/store-settings.js';
import { AccountController } from './account.controller.js';
import { PublisherController } from './publisher.controller.js';
import { SessionController } from './session.controller.js';
import { TokenController } from './token.controller.js';

/** Accounts, sessions, tokens, publishers. Its start makes the first administrator. */
@Module({
  controllers: [AccountController, SessionController, TokenController, PublisherController],
  providers: [
    provide(AccountStore, SqlAccountStore, [Database]),
    provide(SessionStore, SqlSessionStore, [Database]),
    provide(TokenStore, SqlTokenStore, [Database]),
    provide(PublisherStore, SqlPublisherStore, [Database]),
    {
      provide: FirstPasswordFile,
      inject: [StoreSettings],
      useFactory: (settings: StoreSettings) => new DataFolderFirstPassword(settings.values.dataFolder),
    },
    { provide: Passwords, useFactory: () => new Passwords() },
    provide(SignInThrottle, SignInThrottle, [Clock]),
    provide(SessionTokens, SessionTokens, [SessionSecrets]),
    provide(EnsureAdministrator, EnsureAdministrator, [AccountStore, Passwords, FirstPasswordFile, Clock]),
    {
      provide: RegisterAccount,
      inject: [AccountStore, Passwords, Clock, StoreSettings],
      useFactory: (accounts: AccountStore, passwords: Passwords, clock: Clock, settings: StoreSettings) =>
        new RegisterAccount(accounts, passwords, clock, { open: settings.values.signUp === 'open' }),
    },
    provide(CheckPassword, CheckPassword, [AccountStore, Passwords, SignInThrottle]),
    provide(ChangePassword, ChangePassword, [AccountStore, Passwords, CheckPassword, Clock]),
    provide(AssignRoles, AssignRoles, [AccountStore, Clock]),
    provide(SignIn, SignIn, [CheckPassword, SessionStore, Clock]),
    provide(EndSession, EndSession, [SessionStore, Clock]),
    provide(MintToken, MintToken, [TokenStore, Principals, Clock]),
    provide(RevokeToken, RevokeToken, [TokenStore, Clock]),
    provide(CreatePublisher, CreatePublisher, [PublisherStore, Clock]),
    provide(SetMember, SetMember, [PublisherStore, AccountStore, Clock]),
    provide(RemoveMember, RemoveMember, [PublisherStore, AccountStore, Principals, Clock]),
    provide(SetPublisherTrust, SetPublisherTrust, [PublisherStore, Clock]),
  ],
  exports: [AccountStore, PublisherStore, FirstPasswordFile],
})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly ensureAdministrator: EnsureAdministrator,
    private readonly settings: StoreSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    const { adminUsername, adminPassword } = this.settings.values;
    await this.ensureAdministrator.run({ username: adminUsername, password: adminPassword });
  }
}
