/** Writes contracts/descriptor.v1.schema.json, which editors complete and check descriptors by. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { descriptorJsonSchema } from '#descriptor';

const target = join(import.meta.dirname, '../../contracts/descriptor.v1.schema.json');
writeFileSync(
  target,
  await format(JSON.stringify(descriptorJsonSchema()), { parser: 'json', printWidth: 110 }),
);
