export { FileBlobStore } from './file-blob-store.js';
export { FileStaging } from './file-staging.js';
export { countLeftovers } from './process-folder.js';
export { FileUnpackedTarballs } from './file-unpacked-tarballs.js';
