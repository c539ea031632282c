import { basename } from 'node:path';
import { multipartBody } from '#client';
import type { AnswerOf, StoreClient } from '#client';
import type { Context } from '../context.js';
import type { PluginFolder } from './plugin-folder.js';

/** Publishes every release of a descriptor that has several (CloudLaunch's do); each is told of by itself. */
export async function importReleases(
  context: Context,
  store: StoreClient,
  publisher: string,
  { file, bytes }: PluginFolder,
): Promise<AnswerOf<'importDescriptors'>> {
  const part = {
    name: 'descriptor',
    filename: basename(file),
    length: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  return await store.call(
    'importDescriptors',
    { publisher, body: multipartBody([part]) },
    { signal: context.signal, isRepeatable: true },
  );
}
