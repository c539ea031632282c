import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from './examine-environment.js';
import type { ManifestFrontend } from '../manifest/manifest.js';

/** What lies in the folder of a front end that is not what the manifest says (W3C SRI), in words; undefined where all is. */
export async function frontendDamage(
  folder: string,
  { files }: ManifestFrontend,
): Promise<string | undefined> {
  for (const { path, integrity } of files) {
    const [algorithm = 'sha384', digest] = integrity.split(/-(.*)/s);
    const found = await digestOf(createReadStream(join(folder, ...path.split('/'))), algorithm, 'base64');
    if (found !== digest) return `${path} is not what came`;
  }
  return undefined;
}
