import { stagedBytes, describeBlobStore, MemoryBlobStore } from './index.js';

describeBlobStore('MemoryBlobStore', async () => ({
  store: new MemoryBlobStore(),
  staging: {
    stage: async (source) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of source) chunks.push(chunk);
      return stagedBytes(Buffer.concat(chunks));
    },
  },
  close: async () => undefined,
}));
