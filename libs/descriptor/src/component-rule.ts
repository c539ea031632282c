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
import type { Findings } from './findings.js';
import { mapOf, text } from './rule.js';
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
            message: `"${written.slice(0, 60)}" can't be a component; ${words[side].component}`,
          },
  });
}

function referenceKeys(side: Side) {
  return {
    package: text({
      maxCharacters: limits.packageNameCharacters,
      description: `${words[side].what}.`,
      schema: { pattern: (side === 'backend' ? pythonName : npmName).source },
      check: (name) => packageNameComplaint(side, name) ?? undefined,
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
  findings.error(node, spelling);
  return undefined;
}

const isSpelling = (result: object): result is PackageSpelling => 'package' in result;
