import type { EntityManager } from 'typeorm';
import { splitPluginId } from '#kernel';
import type { PluginId } from '#kernel';
import { comparePythonVersions } from '#packages';
import { packageVersionNotFound } from '#trust';
import type { PackageVersionName } from '#trust';
import { PackageVersionRow } from '../rows/package-rows.js';
import type { ReleaseRow } from '../rows/catalog-rows.js';
import { selectRows } from '../select-rows.js';

/** The package versions that a release pins and its publisher owns: never anybody else's. */
export function ownPinsOf(sql: EntityManager, release: ReleaseRow): Promise<PackageVersionName[]> {
  return selectRows<PackageVersionName>(
    sql,
    `SELECT p.side, p.package, p.version FROM release_pin p
     JOIN package k ON k.side = p.side AND k.name = p.package AND k.publisher = ?
     JOIN package_version v ON v.side = p.side AND v.name = p.package AND v.version = p.version
     WHERE p.release_id = ? ORDER BY p.side DESC, p.package`,
    [splitPluginId(release.plugin_id as PluginId).publisher, release.id],
  );
}

/** A package version as the store spells it: on the Python side 1.0 is 1.0.0 (PEP 440). */
export async function requirePackageVersion(
  sql: EntityManager,
  wanted: PackageVersionName,
): Promise<PackageVersionName> {
  const rows = await sql.find(PackageVersionRow, {
    select: { version: true },
    where: { side: wanted.side, name: wanted.package },
  });
  const versions = rows.map(({ version }) => version);
  const found = versions.find((version) => version === wanted.version) ?? sameVersion(wanted, versions);
  if (found === undefined) throw packageVersionNotFound(wanted);
  return { ...wanted, version: found };
}

function sameVersion({ side, version }: PackageVersionName, versions: readonly string[]): string | undefined {
  if (side !== 'python') return undefined;
  return versions.find((candidate) => comparePythonVersions(candidate, version) === 0);
}
