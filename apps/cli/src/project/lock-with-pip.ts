import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq as isSameVersion } from '@renovatebot/pep440';
import { reachAsNode } from '#host';
import { normalizeName } from '#kernel';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import { runProgram } from '../run-program.js';
import { indexWithCredential } from './index-with-credential.js';
import type { LockRequest, Resolution, Table } from './lock-request.js';

interface Report {
  readonly environment: Readonly<Record<string, string>>;
  readonly install: readonly {
    readonly metadata: {
      readonly name: string;
      readonly version: string;
      readonly requires_dist?: readonly string[];
      readonly requires_python?: string;
    };
  }[];
}

interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly size?: number;
  readonly hashes: Readonly<Record<string, string>>;
}

const pageMs = 60_000;

/**
 * Resolves with `pip install --dry-run` for this machine, and takes every file of the versions that it chose. Where one
 * of them needs other things elsewhere, the lock says that it holds for this Python and system only.
 */
export async function lockWithPip(context: Context, request: LockRequest): Promise<Resolution> {
  const report = await dryRun(context, request);
  const packages = await Promise.all(
    report.install.map(({ metadata }) => lockedPackage(context, request, metadata)),
  );
  const lines = [
    ...request.requirements,
    ...report.install.flatMap(({ metadata }) => metadata.requires_dist ?? []),
  ];
  const depends = lines.some((line) => /;(?![^;]*\bextra\s*==)/.test(line));
  if (!depends) return { packages };
  const { python_version: python = '', sys_platform: system = '' } = report.environment;
  return { packages, environments: [`sys_platform == '${system}' and python_version == '${python}'`] };
}

async function dryRun(context: Context, request: LockRequest): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'mortise-lock-'));
  try {
    await writeFile(join(folder, 'requirements.txt'), `${request.requirements.join('\n')}\n`);
    await runProgram(context, {
      task: 'Locking what the back end needs',
      command: context.settings.python,
      args: [
        ...[
          '-m',
          'pip',
          '--isolated',
          '--disable-pip-version-check',
          '--no-input',
          'install',
          '--quiet',
          '--dry-run',
        ],
        ...['--ignore-installed', '--report', 'report.json', '--requirement', 'requirements.txt'],
        // `--isolated` passes the environment over, and a file is read by nobody else.
        ...(await indexOptions(folder, request)),
      ],
      folder,
      environment: reachAsNode(request.indexUrl),
    });
    return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
  } catch (error) {
    throw error instanceof CliFailure && error.code === 'program-absent' ? withoutTool() : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A requirements file may name the index: so no credential stands on the command line. */
async function indexOptions(folder: string, request: LockRequest): Promise<string[]> {
  const options = `--index-url ${indexWithCredential(request)}\n`;
  await writeFile(join(folder, 'index.txt'), options, { mode: 0o600 });
  return ['--requirement', 'index.txt'];
}

const withoutTool = (): CliFailure =>
  new CliFailure(
    'lock-failed',
    'There is neither uv nor pip to make the lock with: install one, or use --no-lock.',
  );

async function lockedPackage(
  context: Context,
  { indexUrl, credential }: LockRequest,
  { name, version, requires_python: requiresPython }: Report['install'][number]['metadata'],
): Promise<Table> {
  const id = normalizeName(name);
  const answer = await fetch(`${indexUrl}${id}/`, {
    headers: {
      accept: 'application/vnd.pypi.simple.v1+json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
    },
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(pageMs)]),
  });
  const { files } = (await answer.json()) as { readonly files: readonly IndexFile[] };
  const own = files.filter((file) => isOfVersion(file.filename, id, version));
  const table = ({ filename, url, size, hashes }: IndexFile): Table => ({
    name: filename,
    url: new URL(url, answer.url).toString(),
    ...(size !== undefined && { size }),
    hashes: { sha256: hashes['sha256'] ?? '' },
  });
  const sdist = own.find(({ filename }) => filename.endsWith('.tar.gz'));
  const wheels = own.filter(({ filename }) => filename.endsWith('.whl'));
  return {
    name: id,
    version,
    // Else a host with an older Python would build the sdist of what was never meant for it.
    ...(requiresPython !== undefined && { 'requires-python': requiresPython }),
    ...(sdist && { sdist: table(sdist) }),
    wheels: wheels.map(table),
  };
}

function isOfVersion(filename: string, id: string, version: string): boolean {
  const wheel = /^([^-]+)-([^-]+)-.*\.whl$/.exec(filename);
  const sdist = /^(.+)-([^-]+)\.tar\.gz$/.exec(filename);
  const [, name = '', written = ''] = wheel ?? sdist ?? [];
  return normalizeName(name) === id && isSameVersion(written, version);
}
