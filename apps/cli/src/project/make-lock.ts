import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { normalizeName, sha256Hex } from '#kernel';
import { CliFailure } from '../cli-failure.js';
import type { Context } from '../context.js';
import type { LockRequest, Resolution, Table } from './lock-request.js';
import { lockWithPip } from './lock-with-pip.js';
import { lockWithUv } from './lock-with-uv.js';
import { isUsualWheel } from './usual-platforms.js';
import { wheelNeeds } from './wheel-requirements.js';
import type { WheelNeeds } from './wheel-requirements.js';
import { writeWhole } from './write-whole.js';

/**
 * Makes the pylock.toml (PEP 751) of wheels, beside them: they themselves, and all that they need, each with its
 * digests, resolved against the store's index by uv, or by pip where there is no uv. One that was made of the same
 * wheels is kept. Gives its path.
 */
export async function makeLock(
  context: Context,
  wheels: readonly string[],
  index: Pick<LockRequest, 'indexUrl' | 'credential'>,
): Promise<string> {
  const path = join(dirname(wheels[0] ?? ''), 'pylock.toml');
  const own = await Promise.all(wheels.map(ownPackage));
  if (await isLockOf(path, own)) return path;
  const needs = await Promise.all(wheels.map(wheelNeeds));
  const names = new Set(needs.map(({ name }) => normalizeName(name)));
  const requirements = needs.flatMap((need) => need.requirements).filter((line) => isNeeded(line, names));
  const oldestPython = oldestOf(needs);
  const { packages, environments } =
    requirements.length === 0
      ? { packages: [], environments: undefined }
      : await resolve(context, { requirements, oldestPython, ...index });
  await writeWhole(
    path,
    stringify({
      'lock-version': '1.0',
      'created-by': 'mortise',
      ...(oldestPython !== undefined && { 'requires-python': `>=${oldestPython}` }),
      ...(environments !== undefined && { environments }),
      packages: [...own, ...packages.map(usualWheels)].sort((a, b) =>
        String(a['name']) < String(b['name']) ? -1 : 1,
      ),
    }),
  );
  return path;
}

/** Extras are asked for by nobody here; what the plugin's wheels need of each other is uploaded with them. */
function isNeeded(requirement: string, own: ReadonlySet<string>): boolean {
  if (/;[^]*\bextra\s*==/.test(requirement)) return false;
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement)?.[0] ?? '';
  return !own.has(normalizeName(name));
}

function oldestOf(needs: readonly WheelNeeds[]): string | undefined {
  const found = needs.flatMap(
    ({ requiresPython }) => /(?:>=|~=|==)\s*(3\.\d+)/.exec(requiresPython ?? '')?.[1] ?? [],
  );
  const minor = (version: string): number => Number(version.split('.')[1]);
  return found.sort((a, b) => minor(b) - minor(a))[0];
}

async function ownPackage(path: string): Promise<Table> {
  const bytes = await readFile(path);
  const { name, version } = await wheelNeeds(path);
  const filename = basename(path);
  const sha256 = sha256Hex(bytes);
  return {
    name: normalizeName(name),
    version,
    wheels: [{ name: filename, path: filename, size: bytes.length, hashes: { sha256 } }],
  };
}

/** A package that has only unusual wheels, and no sdist, keeps them. */
function usualWheels(one: Table): Table {
  const wheels = (one['wheels'] ?? []) as readonly { readonly name?: string; readonly url?: string }[];
  const usual = wheels.filter(({ name, url }) => isUsualWheel(basename(name ?? url ?? '')));
  return usual.length === 0 ? one : { ...one, wheels: usual };
}

const digestsOf = (packages: readonly Table[]): string[] =>
  packages.flatMap((one) =>
    ((one['wheels'] ?? []) as { hashes?: { sha256?: string } }[]).map((wheel) => wheel.hashes?.sha256 ?? ''),
  );

async function isLockOf(path: string, own: readonly Table[]): Promise<boolean> {
  try {
    const lock = parse(await readFile(path, 'utf8')) as { packages?: Table[] };
    const digests = digestsOf(lock.packages ?? []);
    return digestsOf(own).every((digest) => digests.includes(digest));
  } catch {
    return false;
  }
}

async function resolve(context: Context, request: LockRequest): Promise<Resolution> {
  try {
    return await lockWithUv(context, request);
  } catch (error) {
    if (!(error instanceof CliFailure) || error.code !== 'program-absent') throw error;
    return await lockWithPip(context, request);
  }
}
