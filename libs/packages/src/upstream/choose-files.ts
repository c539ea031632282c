import { limits } from '#kernel';
import type { UpstreamFile } from './upstream-page.js';

/**
 * The files of a version that are fetched together. Where all of them are too many, or too large, those come first that
 * the most machines can use: wheels for any machine, the source distribution, then wheels for the newest Pythons.
 */
export function chooseFiles(files: readonly UpstreamFile[]): {
  readonly chosen: readonly UpstreamFile[];
  readonly leftOut: readonly string[];
} {
  const chosen: UpstreamFile[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  for (const file of [...files].sort(byUse)) {
    const fits =
      chosen.length < limits.upstreamFilesPerVersion &&
      bytes + (file.size ?? 0) <= limits.upstreamBytesPerVersion &&
      (file.size ?? 0) <= limits.artifactBytes;
    if (fits) {
      chosen.push(file);
      bytes += file.size ?? 0;
    } else leftOut.push(file.filename);
  }
  return { chosen, leftOut };
}

const byUse = (a: UpstreamFile, b: UpstreamFile): number =>
  rankOf(a) - rankOf(b) || pythonOf(b) - pythonOf(a) || (a.filename < b.filename ? -1 : 1);

/** Servers first: that is where back ends run. */
const platforms = [/-any\.whl$/, /\.(?:tar\.gz|tgz)$/, /linux.*x86_64/, /linux.*aarch64/, /macosx/, /win/];

function rankOf({ filename }: UpstreamFile): number {
  const rank = platforms.findIndex((platform) => platform.test(filename));
  return rank === -1 ? platforms.length : rank;
}

/** `cp312` is 312. */
const pythonOf = ({ filename }: UpstreamFile): number =>
  Number(/-[a-z]{2}(\d+)[^-]*-[^-]+-[^-]+\.whl$/.exec(filename)?.[1] ?? 0);
