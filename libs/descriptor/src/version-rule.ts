import semver from 'semver';
import { isVersion, limits } from '#kernel';
import type { Version } from '#kernel';
import type { Complaint } from './findings.js';
import { text } from './rule.js';
import type { Rule } from './rule.js';
import type { YamlNode } from './yaml-node.js';

/** A plugin's version: SemVer 2.0 with three numbers and no build metadata, written as a text. */
export const versionRule: Rule<Version> = text({
  maxCharacters: limits.descriptorVersionCharacters,
  description: 'SemVer 2.0 with three numbers, e.g. 1.0.0 or 2.0.0-beta.1; no build metadata.',
  schema: {
    pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$',
    examples: ['1.0.0'],
  },
  check: versionComplaint,
  whenNotText: (node) => numberAsVersion(node, threeNumbers),
});

/**
 * A version that YAML reads as a number. `complete` makes the quoted version of the text as it was written, so
 * that 1.10 doesn't become 1.1.
 */
export function numberAsVersion(node: YamlNode, complete: (text: string) => string): Complaint | undefined {
  if (node.type !== 'scalar' || typeof node.value !== 'number') return undefined;
  const plain = /^\d+(?:\.\d+)?$/.test(node.text);
  const fix = plain ? JSON.stringify(complete(node.text)) : undefined;
  const hint =
    fix === undefined ? 'write the version in quotes, e.g. "1.0.0"' : `write the version as a text: ${fix}`;
  return {
    code: 'version-not-quoted',
    message: `YAML reads ${node.text.slice(0, 60)} as a number, which loses digits; ${hint}.`,
    fix,
  };
}

const threeNumbers = (written: string): string => {
  const numbers = written.split('.').map((digits) => digits.replace(/^0+(?=\d)/, ''));
  return [...numbers, '0', '0'].slice(0, 3).join('.');
};

function versionComplaint(written: string): Complaint | undefined {
  if (isVersion(written)) return undefined;
  const withoutBuild = written.replace(/\+.*$/, '');
  if (withoutBuild !== written && isVersion(withoutBuild)) {
    const message = `A version has no build metadata ("+…"), since two builds would be one version; write ${withoutBuild}.`;
    return { code: 'version-build-metadata', message, fix: withoutBuild };
  }
  const fix = likelyVersion(written) ?? likelyPrerelease(written);
  const hint = fix === undefined ? 'e.g. 1.0.0 or 1.0.0-beta.1' : `write ${fix}`;
  return {
    code: 'version-not-semver',
    message: `"${written.slice(0, 60)}" isn't SemVer 2.0, which has three numbers; ${hint}.`,
    fix,
  };
}

const prereleaseWords: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', c: 'rc' };

/** A pre-release written after PEP 440 (1.0.0b1), with two numbers (1.0-beta), or with zeros before (1.0.0-01). */
function likelyPrerelease(written: string): Version | undefined {
  const [, numbers = '', word = '', count = ''] =
    /^v?(\d+(?:\.\d+){0,2})[-.]?(alpha|beta|rc|dev|a|b|c)?[-.]?(\d{0,9})$/i.exec(written) ?? [];
  if (numbers === '' || (word === '' && !/^v?\d+\.\d+\.\d+-\d+$/.test(written))) return undefined;
  const lower = word.toLowerCase();
  const parts = [prereleaseWords[lower] ?? lower, count === '' ? '' : String(Number(count))];
  const version = `${threeNumbers(numbers)}-${parts.filter((part) => part !== '').join('.')}`;
  return isVersion(version) ? version : undefined;
}

/** The version that a slip of the pen was meant to be: v1.2.3, 1.2, 01.2.3. */
export function likelyVersion(written: string): Version | undefined {
  const match = /^[vV=\s]*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+.*)?\s*$/.exec(written);
  if (!match) return undefined;
  if (match[4] !== undefined && match[3] === undefined) return undefined;
  const numbers = [match[1], match[2], match[3]].map((digits) => (digits ?? '0').replace(/^0+(?=\d)/, ''));
  const version = numbers.join('.') + (match[4] ?? '');
  return isVersion(version) && semver.valid(version) !== null ? version : undefined;
}
