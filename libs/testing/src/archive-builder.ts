import { createHash } from 'node:crypto';
import { sha256Hex } from '#kernel';
import type { StagedFile } from '#packages';
import { buildTarGz } from './archive-tar.js';
import type { TarEntryPlan } from './archive-tar.js';
import { buildZip } from './archive-zip.js';
import type { ZipMemberPlan, ZipPlan } from './archive-zip.js';

export type PackageFiles = Readonly<Record<string, string | Buffer>>;

export interface WheelPlan {
  readonly name?: string;
  readonly version?: string;
  readonly files?: PackageFiles;
  readonly metadata?: string;
  /** RECORD as it is written, instead of the true one; null leaves it out. */
  readonly record?: string | null;
  /** Members put in before the others, which RECORD does not list. */
  readonly members?: readonly ZipMemberPlan[];
  readonly zip?: ZipPlan;
}

/** A wheel as a build tool makes it, unless the plan says otherwise; it is named `{name}-{version}-py3-none-any.whl`. */
export function buildWheel(plan: WheelPlan = {}): Buffer {
  const { name = 'zephyr_tool', version = '1.2.0' } = plan;
  const folder = `${name}-${version}.dist-info`;
  const metadata =
    plan.metadata ?? `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nRequires-Python: >=3.8\n\n`;
  const files: PackageFiles = {
    ...(plan.files ?? { [`${name}/__init__.py`]: 'class Plugin:\n    pass\n' }),
    [`${folder}/METADATA`]: metadata,
    [`${folder}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const record = plan.record === undefined ? recordOf(files, `${folder}/RECORD`) : plan.record;
  const all = record === null ? files : { ...files, [`${folder}/RECORD`]: record };
  const members = Object.entries(all).map(([path, content]) => ({ name: path, content }));
  return buildZip([...(plan.members ?? []), ...members], plan.zip);
}

/** The text of a RECORD that lists the files with their digests, and itself without. */
function recordOf(files: PackageFiles, own: string): string {
  const lines = Object.entries(files).map(([path, content]) => {
    const digest = createHash('sha256').update(content).digest('base64url');
    return `${path},sha256=${digest},${Buffer.byteLength(content)}\n`;
  });
  return `${lines.join('')}${own},,\n`;
}

export interface SdistPlan {
  readonly folder?: string;
  readonly name?: string;
  readonly version?: string;
  readonly entries?: readonly TarEntryPlan[];
}

/** A source distribution; it is named `{name}-{version}.tar.gz`. */
export function buildSdist(plan: SdistPlan = {}): Buffer {
  const { name = 'zephyr-tool', version = '1.2.0' } = plan;
  const { folder = `${name}-${version}` } = plan;
  return buildTarGz([
    { name: `${folder}/`, type: '5' },
    { name: `${folder}/PKG-INFO`, content: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n` },
    { name: `${folder}/setup.py`, content: 'from setuptools import setup\nsetup()\n' },
    ...(plan.entries ?? []),
  ]);
}

export interface NpmTarballPlan {
  readonly manifest?: Readonly<Record<string, unknown>> | string;
  readonly files?: PackageFiles;
  readonly folder?: string;
  readonly entries?: readonly TarEntryPlan[];
}

/** An npm tarball, of `@acme/zephyr-tool` 1.2.0 unless the plan says otherwise. */
export function buildNpmTarball(plan: NpmTarballPlan = {}): Buffer {
  const folder = plan.folder ?? 'package';
  const manifest = plan.manifest ?? { name: '@acme/zephyr-tool', version: '1.2.0', module: 'dist/index.js' };
  const files = plan.files ?? { 'dist/index.js': 'export const Panel = class extends HTMLElement {};\n' };
  return buildTarGz([
    {
      name: `${folder}/package.json`,
      content: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
    },
    ...Object.entries(files).map(([path, content]) => ({ name: `${folder}/${path}`, content })),
    ...(plan.entries ?? []),
  ]);
}

/** Bytes as if they had just been uploaded. */
export function stagedBytes(bytes: Buffer): StagedFile {
  return {
    sha256: sha256Hex(bytes),
    size: bytes.length,
    bytes,
    path: null,
    read: (start, length) => Promise.resolve(bytes.subarray(start, start + length)),
    discard: () => Promise.resolve(),
  };
}
