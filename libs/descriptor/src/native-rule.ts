import { limits } from '#kernel';
import { componentRule, referenceRule } from './component-rule.js';
import { formRule, interfacesRule } from './interface-rule.js';
import {
  iconRule,
  licenseRule,
  nameRule,
  permissionRule,
  replacesRule,
  requiresRule,
  webAddress,
} from './native-texts.js';
import { anyMap } from './plain-value.js';
import { listOf, mapOf, text } from './rule.js';
import type { JsonSchema, Rule } from './rule.js';
import { runtimeRule } from './runtime-rule.js';
import { versionRule } from './version-rule.js';

const line = (maxCharacters: number, description: string): Rule<string> =>
  text({ maxCharacters, description });
const prose = (description: string): Rule<string> =>
  text({ maxCharacters: limits.descriptorTextCharacters, description, prose: true });
const tag = line(limits.descriptorTagCharacters, 'A word or two.');

/** What both native forms have. */
const commonKeys = {
  name: nameRule,
  version: versionRule,
  title: line(limits.descriptorTitleCharacters, 'How it is called where people read; the name otherwise.'),
  version_label: line(limits.descriptorLineCharacters, 'Free text beside the version.'),
  summary: line(limits.descriptorSummaryCharacters, 'One sentence.'),
  description: prose('Markdown.'),
  maintainer: line(limits.descriptorLineCharacters, 'Who looks after it, e.g. Ada <ada@example.org>.'),
  categories: listOf(tag, 'What sort of plugin it is.'),
  tags: listOf(tag, 'What it is about.'),
  homepage: webAddress('Where to read more.'),
  repository: webAddress('Where the sources are.'),
  license: licenseRule,
  icon: iconRule,
  changelog: prose('Markdown, for this version.'),
  default_config: anyMap('What the plugin is configured with unless the host says otherwise.'),
  runtime: runtimeRule,
  permissions: listOf(permissionRule, "What the plugin's key may do.", /[\s,]+/),
  requires: requiresRule,
  replaces: replacesRule,
};

/** The single interface `default`, written out flat. */
const simpleKeys = {
  backend: referenceRule('backend'),
  backend_component: componentRule('backend'),
  front_end: referenceRule('frontend'),
  frontend_component: componentRule('frontend'),
  form: formRule,
};

export type SimpleKey = keyof typeof simpleKeys;
export const simpleKeyNames = Object.keys(simpleKeys) as SimpleKey[];

const together: JsonSchema = {
  anyOf: ['interfaces', 'backend', 'front_end', 'form'].map((key) => ({ required: [key] })),
  dependentSchemas: {
    interfaces: { not: { anyOf: simpleKeyNames.map((key) => ({ required: [key] })) } },
  },
  dependentRequired: { backend_component: ['backend'], frontend_component: ['front_end'] },
};

/** Every key of a native descriptor, in either form. */
export const nativeRule = mapOf(
  { ...commonKeys, ...simpleKeys, interfaces: interfacesRule },
  {
    description: 'What a plugin says of itself.',
    required: ['name', 'version'],
    schema: together,
    mistaken: {
      frontend: 'front_end',
      back_end: 'backend',
      front_end_component: 'frontend_component',
      back_end_component: 'backend_component',
      author: 'maintainer',
      authors: 'maintainer',
      category: 'categories',
      keywords: 'tags',
      config: 'default_config',
      url: 'homepage',
      website: 'homepage',
      source: 'repository',
      licence: 'license',
      interface: 'interfaces',
      scopes: 'permissions',
      label: 'title',
    },
  },
);
