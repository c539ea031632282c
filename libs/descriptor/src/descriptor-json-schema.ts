import { interfaceDefinitions } from './interface-rule.js';
import { nativeRule } from './native-rule.js';
import type { JsonSchema } from './rule.js';

/**
 * JSON Schema 2020-12 of a native descriptor, for editors. It comes from the rules that the checker uses; what a
 * schema can't say (two interfaces that pin one package differently, a default that is no option) only the
 * checker knows.
 */
export function descriptorJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mortise plugin descriptor',
    ...nativeRule.schema,
    $defs: interfaceDefinitions,
  };
}
