import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../folder/write-durably.js';
import { HostError } from '../../host-error.js';
import { isThere } from '../../machine/is-there.js';
import { frontendDamage } from '../doctor/examine-frontend.js';
import type { HostWork } from '../host-work.js';
import type { Manifest, ManifestFrontend } from '../manifest/manifest.js';
import type { ReleaseSource } from '../manifest/release-source.js';
import { unpackFrontend } from './unpack-frontend.js';

/**
 * Unpacks the front ends of a release under `web/`, each whole or not at all. `scratch` is a folder for the tarballs. What is
 * there already, and whole, stays: it came from the same release, which never changes.
 */
export async function placeFrontends(
  { folder, signal, tell }: HostWork,
  manifest: Manifest,
  source: ReleaseSource,
  scratch: string,
): Promise<void> {
  const frontends = frontendsOf(manifest);
  if (frontends.length === 0) return;
  const { paths } = folder;
  await refuseCollisions(paths.webVersion(manifest.plugin, manifest.version), frontends);
  for (const frontend of frontends) {
    const target = paths.web(manifest.plugin, manifest.version, frontend.package);
    if ((await isThere(target)) && (await frontendDamage(target, frontend)) === undefined) continue;
    const tarball = join(scratch, 'front-end.tgz');
    await source.file({ ...frontend.tarball, url: null }, tarball);
    tell({ step: 'build', what: frontend.package });
    const incoming = join(paths.incoming, randomBytes(6).toString('hex'));
    await unpackFrontend(tarball, frontend, { incoming, target }, signal);
    await rm(tarball);
  }
}

/** Each package once: interfaces may share one. */
const frontendsOf = ({ interfaces }: Manifest): readonly ManifestFrontend[] => [
  ...new Map(
    Object.values(interfaces).flatMap(({ frontend }) => (frontend ? [[frontend.package, frontend]] : [])),
  ).values(),
];

/** Versions and packages whose names differ in capitals alone are one folder on some machines. */
async function refuseCollisions(webVersion: string, frontends: readonly ManifestFrontend[]): Promise<void> {
  const version = basename(webVersion);
  const present = await readdir(dirname(webVersion)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const twins = present.filter((other) => other !== version && isOneFile(other, version));
  const names = frontends.map((frontend) => frontend.package);
  const doubles = names.filter((name, index) => names.findIndex((other) => isOneFile(other, name)) !== index);
  const [collision] = [...twins, ...doubles];
  if (collision === undefined) return;
  throw new HostError(
    'unsafe-name',
    `"${collision}" differs from another name beside it in capitals alone, and the two are one folder on some machines. Nothing was installed: remove the other one first.`,
  );
}

const isOneFile = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
