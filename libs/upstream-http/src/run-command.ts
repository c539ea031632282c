import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { parse } from 'node:path';
import { limits } from '#kernel';
import type { Environment } from './registry.js';

/**
 * What the command writes, or undefined where there is no such command, or it fails or hangs. It runs in the root of
 * the file system: configuration that lies beside some project is not the machine's.
 */
export function runCommand(
  command: string,
  words: readonly string[],
  environment: Environment,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      cwd: parse(homedir()).root,
      env: environment,
      timeout: limits.upstreamConfigurationMs,
      maxBuffer: limits.upstreamConfigurationBytes,
      encoding: 'utf8',
      windowsHide: true,
    } as const;
    execFile(command, [...words], options, (error, output) => resolve(error ? undefined : output));
  });
}
