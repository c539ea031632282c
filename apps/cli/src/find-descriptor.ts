import { readdir } from 'node:fs/promises';
import { CliFailure } from './cli-failure.js';

const names = ['plugin.yaml', 'plugin.yml', 'plugin.spec.yaml'];

/** The name of the one descriptor of a folder; throws CliFailure where there is none, or more than one. */
export async function descriptorIn(folder: string): Promise<string> {
  const entries = await readdir(folder);
  const found = names.filter((name) => entries.includes(name));
  const [first, second] = found;
  if (first === undefined) {
    throw new CliFailure(
      'descriptor-absent',
      `${folder} has no plugin.yaml: name the descriptor, or make a plugin with \`mortise new\`.`,
      'absent',
    );
  }
  if (second !== undefined) {
    throw new CliFailure('descriptor-unclear', `${folder} has ${found.join(' and ')}: name one.`, 'usage');
  }
  return first;
}
