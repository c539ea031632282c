import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'smol-toml';
import { extract } from 'tar-stream';
import { HostError } from '../../host-error.js';
import { hostLimits } from '../../host-limits.js';
import { atMostBytes } from '../at-most-bytes.js';

/** What an sdist without a word of its own is built with (PEP 517). */
const usual = ['setuptools>=40.8.0'];

/** A name, extras, versions and a marker, in one line. No address, path or option: nothing but the store's index is ever asked. */
const requirement =
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])? *(?:\[[A-Za-z0-9._, -]*\])?[ (]*(?:[<>=!~]=?=? *[A-Za-z0-9.*+_-]+[ ,)]*)*(?:;[^\r\n]*)?$/;

/**
 * What an sdist says that it is built with (PEP 518), read as data: nothing of it is run. Throws `environment-failed` where
 * that can't be read or could not come from the store.
 */
export async function buildRequirements(sdist: string, name: string): Promise<readonly string[]> {
  let requires: unknown;
  try {
    const text = await pyprojectOf(sdist);
    requires = text === undefined ? usual : requiresOf(parse(text));
  } catch (error) {
    throw unbuildable(name, `its pyproject.toml can't be read (${String(error).split('\n', 1)[0] ?? ''})`);
  }
  if (!Array.isArray(requires)) throw unbuildable(name, 'what it is built with is no list');
  if (requires.length > hostLimits.buildRequirements)
    throw unbuildable(name, `it is built with more than ${hostLimits.buildRequirements} packages`);
  const odd = (requires as unknown[]).find((one) => !isRequirement(one));
  if (odd !== undefined)
    throw unbuildable(
      name,
      `it is built with ${JSON.stringify(odd).slice(0, 200)}, which names no package of an index`,
    );
  return requires as string[];
}

const isRequirement = (one: unknown): boolean =>
  typeof one === 'string' && one.length <= hostLimits.requirementCharacters && requirement.test(one);

function requiresOf(pyproject: Readonly<Record<string, unknown>>): unknown {
  const system = pyproject['build-system'] as Readonly<Record<string, unknown>> | undefined;
  return system?.['requires'] ?? usual;
}

/** The pyproject.toml at the root of a `.tar.gz`; undefined where there is none. */
async function pyprojectOf(sdist: string): Promise<string | undefined> {
  const entries = extract();
  let found: string | undefined;
  entries.on('entry', (header, stream, next) => {
    const isIt =
      /^(?:\.\/)?[^/]+\/pyproject\.toml$/.test(header.name) && header.size <= hostLimits.metadataBytes;
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: unknown) => isIt && chunks.push(chunk as Buffer));
    stream.on('end', () => {
      if (isIt) found ??= Buffer.concat(chunks).toString();
      next();
    });
  });
  const bound = atMostBytes(hostLimits.sdistBytes, new Error('it is too large'));
  await pipeline(createReadStream(sdist), createGunzip(), bound, entries);
  return found;
}

const unbuildable = (name: string, why: string): HostError =>
  new HostError('environment-failed', `${name} can't be built: ${why}. Ask its publisher for a wheel.`);
