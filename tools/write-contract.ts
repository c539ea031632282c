/** `npm run contract`: generates the contract from the code and writes it to contracts/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { contractFile } from '../apps/registry/src/platform/contract/serialize-contract.js';
import { generateContract } from './generate-contract.js';

const contract = await generateContract();
mkdirSync(dirname(contractFile), { recursive: true });
writeFileSync(contractFile, contract);
process.stdout.write(`Wrote ${contractFile}.\n`);
