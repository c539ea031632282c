import { join } from 'node:path';
import { writeDurably } from '../../folder/write-durably.js';
import type { EnvironmentRequest } from '../../runners/runner.js';

/** One line for each file, with the digest that it has to have: complete, so that nothing is resolved any more. */
export async function writeRequirements(
  folder: string,
  artifacts: EnvironmentRequest['artifacts'],
): Promise<string> {
  const path = join(folder, 'requirements.txt');
  const lines = artifacts.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`);
  await writeDurably(path, lines.join(''));
  return path;
}
