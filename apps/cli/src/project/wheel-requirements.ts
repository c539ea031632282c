import { readWheelMetadata } from '#host';
import { CliFailure } from '../cli-failure.js';

export interface WheelNeeds {
  readonly name: string;
  readonly version: string;
  /** `Requires-Dist`, as written. */
  readonly requirements: readonly string[];
  readonly requiresPython: string | undefined;
}

/** What the METADATA of a wheel says it needs. */
export async function wheelNeeds(path: string): Promise<WheelNeeds> {
  const metadata = await readWheelMetadata(path).catch((error: unknown) => {
    const sentence = `${path} has no METADATA that can be read: build it anew.`;
    throw new CliFailure('wheel-damaged', sentence, 'refused', { cause: error });
  });
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const all = (field: string): string[] =>
    lines.flatMap((line) =>
      line.toLowerCase().startsWith(`${field}:`) ? line.slice(field.length + 1).trim() : [],
    );
  const [name = ''] = all('name');
  const [version = ''] = all('version');
  return {
    name,
    version,
    requirements: all('requires-dist'),
    requiresPython: all('requires-python')[0],
  };
}
