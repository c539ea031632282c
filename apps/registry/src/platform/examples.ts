import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { projectRoot } from './project-root.js';

/** One example as the build has packed it, and what is done with its release besides publishing. */
export interface Example {
  readonly folder: string;
  /** The name of the descriptor's file. */
  readonly descriptor: string;
  readonly artifacts: readonly string[];
  /** Where it differs from the publisher's. */
  readonly trust: 'trusted' | 'untrusted' | null;
  readonly channels: readonly string[];
  readonly deprecation: { readonly message: string; readonly replaced_by: string | null } | null;
}

export interface ExampleList {
  readonly publisher: string;
  readonly releases: readonly Example[];
}

const folder = new URL('dist/descriptors/', projectRoot);

/** The examples that are packed beside the build, in the order in which they are published; none where there are none. */
export async function readExamples(): Promise<ExampleList | undefined> {
  const list = new URL('examples.json', folder);
  if (!existsSync(list)) return undefined;
  return JSON.parse(await readFile(list, 'utf8')) as ExampleList;
}

export const readExampleDescriptor = (example: Example): Promise<Buffer> =>
  readFile(new URL(`${example.folder}/${example.descriptor}`, folder));

export const openExampleArtifact = (example: Example, filename: string): AsyncIterable<Uint8Array> =>
  createReadStream(new URL(`${example.folder}/${encodeURIComponent(filename)}`, folder));
