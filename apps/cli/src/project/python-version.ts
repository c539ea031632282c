import { CliFailure } from '../cli-failure.js';

const words: Readonly<Record<string, string>> = { alpha: 'a', beta: 'b', rc: 'rc', dev: '.dev' };

/** A plugin's version (SemVer) as Python writes it (PEP 440): `2.0.0-beta.1` is `2.0.0b1`. Throws where it has no like. */
export function pythonVersion(version: string): string {
  const [, numbers, prerelease] = /^(\d+\.\d+\.\d+)(?:-(.+))?$/.exec(version) ?? [];
  if (numbers !== undefined && prerelease === undefined) return numbers;
  const [, word = '', number = '0'] = /^(alpha|beta|rc|dev)(?:\.?(\d+))?$/.exec(prerelease ?? '') ?? [];
  const suffix = words[word];
  if (numbers !== undefined && suffix !== undefined) return `${numbers}${suffix}${number}`;
  throw new CliFailure(
    'version-without-like',
    `"${version}" has no like among Python's versions: write -alpha.1, -beta.1, -rc.1 or -dev.1, or pin the back end's own version in the descriptor.`,
  );
}
