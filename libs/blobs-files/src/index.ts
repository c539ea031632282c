export { FileBlobStore } from './file-blob-store.js';
export { FileStaging } from './file-staging.js';
export { clearLeftovers } from './process-folder.js';
export { FileUnpackedTarballs } from './file-unpacked-tarballs.js';
