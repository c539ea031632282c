import type { BenchOptions } from './bench-options.js';
import type { LoadGenerator } from './load-generator.js';
import type { Row } from './report.js';
import type { Seeds } from './seeds.js';
import type { ServerProcess } from './store-process.js';
import { summarizeProfile } from './summarize-profile.js';

/** What a part of the bench is run with. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly load: LoadGenerator;
  readonly seeds: Seeds;
}

/** What a part came to; `profiles` has lines to be printed below the table. */
export interface PartResult {
  readonly rows: readonly Row[];
  readonly profiles: readonly string[];
}

/** Where the time goes while `work` runs again: for a goal that was missed. */
export async function profileOf(
  store: ServerProcess,
  title: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  await store.startProfile();
  await work();
  const profiles = await store.stopProfile();
  return [`Profile: ${title}`, ...profiles.flatMap(summarizeProfile).map((line) => `  ${line}`), ''];
}
