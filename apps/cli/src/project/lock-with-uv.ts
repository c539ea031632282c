import { tmpdir } from 'node:os';
import { parse } from 'smol-toml';
import { reachAsNode } from '#host';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { runProgram } from '../run-program.js';
import { indexWithCredential } from './index-with-credential.js';
import type { LockRequest, Resolution, Table } from './lock-request.js';

/** Resolves with `uv pip compile`, for all platforms at once. Throws `program-absent` where there is no uv. */
export async function lockWithUv(context: Context, request: LockRequest): Promise<Resolution> {
  const { requirements, oldestPython } = request;
  const text = await runProgram(context, {
    task: 'Locking what the back end needs',
    command: 'uv',
    args: [
      ...['pip', 'compile', '--quiet', '--no-config', '--universal', '--no-header', '--no-annotate'],
      ...['--format', 'pylock.toml', '--python', context.settings.python],
      ...(oldestPython === undefined ? [] : ['--python-version', oldestPython]),
      '-',
    ],
    folder: tmpdir(),
    // Not on the command line, where every user of the machine could read the credential.
    environment: {
      ...reachAsNode(request.indexUrl),
      UV_DEFAULT_INDEX: indexWithCredential(request),
      UV_NO_PROGRESS: '1',
    },
    input: `${requirements.join('\n')}\n`,
  });
  const { packages } = parseLock(text);
  return { packages: packages.map(withoutIndex) };
}

function parseLock(text: string): { readonly packages: readonly Table[] } {
  const { packages } = parse(text);
  if (Array.isArray(packages)) return { packages: packages as Table[] };
  throw new CliFailure(
    'lock-failed',
    'uv wrote no lock that can be read: bring it up to date, or use --no-lock.',
  );
}

/** The store puts its own there, for whoever asks. */
function withoutIndex({ index: _, ...one }: Table): Table {
  return one;
}
