/** Whether the committed client is the one that the committed contract gives. */
import { existsSync, readFileSync } from 'node:fs';
import { clientFile, generateClient } from './generate-client.js';

const committed = existsSync(clientFile) ? readFileSync(clientFile, 'utf8') : '';
if ((await generateClient()) !== committed) {
  process.stderr.write(
    `${clientFile} is not what the contract says: run \`npm run contract\` and commit it.\n`,
  );
  process.exitCode = 1;
}
