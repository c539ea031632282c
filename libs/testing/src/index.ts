export { buildNpmTarball, buildSdist, buildWheel, stagedBytes } from './archive-builder.js';
export type { NpmTarballPlan, PackageFiles, SdistPlan, WheelPlan } from './archive-builder.js';
export { buildTar, buildTarGz, gnuLongName, paxHeader } from './archive-tar.js';
export type { TarEntryPlan } from './archive-tar.js';
export { buildZip } from './archive-zip.js';
export type { ZipMemberPlan, ZipPlan } from './archive-zip.js';
export { describeBlobStore } from './blob-store-conformance.js';
export type { BlobStoreUnderTest } from './blob-store-conformance.js';
