import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import {
  AccountStore,
  ApproveWebLogin,
  AssignRoles,
  BeginWebLogin,
  ChangePassword,
  CheckPassword,
  CreatePublisher,
  EndSession,
  EnsureAdministrator,
  FinishWebLogin,
  FirstPasswordFile,
  LogInClient,
  MintLoginToken,
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
  TokenStore,
  WebLoginStore,
} from '#access';
import { Database, SqlPublisherStore, SqlSessionStore, SqlTokenStore, SqlWebLoginStore } from '#database';
import { Clock } from '#kernel';
import { DataFolderFirstPassword } from '../platform/storage/data-folder-first-password.js';
import { provide } from '../platform/provide.js';
import { SessionSecrets } from '../platform/callers/session-secrets.js';
import { SessionTokens } from '../platform/callers/session-tokens.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { AccountController } from './account.controller.js';
import { NpmLoginController } from './npm-login.controller.js';
import { NpmProfileController } from './npm-profile.controller.js';
import { NpmTokenController } from './npm-token.controller.js';
import { PageSessionController } from './page-session.controller.js';
import { PublisherController } from './publisher.controller.js';
import { SessionController } from './session.controller.js';
import { TokenController } from './token.controller.js';
import { WebLoginController } from './web-login.controller.js';

/** Accounts, sessions, tokens, publishers. Its start makes the first administrator. */
@Module({
  controllers: [
    AccountController,
    SessionController,
    PageSessionController,
    TokenController,
    PublisherController,
    NpmLoginController,
    NpmTokenController,
    NpmProfileController,
    WebLoginController,
  ],
  providers: [
    provide(SessionStore, SqlSessionStore, [Database]),
    provide(TokenStore, SqlTokenStore, [Database]),
    provide(PublisherStore, SqlPublisherStore, [Database]),
    {
      provide: FirstPasswordFile,
      inject: [StoreSettings],
      useFactory: (settings: StoreSettings) => new DataFolderFirstPassword(settings.values.dataFolder),
    },
    provide(SessionTokens, SessionTokens, [SessionSecrets]),
    provide(EnsureAdministrator, EnsureAdministrator, [AccountStore, Passwords, FirstPasswordFile, Clock]),
    {
      provide: RegisterAccount,
      inject: [AccountStore, Passwords, Clock, StoreSettings],
      useFactory: (accounts: AccountStore, passwords: Passwords, clock: Clock, settings: StoreSettings) =>
        new RegisterAccount(accounts, passwords, clock, { open: settings.values.signUp === 'open' }),
    },
    provide(ChangePassword, ChangePassword, [AccountStore, Passwords, CheckPassword, Clock]),
    provide(AssignRoles, AssignRoles, [AccountStore, Clock]),
    provide(SignIn, SignIn, [CheckPassword, SessionStore, Clock]),
    provide(EndSession, EndSession, [SessionStore, Clock]),
    provide(MintToken, MintToken, [TokenStore, Principals, Clock]),
    provide(RevokeToken, RevokeToken, [TokenStore, Clock]),
    provide(WebLoginStore, SqlWebLoginStore, [Database]),
    provide(MintLoginToken, MintLoginToken, [MintToken, Principals]),
    provide(BeginWebLogin, BeginWebLogin, [WebLoginStore, Clock]),
    provide(ApproveWebLogin, ApproveWebLogin, [WebLoginStore, Clock]),
    provide(FinishWebLogin, FinishWebLogin, [WebLoginStore, MintLoginToken, Clock]),
    {
      provide: LogInClient,
      inject: [AccountStore, CheckPassword, RegisterAccount, StoreSettings],
      useFactory: (
        accounts: AccountStore,
        checkPassword: CheckPassword,
        registerAccount: RegisterAccount,
        settings: StoreSettings,
      ) =>
        new LogInClient(accounts, checkPassword, registerAccount, {
          open: settings.values.signUp === 'open',
        }),
    },
    provide(CreatePublisher, CreatePublisher, [PublisherStore, Clock]),
    provide(SetMember, SetMember, [PublisherStore, AccountStore, Clock]),
    provide(RemoveMember, RemoveMember, [PublisherStore, AccountStore, Principals, Clock]),
    provide(SetPublisherTrust, SetPublisherTrust, [PublisherStore, Clock]),
  ],
  exports: [PublisherStore, FirstPasswordFile],
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
