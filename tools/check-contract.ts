/** Whether the committed contract is the one that the code generates. */
import { existsSync, readFileSync } from 'node:fs';
import { contractFile } from '../apps/registry/src/platform/contract/serialize-contract.js';
import { generateContract } from './generate-contract.js';

const committed = existsSync(contractFile) ? readFileSync(contractFile, 'utf8') : '';
if ((await generateContract()) !== committed) {
  process.stderr.write(
    `${contractFile} is not what the code says: run \`npm run contract\` and commit the file.\n`,
  );
  process.exitCode = 1;
}
