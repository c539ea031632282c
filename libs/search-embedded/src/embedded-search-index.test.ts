import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSearchIndex } from '#testing';
import { EmbeddedSearchIndex } from './index.js';

describeSearchIndex('EmbeddedSearchIndex', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-search-'));
  let index = await EmbeddedSearchIndex.open({ folder });
  return {
    index,
    reopen: async () => {
      await index.close();
      index = await EmbeddedSearchIndex.open({ folder });
      return index;
    },
    openingScript: `
      import { EmbeddedSearchIndex } from '#search-embedded';
      const index = await EmbeddedSearchIndex.open({ folder: ${JSON.stringify(folder)} });
    `,
    close: async () => {
      await index.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
