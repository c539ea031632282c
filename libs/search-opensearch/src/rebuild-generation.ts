import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { limits } from '#kernel';
import type { PluginDocument } from '#search';
import type { Generation } from './generation.js';

const documentsAtOnce = 100;

/**
 * Fills a generation with all documents while others write to it what changes meanwhile. Some requests are under way
 * while the next documents are analysed; and whoever looks sees that it is being built.
 */
export async function fillGeneration(
  generation: Generation,
  documents: AsyncIterable<PluginDocument>,
): Promise<void> {
  const sending = new Set<Promise<void>>();
  let failure: unknown;
  let seenAt = performance.now();
  let held: PluginDocument[] = [];
  const send = async (): Promise<void> => {
    const sent: Promise<void> = generation
      .write(held)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => sending.delete(sent));
    sending.add(sent);
    held = [];
    if (sending.size >= limits.openSearchBulksAtOnce) await Promise.race(sending);
    await yieldToOthers();
  };
  for await (const document of documents) {
    held.push(document);
    if (held.length < documentsAtOnce) continue;
    await send();
    if (failure !== undefined) break;
    if (performance.now() - seenAt > limits.openSearchBuilderSeenMs) {
      seenAt = performance.now();
      await generation.isBeingBuilt();
    }
  }
  await send();
  await Promise.all(sending);
  if (failure !== undefined) throw failure as Error;
}
