import { CliFailure } from './cli-failure.js';

/** A TCP port; 0 for a free one. Throws `invalid-port`. */
export function readPort(written: string): number {
  const port = Number(written);
  if (/^\d+$/.test(written) && port <= 65_535) return port;
  throw new CliFailure('invalid-port', `--port is a number from 0 to 65535, not "${written}".`, 'usage');
}
