import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PackagesModule } from '../packages/packages.module.js';
import { TrustModule } from '../trust/trust.module.js';
import { PublishExamples } from './publish-examples.js';

/** What a new store has to show. */
@Module({ imports: [AccessModule, CatalogModule, PackagesModule, TrustModule], providers: [PublishExamples] })
export class DemoModule {}
