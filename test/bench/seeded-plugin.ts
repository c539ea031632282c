import { buildNpmTarball, buildWheel } from '#testing';
import { normalizeName } from '#kernel';
import type { PluginDocument } from '#search';
import type { UploadedFile } from './store-client.js';

/** What the templates are called, and what their copies therefore have replaced. */
export const template = {
  publisher: 'seed-template',
  package: 'seedpackageword',
} as const;

/** What a plugin is made of; the templates are one of each. */
export const shapes = ['backend', 'frontend', 'form'] as const;
export type Shape = (typeof shapes)[number];

export const templateName = (shape: Shape) => `seed-plugin-word-${shape}`;

/** The releases that a plugin has: one in ten has them all, the others the first. */
export const seededVersions = ['1.0.0', '1.1.0', '2.0.0-beta.1'] as const;

export const shapeOf = ({ has }: PluginDocument): Shape =>
  has.includes('frontend') ? 'frontend' : has.includes('form') ? 'form' : 'backend';

/** The plugin as it will be found: what the generator says of it, as far as the templates have it too. */
export function asSeeded(document: PluginDocument): PluginDocument {
  return { ...document, trust: 'trusted', withdrawn: false, deprecated: null, version: '1.0.0' };
}

/** Registry entries of CloudLaunch name no packages: they are listed, and have no manifest. */
export const isInstallable = ({ kind }: PluginDocument): boolean => kind !== 'cloudlaunch';

/** A descriptor as YAML. JSON's strings and lists are YAML's too. */
export function descriptorText(
  document: PluginDocument,
  shape: Shape,
  packageWord: string,
  version: string,
): string {
  const write = (value: unknown) => JSON.stringify(value);
  return [
    `name: ${write(document.name)}`,
    `version: ${version}`,
    ...(document.title === null ? [] : [`title: ${write(document.title)}`]),
    `summary: ${write(document.summary)}`,
    `description: ${write(document.description)}`,
    `maintainer: ${write(document.maintainer)}`,
    `categories: ${write(document.categories)}`,
    `tags: ${write(document.tags)}`,
    `requires: ${write(document.requires)}`,
    'interfaces:',
    '  launch:',
    `    backend: {package: ${packageWord}, version: ${write(pythonVersion(version))}, component: Launch}`,
    ...(shape === 'frontend'
      ? [`    frontend: {package: "@seed/${packageWord}", version: ${write(version)}, component: Panel}`]
      : []),
    ...(shape === 'form'
      ? ['    form: [{type: integer, name: nodes, label: Nodes, min: 1, max: 16, default: 3}]']
      : []),
    '',
  ].join('\n');
}

export function artifactsOf(shape: Shape, packageWord: string, version: string): UploadedFile[] {
  const python = pythonVersion(version);
  const wheel = {
    filename: `${packageWord}-${python}-py3-none-any.whl`,
    bytes: buildWheel({ name: packageWord, version: python }),
  };
  if (shape !== 'frontend') return [wheel];
  const manifest = { name: `@seed/${packageWord}`, version, module: 'dist/index.js' };
  return [wheel, { filename: `${packageWord}-${version}.tgz`, bytes: buildNpmTarball({ manifest }) }];
}

export function templateDocument(shape: Shape): PluginDocument {
  return {
    id: `${template.publisher}/${normalizeName(templateName(shape))}`,
    publisher: template.publisher,
    name: templateName(shape),
    title: null,
    summary: 'A template of what the bench seeds',
    description: 'A template.',
    maintainer: 'Bench',
    version: '1.0.0',
    categories: ['bench'],
    tags: ['bench'],
    operations: [],
    interfaces: ['launch'],
    kind: 'native',
    has: ['backend'],
    trust: 'trusted',
    requires: {},
    downloads: 0,
    updatedAt: 0,
    withdrawn: false,
    deprecated: null,
    revision: 1,
  };
}

/** The same version as PEP 440 writes it. */
export const pythonVersion = (version: string) => version.replace('-beta.', 'b');
