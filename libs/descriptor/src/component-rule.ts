import { limits } from '#kernel';
import {
  npmName,
  numberAsPackageVersion,
  packageNameComplaint,
  packageVersionComplaint,
  parsePackage,
  pythonName,
} from './component-reference.js';
import type { PackageSpelling, Side } from './component-reference.js';
import type { ComponentReference } from './descriptor.js';
import type { Complaint, Findings } from './findings.js';
import { mapOf, text, withPlainQuotes } from './rule.js';
import type { Rule } from './rule.js';
import type { YamlNode } from './yaml-node.js';

/** A reference as a descriptor names it, with the place to which a conflict of versions points. */
export interface WrittenReference extends ComponentReference {
  readonly node: YamlNode;
}

const words: Readonly<Record<Side, { what: string; example: string; component: string }>> = {
  backend: {
    what: 'A pip package',
    example: 'gvl==1.0.0',
    component: 'The class of the package, e.g. Plugin or gvl.admin.Admin.',
  },
  frontend: {
    what: 'An npm module',
    example: '@gvl/ui@1.0.0',
    component: 'The export of the module, e.g. Panel.',
  },
};

const componentPattern = /^[\p{L}_$][\p{L}\p{N}_$]*(?:[-.:/#]+[\p{L}\p{N}_$]+)*$/u;

export function componentRule(side: Side): Rule<string> {
  return text({
    maxCharacters: limits.componentCharacters,
    description: words[side].component,
    schema: { pattern: componentPattern.source },
    check: (written) =>
      componentPattern.test(written)
        ? undefined
        : {
            code: 'component-invalid',
            message: `"${written.slice(0, 60)}" can't be a component, which is ${words[side].component.replace(/^The/, 'the')}`,
          },
  });
}

function referenceKeys(side: Side) {
  return {
    package: text({
      maxCharacters: limits.packageNameCharacters,
      description: `${words[side].what}.`,
      schema: { pattern: (side === 'backend' ? pythonName : npmName).source },
      check: (name) => pinInName(side, name) ?? packageNameComplaint(side, name),
    }),
    version: text({
      maxCharacters: limits.descriptorVersionCharacters,
      description: side === 'backend' ? 'One exact version (PEP 440).' : 'One exact version (SemVer).',
      check: (version) => packageVersionComplaint(side, version),
      whenNotText: (node) => numberAsPackageVersion(side, node),
    }),
    component: componentRule(side),
  };
}

/** In the map the version has a key of its own. */
function pinInName(side: Side, name: string): Complaint | undefined {
  const spelling = parsePackage(side, name);
  if (!isSpelling(spelling) || spelling.version === null) return undefined;
  const fix = `package: ${JSON.stringify(spelling.package)}, version: ${JSON.stringify(spelling.version)}`;
  return {
    code: 'package-invalid',
    message: `In a map the version has a key of its own; write ${fix}.`,
    fix,
  };
}

/** A package, as `gvl`, `gvl==1.0.0` or `{package, version, component}`. */
export function referenceRule(side: Side): Rule<WrittenReference> {
  const { what, example } = words[side];
  const asMap = mapOf(referenceKeys(side), {
    description: `${what} with its version and component.`,
    required: ['package'],
    mistaken: { name: 'package', class: 'component', module: 'package' },
  });
  const asText = text({
    maxCharacters: limits.packageNameCharacters + limits.descriptorVersionCharacters + 2,
    description: `${what}, e.g. ${example}.`,
    schema: { examples: [example] },
    whenNotText: (node) => (node.type === 'list' ? onePackage(what, example) : undefined),
  });
  return {
    schema: {
      anyOf: [asText.schema, asMap.schema],
      description: `${what}: a name, a name with one exact version, or a map.`,
    },
    read(node, findings) {
      if (node.type !== 'map') return readText(side, asText, node, findings);
      const values = asMap.read(node, findings);
      if (values?.package === undefined) return undefined;
      return {
        package: values.package,
        version: values.version ?? null,
        component: values.component ?? null,
        node,
      };
    },
  };
}

const onePackage = (what: string, example: string): Complaint => ({
  code: 'not-text',
  message: `${what} is due here, not a list; write one, e.g. ${JSON.stringify(example)}, or a map with package, version and component.`,
});

function readText(
  side: Side,
  rule: Rule<string>,
  node: YamlNode,
  findings: Findings,
): WrittenReference | undefined {
  const written = rule.read(node, findings);
  if (written === undefined) return undefined;
  const spelling = parsePackage(side, written);
  if (isSpelling(spelling)) return { ...spelling, component: null, node };
  findings.error(node, withPlainQuotes(spelling, written));
  return undefined;
}

const isSpelling = (result: object): result is PackageSpelling => 'package' in result;
