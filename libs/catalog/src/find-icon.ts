import type { Descriptor } from '#descriptor';
import { artifactsRefused } from './errors.js';
import type { PackageShelf } from './package-shelf.js';
import type { ResolvedPackage } from './resolution.js';
import type { UploadedArtifact } from './uploaded-artifact.js';

/**
 * Makes sure that the icon which a native descriptor names exists: among the artifacts, or in one of its npm tarballs.
 * Throws `artifact-missing` otherwise; a tarball that nobody has fetched may have it. Foreign descriptors may name what they like.
 */
export async function findIcon(
  descriptor: Descriptor,
  artifacts: readonly UploadedArtifact[],
  packages: readonly ResolvedPackage[],
  shelf: PackageShelf,
): Promise<void> {
  const { icon, kind } = descriptor;
  if (icon === null || kind !== 'native' || artifacts.some(({ filename }) => filename === icon)) return;
  const path = icon.replace(/^(?:\.\/)+/, '');
  for (const { pin, uploads, unseen } of packages) {
    if (unseen && pin.side === 'npm') return;
    if (uploads.some(({ files }) => files?.some((file) => file.path === path))) return;
    if (pin.side === 'npm' && (await shelf.tarballHas(pin, path))) return;
  }
  const message = `The descriptor names the icon "${icon}", which is neither among the artifacts nor in an npm tarball of the release: send it as a part named "artifact", or correct the path.`;
  throw artifactsRefused([{ code: 'artifact-missing', filename: icon, message }]);
}
