import parseSpdx from 'spdx-expression-parse';
import { isDeviceName, isPluginName, isPublisherName, isVersionRange, limits, normalizeName } from '#kernel';
import type { Complaint } from './findings.js';
import { keyPlace } from './findings.js';
import { text } from './rule.js';
import type { Rule } from './rule.js';
import { kindOf } from './yaml-node.js';
import type { YamlNode } from './yaml-node.js';
import { numberAsVersion } from './version-rule.js';

export const nameRule = text({
  maxCharacters: limits.descriptorNameAsWrittenCharacters,
  description: `Letters, digits and single - _ . or spaces between them; at most ${limits.pluginNameCharacters} characters.`,
  schema: { pattern: '^[A-Za-z0-9]+(?:[-_. ]+[A-Za-z0-9]+)*$', examples: ['KubePlugin'] },
  check: nameComplaint,
});

export function nameComplaint(name: string): Complaint | undefined {
  if (isPluginName(name)) return undefined;
  if (isDeviceName(normalizeName(name))) {
    const message = `"${name}" can't be a name: it is a device on Windows, where no host could make a folder of that name; e.g. ${name}-plugin.`;
    return { code: 'name-invalid', message, fix: `${name}-plugin` };
  }
  const [, publisher, inside] = /^@?([^/]+)\/([^/]+)$/.exec(name) ?? [];
  if (publisher !== undefined && inside !== undefined && isPluginName(inside)) {
    const message = `"${name.slice(0, 64)}" can't be a name: the publisher isn't part of it; write ${inside}.`;
    return { code: 'name-invalid', message, fix: inside };
  }
  const meant = name
    .normalize('NFKD')
    .replace(/\u00df/g, 'ss')
    .replace(/[\p{M}\p{Cf}]+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, limits.pluginNameCharacters);
  const fix = isPluginName(meant) ? meant : undefined;
  const hint = fix === undefined ? 'e.g. KubePlugin' : `e.g. ${fix}`;
  return {
    code: 'name-invalid',
    message: `"${name.slice(0, 64)}" can't be a name: up to ${limits.pluginNameCharacters} letters and digits, with - _ . or spaces between them; ${hint}.`,
    fix,
  };
}

/** An http or https address without user name and password. */
export function webAddress(description: string): Rule<string> {
  return text({
    maxCharacters: limits.descriptorUrlCharacters,
    description,
    schema: { format: 'uri', pattern: '^https?://' },
    check: webAddressComplaint,
  });
}

export function webAddressComplaint(written: string): Complaint | undefined {
  const url = URL.canParse(written) && !/\s/.test(written) ? new URL(written) : undefined;
  const web = url && /^https?:\/\//i.test(written);
  if (web && url.username === '' && url.password === '') return undefined;
  if (web)
    return {
      code: 'url-invalid',
      message: 'An address that everyone reads has no user name and password; remove them.',
    };
  const fix = likelyAddress(written);
  const hint = fix === undefined ? 'e.g. https://example.org' : `write ${fix}`;
  return { code: 'url-invalid', message: `An http or https address is due here; ${hint}.`, fix };
}

/** An address without its scheme, or as git and npm write those of repositories. */
function likelyAddress(written: string): string | undefined {
  const meant = written
    .replace(/^git\+(?=https?:)/, '')
    .replace(/^(?:git|ssh|git\+ssh):\/\/(?:[^@/]*@)?/, '')
    .replace(/^git@([\w.-]+):/, '$1/')
    .replace(/^github:/, 'github.com/')
    .replace(/^https?:\/*/i, '');
  if (!/^[\w-]+(?:\.[\w-]+)+(?:\/\S*)?$/.test(meant)) return undefined;
  const address = `http${/^(?:git\+)?http:/i.test(written) ? '' : 's'}://${meant}`;
  return URL.canParse(address) ? address : undefined;
}

export const licenseRule = text({
  maxCharacters: limits.descriptorLineCharacters,
  description: 'An SPDX licence expression, e.g. MIT or Apache-2.0 OR MIT.',
  schema: { examples: ['Apache-2.0'] },
  whenNotText: severalLicences,
  check(written) {
    if (isSpdx(written)) return undefined;
    const fix = likelyLicence(written);
    const hint =
      fix === undefined
        ? 'e.g. MIT, Apache-2.0, or LicenseRef-Ours for one that SPDX has not'
        : `write ${fix}`;
    return {
      code: 'license-not-spdx',
      message: `"${written.slice(0, 60)}" isn't an SPDX licence; ${hint}.`,
      fix,
    };
  },
});

function severalLicences(node: YamlNode): Complaint | undefined {
  if (node.type !== 'list') return undefined;
  const fix = node.items.map((item) => (item.type === 'scalar' ? item.text : '')).join(' OR ');
  const hint =
    node.items.length <= limits.descriptorListItems && isSpdx(fix)
      ? `write ${fix}`
      : 'write e.g. MIT OR Apache-2.0';
  return { code: 'not-text', message: `One licence expression is due here, not a list; ${hint}.` };
}

function isSpdx(written: string): boolean {
  try {
    parseSpdx(written);
    return true;
  } catch {
    return false;
  }
}

const mistakenLicences: Readonly<Record<string, string>> = {
  apache: 'Apache-2.0',
  apache2: 'Apache-2.0',
  apachev2: 'Apache-2.0',
  apachelicense: 'Apache-2.0',
  bsd: 'BSD-3-Clause',
  bsd2: 'BSD-2-Clause',
  bsd3: 'BSD-3-Clause',
  expat: 'MIT',
  gplv2: 'GPL-2.0-only',
  gpl2: 'GPL-2.0-only',
  gplv3: 'GPL-3.0-only',
  gpl3: 'GPL-3.0-only',
  lgplv3: 'LGPL-3.0-only',
  agplv3: 'AGPL-3.0-only',
  mpl2: 'MPL-2.0',
  proprietary: 'LicenseRef-Proprietary',
  unlicensed: 'LicenseRef-Proprietary',
};

function likelyLicence(written: string): string | undefined {
  const bare = written.replace(/\b(?:the|licen[sc]e|version)\b/gi, '').trim();
  const either = bare.replace(/^https?:\/\/.*\//, '').replace(/\s*\/\s*/g, ' OR ');
  const hyphenated = bare.replace(/\s+v?(?=\d)/gi, '-').replace(/\s+/g, '-');
  const candidates = [bare, bare.toUpperCase(), hyphenated, `${hyphenated}.0`, hyphenated.toUpperCase()];
  const capitalised = hyphenated.charAt(0).toUpperCase() + hyphenated.slice(1).toLowerCase();
  const key = bare
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/(?<=\d)0$/, '');
  return (
    [...candidates, either, capitalised, `${capitalised}.0`].find(isSpdx) ??
    (Object.hasOwn(mistakenLicences, key) ? mistakenLicences[key] : undefined)
  );
}

export const iconRule = text({
  maxCharacters: limits.descriptorLineCharacters,
  description:
    'A file name among the artifacts (icon.png, icon.webp, icon.svg), or a path inside the npm tarball.',
  schema: { examples: ['icon.svg', 'dist/icon.png'], pattern: '\\.(png|webp|svg)$' },
  check(written) {
    const parts = written.split('/');
    const inside =
      parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\:]/.test(written);
    if (inside && /\.(?:png|webp|svg)$/.test(written)) return undefined;
    const message =
      'An icon is a PNG, WebP or SVG file: icon.svg among the artifacts, or a path inside the npm tarball such as dist/icon.png';
    if (/^https?:/.test(written))
      return {
        code: 'icon-invalid',
        message: `${message}. The store keeps it; it isn't fetched from an address.`,
      };
    const fix = likelyIcon(written);
    return { code: 'icon-invalid', message: `${message}${fix === undefined ? '' : `; write ${fix}`}.`, fix };
  },
});

function likelyIcon(written: string): string | undefined {
  const meant = written
    .replace(/\\/g, '/')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\.\w+$/, (end) => end.toLowerCase());
  return /^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^:]+\.(?:png|webp|svg)$/.test(meant) ? meant : undefined;
}

/** RFC 6749, section 3.3. */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

export const permissionRule = text({
  maxCharacters: limits.permissionCharacters,
  description: 'A word of the host (an RFC 6749 scope-token), e.g. clusters:read.',
  schema: { pattern: scopeToken.source },
  check(written) {
    if (scopeToken.test(written)) return undefined;
    const message = `"${written.slice(0, 60)}" isn't one word of printable ASCII without quotes and backslashes, e.g. clusters:read.`;
    return { code: 'permission-invalid', message };
  },
});

const rangeRule = text({
  maxCharacters: limits.descriptorLineCharacters,
  description: 'A range of versions, e.g. ">=2.1 <4".',
  check(written) {
    if (isVersionRange(written)) return undefined;
    const spaced = written.replace(/\s*,\s*/g, ' ');
    const fix = spaced !== written && isVersionRange(spaced) ? JSON.stringify(spaced) : undefined;
    return {
      code: 'range-invalid',
      message: `"${written.slice(0, 60)}" isn't a range of versions; write ${fix ?? 'e.g. ">=2.1 <4", "^2.1" or "*"'}.`,
      fix,
    };
  },
  whenNotText: (node) => numberAsVersion(node, (written) => written),
});

/** Host name to version range. */
export const requiresRule: Rule<Readonly<Record<string, string>>> = {
  schema: {
    type: 'object',
    description: 'Hosts that it runs on, each with a range of versions, e.g. {cloudlaunch: ">=2.1 <4"}.',
    maxProperties: limits.descriptorListItems,
    additionalProperties: rangeRule.schema,
  },
  read(node, findings) {
    if (node.type !== 'map') {
      const [, host, range = ''] =
        /^([A-Za-z0-9][\w.-]*?)\s*([<>=~^].*)$/.exec(
          node.type === 'scalar' ? node.text.slice(0, limits.descriptorLineCharacters) : '',
        ) ?? [];
      const fix = host === undefined ? undefined : `{${host}: ${JSON.stringify(range)}}`;
      const message = `A map from hosts to ranges of versions is due here, not ${kindOf(node)}; ${fix === undefined ? 'e.g. {cloudlaunch: ">=2.1 <4"}' : `write ${fix}`}.`;
      findings.error(node, { code: 'not-a-map', message, fix });
      return undefined;
    }
    const requires: Record<string, string> = {};
    if (node.entries.size > limits.descriptorListItems) {
      const message = `A plugin requires at most ${limits.descriptorListItems} hosts, and here are ${node.entries.size}.`;
      findings.error(node, { code: 'list-too-long', message });
      return undefined;
    }
    for (const [host, { value }] of node.entries) {
      if (!isPluginName(host))
        findings.error(keyPlace(node, host), {
          code: 'host-name-invalid',
          message: `"${host.slice(0, 60)}" can't name a host: letters, digits and - _ . between them.`,
        });
      const range = rangeRule.read(value, findings);
      if (range !== undefined) requires[host] = range;
    }
    return requires;
  },
};

export const replacesRule = text({
  maxCharacters: limits.descriptorLineCharacters,
  description: 'The plugin that this one takes the place of, as publisher/name.',
  schema: { pattern: '^[^/]+/[^/]+$', examples: ['galaxy/kubeplugin'] },
  check(written) {
    const [publisher = '', name = '', ...rest] = written.split('/');
    if (rest.length === 0 && isPublisherName(publisher) && isPluginName(name)) return undefined;
    const meant = /^@([^/]+\/[^/]+)$/.exec(written)?.[1];
    const hint = meant === undefined ? 'publisher/name, e.g. galaxy/kubeplugin' : meant;
    const message = `"${written.slice(0, 60)}" isn't a plugin; write ${hint}.`;
    return { code: 'plugin-id-invalid', message, fix: meant };
  },
});
