import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { it } from '@jest/globals';
import { describeSearchIndex } from '#testing';
import { OpenSearchIndex } from './index.js';

/** The node of `npm run test:services`; without one there is nothing to test on. */
const address = process.env['TEST_OPENSEARCH'];

const location = { addresses: [address ?? ''], credentials: null, certificateFile: null, prefix: null };

async function make() {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const open = () => new OpenSearchIndex(location, prefix);
  let index = open();
  await index.rebuild((async function* () {})(), 0);
  return {
    index,
    reopen: async () => {
      await index.close();
      // What a killed process has sent is still being applied.
      await pause(300);
      index = open();
      return index;
    },
    openingScript: `
      import { OpenSearchIndex } from '${new URL('./index.js', import.meta.url).href}';
      const index = new OpenSearchIndex(${JSON.stringify(location)}, '${prefix}');
    `,
    close: async () => {
      await index.close();
      await fetch(`${address}/${prefix}-*`, { method: 'DELETE' });
    },
  };
}

if (address === undefined) {
  // jest wants a test in every file, also in one whose tests are passed over.
  it.skip('is tried by npm run test:services', () => undefined);
} else {
  describeSearchIndex('OpenSearchIndex', make, { floorPlugins: 10_000, floorQueries: 1000 });
}
