const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Every cap of the store, named, with its unit last. Settings may change some of them; the defaults are these. */
export const limits = {
  // requests
  jsonBodyBytes: 1 * mebibyte,
  pathParameterCharacters: 1024,

  // names
  publisherNameCharacters: 39,
  pluginNameCharacters: 64,

  // descriptors
  descriptorBytes: 1 * mebibyte,

  // publishing
  artifactsPerRelease: 64,
} as const;
