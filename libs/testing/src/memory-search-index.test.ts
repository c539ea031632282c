import { MemorySearchIndex, describeSearchIndex } from './index.js';

describeSearchIndex(
  'MemorySearchIndex',
  async () => {
    const index = new MemorySearchIndex();
    return { index, close: () => index.close() };
  },
  { floorPlugins: 250, floorQueries: 100 },
);
