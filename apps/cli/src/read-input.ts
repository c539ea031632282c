import { limits } from '#kernel';
import { CliFailure } from './cli-failure.js';
import type { Context } from './context.js';

/** All of stdin, as far as a descriptor can be long; throws CliFailure at a terminal. */
export async function readAllInput({ stdin }: Context): Promise<Buffer> {
  if (stdin.isTTY) throw new CliFailure('usage', 'Nothing is piped into stdin.', 'usage');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as Uint8Array));
    size += chunks.at(-1)?.length ?? 0;
    // What is beyond it is refused by the check itself, which says so.
    if (size > limits.descriptorBytes) break;
  }
  return Buffer.concat(chunks);
}
