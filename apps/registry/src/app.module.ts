import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { DemoModule } from './demo/demo.module.js';
import { InstallModule } from './install/install.module.js';
import { AuthenticationModule } from './platform/callers/authentication.module.js';
import type { Settings } from './platform/settings/config.js';
import type { Log } from './platform/server/log.js';
import { PlatformModule } from './platform/platform.module.js';
import { SearchModule } from './search/search.module.js';
import { TrustModule } from './trust/trust.module.js';

/** The server: one module for each room, on the platform. */
@Module({})
export class AppModule {
  static with(settings: Settings, log: Log): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(settings, log),
        AuthenticationModule,
        AccessModule,
        CatalogModule,
        DemoModule,
        InstallModule,
        SearchModule,
        TrustModule,
      ],
    };
  }
}
