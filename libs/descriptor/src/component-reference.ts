import { eq as isSamePep440Version, valid as isPep440Version } from '@renovatebot/pep440';
import { isVersion, limits } from '#kernel';
import type { Complaint } from './findings.js';
import { likelyVersion, numberAsVersion } from './version-rule.js';
import type { YamlNode } from './yaml-node.js';

/** The two sides of an interface: a pip package behind, an npm module in front. */
export type Side = 'backend' | 'frontend';

export interface PackageSpelling {
  readonly package: string;
  readonly version: string | null;
}

/** PEP 508 names; compared in the normal form of PEP 503. */
export const pythonName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** What npm accepts as the name of a new package. */
export const npmName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

const packageNamePatterns: Readonly<Record<Side, RegExp>> = { backend: pythonName, frontend: npmName };

/** How a package of that side is compared with another. */
export function packageIdentity(side: Side, name: string): string {
  return side === 'backend' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

/** Whether both spell one version: behind, 1.0 is 1.0.0 (PEP 440). */
export function isSameVersion(side: Side, a: string, b: string): boolean {
  return a === b || (side === 'backend' && isSamePep440Version(a, b));
}

export function packageNameComplaint(side: Side, name: string): Complaint | undefined {
  if (name.length > limits.packageNameCharacters) {
    return {
      code: 'package-invalid',
      message: `A package's name has at most ${limits.packageNameCharacters} characters.`,
    };
  }
  if (archive.test(name)) return archiveNamed(side, name);
  if (packageNamePatterns[side].test(name) && !(side === 'frontend' && reservedNpmNames.has(name)))
    return undefined;
  return side === 'backend' ? notPythonName(name) : notNpmName(name);
}

const reservedNpmNames: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico']);

const archive = /\.(?:whl|tar\.gz|tgz)$/i;

/** `gvl-1.0-py3-none-any.whl` would pass for a name. */
function archiveNamed(side: Side, filename: string): Complaint {
  const [, name = '', version = ''] =
    /([A-Za-z0-9._]+?)-(\d[^-/]*?)(?:-[^/]*)?\.(?:whl|tar\.gz|tgz)$/i.exec(filename) ?? [];
  const fix = name === '' ? undefined : `${name}${side === 'backend' ? '==' : '@'}${version}`;
  const hint = fix === undefined ? '' : `, e.g. ${fix},`;
  const message = `"${filename.slice(0, 60)}" is a file; name its package${hint} and upload the file beside the descriptor.`;
  return { code: 'package-invalid', message, fix };
}

const elsewhere =
  'what lies at an address or a path is uploaded beside the descriptor, and its package is named here';

function notPythonName(name: string): Complaint {
  const message = `"${name.slice(0, 60)}" isn't the name of a pip package: letters, digits, and . _ - between them`;
  const [, bare, component] = /^([A-Za-z0-9][\w.-]*):([A-Za-z_][\w.]*)$/.exec(name) ?? [];
  if (bare !== undefined && component !== undefined) {
    const fix = `{package: ${bare}, component: ${component}}`;
    return { code: 'package-invalid', message: `${message}; write ${fix}.`, fix };
  }
  const hint = name.startsWith('@')
    ? '; an npm module belongs into the front end'
    : /[/:\\]/.test(name)
      ? `; ${elsewhere}`
      : '';
  return { code: 'package-invalid', message: `${message}${hint}.` };
}

function notNpmName(name: string): Complaint {
  const lower = name.toLowerCase();
  const fix = npmName.test(lower) && lower !== name ? lower : undefined;
  const away = /:|^[./\\]|^[^@/]+\//.test(name);
  const hint = fix !== undefined && !away ? `; write ${fix}` : away ? `; ${elsewhere}` : '';
  const message = `"${name.slice(0, 60)}" isn't the name of an npm module: lower case, e.g. panel or @scope/panel${hint}.`;
  return { code: 'package-invalid', message, fix };
}

/** Whether `version` is one exact version of that side: PEP 440 behind, SemVer in front. */
export function packageVersionComplaint(side: Side, version: string): Complaint | undefined {
  if (version.length > limits.descriptorVersionCharacters) {
    return {
      code: 'text-too-long',
      message: `A version has at most ${limits.descriptorVersionCharacters} characters.`,
    };
  }
  if (side === 'backend' ? isPep440Version(version) !== null : isVersion(version)) return undefined;
  const fix = exactVersion(side, version);
  if (looksLikeRange(version)) return versionNotExact(version, fix);
  const standard = side === 'backend' ? 'PEP 440, e.g. 1.0.0' : 'SemVer with three numbers, e.g. 1.0.0';
  const message = `"${version.slice(0, 60)}" isn't a version after ${standard}${fix === undefined ? '' : `; write ${fix}`}.`;
  return { code: 'package-version-invalid', message, fix };
}

/** A version of a package that YAML reads as a number. */
export function numberAsPackageVersion(side: Side, node: YamlNode): Complaint | undefined {
  return numberAsVersion(node, (written) =>
    side === 'backend' ? written : (likelyVersion(written) ?? written),
  );
}

function versionNotExact(written: string, fix: string | undefined): Complaint {
  const hint =
    fix === undefined ? 'name one exact version or leave it out' : `write ${fix}, or leave the version out`;
  const message = `"${written.slice(0, 60)}" leaves several versions open; ${hint}.`;
  return { code: 'version-not-exact', message, fix };
}

const looksLikeRange = (version: string): boolean =>
  version === '' || /[<>~^*|,\s=!]|^(?:latest|next|any)$|(?:^|\.)[xX](?:\.|$)|^\d+(?:\.\d+)?$/.test(version);

function exactVersion(side: Side, written: string): string | undefined {
  const bare = /[0-9][0-9A-Za-z.+-]*/.exec(written)?.[0].replace(/\.+$/, '') ?? '';
  const first = bare.replace(/(?:\.[xX*])+$/, '');
  if (side === 'backend') return first !== '' && isPep440Version(first) !== null ? first : undefined;
  return likelyVersion(first);
}

/** Reads `gvl`, `gvl==1.0.0` or `@gvl/ui@1.0.0`. */
export function parsePackage(side: Side, written: string): PackageSpelling | Complaint {
  if (written.length > limits.packageNameCharacters + limits.descriptorVersionCharacters) {
    return { code: 'text-too-long', message: 'It is too long for a package and its version.' };
  }
  return side === 'backend' ? parseRequirement(written) : parseModule(written);
}

function parseRequirement(written: string): PackageSpelling | Complaint {
  const [, name = '', rest = ''] = /^([^\s=<>!~;[\](){},@|^]*)\s*(.*)$/s.exec(written) ?? [];
  if (name === '' || rest === '') return nameOnly('backend', name === '' ? written : name);
  const wrongName = packageNameComplaint('backend', name);
  if (wrongName) return wrongName;
  if (rest.startsWith('[') || rest.startsWith(';')) return notJustPackage(written, name);
  if (/^@\s*[0-9]/.test(rest)) return pinnedOtherwise(written, `${name}==${rest.slice(1).trim()}`);
  if (/^=[^=]/.test(rest) || rest.startsWith('==='))
    return pinnedOtherwise(written, `${name}==${rest.replace(/^=+\s*/, '')}`);
  if (!/^[=<>!~^]/.test(rest)) return notJustPackage(written, name);
  if (rest.includes(';')) return notJustPackage(written, name);
  const pinned = /^==\s*(.*)$/s.exec(rest)?.[1];
  if (pinned === undefined) return unpinned('backend', written, name, '==', rest);
  const complaint = packageVersionComplaint('backend', pinned);
  if (!complaint) return { package: name, version: pinned };
  return withName(complaint, name, '==');
}

function parseModule(written: string): PackageSpelling | Complaint {
  const at = written.indexOf('@', 1);
  const name = at < 0 ? written : written.slice(0, at);
  const requirement = /^(@?[^@=<>!~\s]+)\s*==\s*(\S+)$/.exec(written);
  if (requirement) return pinnedOtherwise(written, `${requirement[1] ?? ''}@${requirement[2] ?? ''}`);
  if (at < 0) return nameOnly('frontend', name);
  const wrongName = packageNameComplaint('frontend', name);
  if (wrongName) return wrongName;
  const version = written.slice(at + 1);
  if (/[:/]/.test(version)) return notJustPackage(written, name);
  const complaint = packageVersionComplaint('frontend', version);
  if (!complaint) return { package: name, version };
  if (!looksLikeRange(version) && !/^[0-9v]/.test(version)) {
    return withName(versionNotExact(version, exactVersion('frontend', version)), name, '@');
  }
  return withName(complaint, name, '@');
}

function nameOnly(side: Side, name: string): PackageSpelling | Complaint {
  return packageNameComplaint(side, name) ?? { package: name, version: null };
}

function unpinned(side: Side, written: string, name: string, mark: string, rest: string): Complaint {
  const version = exactVersion(side, rest);
  return versionNotExact(written, version === undefined ? undefined : `${name}${mark}${version}`);
}

function withName(complaint: Complaint, name: string, mark: string): Complaint {
  if (complaint.fix === undefined) return complaint;
  const fix = `${name}${mark}${complaint.fix}`;
  return {
    ...complaint,
    fix,
    message: complaint.message.replace(`write ${complaint.fix}`, () => `write ${fix}`),
  };
}

function pinnedOtherwise(written: string, fix: string): Complaint {
  const message = `"${written.slice(0, 60)}" is pinned in another way than is read here; write ${fix}.`;
  return { code: 'package-invalid', message, fix };
}

function notJustPackage(written: string, name: string): Complaint {
  const pinned = /^[^=;@]*==\s*([^\s;,]+)/.exec(written)?.[1];
  const fix = pinned !== undefined && isPep440Version(pinned) !== null ? `${name}==${pinned}` : name;
  const message = `"${written.slice(0, 60)}" is more than a package and one version (no extras, markers or addresses, which belong into the package's own metadata); write ${fix}.`;
  return { code: 'package-invalid', message, fix };
}
