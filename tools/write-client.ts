/** The second half of `npm run contract`: writes the typed client's shapes and routes from the committed contract. */
import { writeFileSync } from 'node:fs';
import { clientFile, generateClient } from './generate-client.js';

writeFileSync(clientFile, await generateClient());
process.stdout.write(`Wrote ${clientFile}.\n`);
