const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const hourMs = 60 * 60 * 1000;

/** Every cap of the store, named, with its unit last. Settings may change some of them; the defaults are these. */
export const limits = {
  // requests
  jsonBodyBytes: 1 * mebibyte,
  pathParameterCharacters: 1024,

  // names
  publisherNameCharacters: 39,
  pluginNameCharacters: 64,

  // accounts, sessions, tokens
  credentialsKeptInMemory: 50_000,
  credentialCharacters: 4096,
  sessionLifetimeMs: 12 * hourMs,
  lastUseWrittenEveryMs: 10_000,
  lastUsesKeptInMemory: 50_000,

  // descriptors
  descriptorBytes: 1 * mebibyte,

  // publishing
  artifactsPerRelease: 64,

  // artifacts: what may arrive, and what an archive may come to when it is unpacked
  artifactBytes: 256 * mebibyte,
  stagedFileInMemoryBytes: 256 * kibibyte,
  stagedInMemoryBytes: 48 * mebibyte,
  artifactFilenameCharacters: 255,
  archiveEntries: 100_000,
  archiveUnpackedBytes: 1024 * mebibyte,
  archiveUnpackedRatio: 100,
  archiveBytesBeforeRatioCounts: 4 * mebibyte,
  archivePathCharacters: 1_000,
  archivePathFolders: 100,
  archiveExtensionHeaderBytes: 64 * kibibyte,
  zipDirectoryBytes: 32 * mebibyte,
  packageMetadataBytes: 2 * mebibyte,
  wheelRecordBytes: 16 * mebibyte,
  packageJsonDepth: 64,
  iconBytes: 512 * kibibyte,
  iconPixelsPerSide: 4_096,
  iconElementDepth: 64,
  lockBytes: 8 * mebibyte,
} as const;
