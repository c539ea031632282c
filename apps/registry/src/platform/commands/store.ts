import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../settings/config.js';

/** What the commands ask of the rooms, which the platform does not know. */
export interface Store {
  make(settings: Settings): Promise<NestFastifyApplication>;
  /** Publishes the examples, or those that an earlier start was stopped before. */
  publishExamples(app: NestFastifyApplication): Promise<void>;
  /** Where the first administrator's password lies when nobody chose one. */
  passwordFile(settings: Settings): string;
}
