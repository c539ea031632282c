export { FileBlobStore } from './file-blob-store.js';
export { FileStaging } from './file-staging.js';
