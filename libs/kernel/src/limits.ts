const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** Every cap of the store, named, with its unit last. Settings may change some of them; the defaults are these. */
export const limits = {
  // names
  publisherNameCharacters: 39,
  pluginNameCharacters: 64,

  // descriptors
  descriptorBytes: 1 * mebibyte,

  // publishing
  artifactsPerRelease: 64,

  // search
  searchTextCharacters: 512,
  searchTokens: 24,
  searchFilterValues: 50,
  searchFilterCharacters: 200,
  searchPageItems: 100,
  searchPageItemsDefault: 20,
  searchCursorCharacters: 1024,
  searchFacetValues: 50,
  searchIndexedCharacters: 100_000,
  searchTokenCharacters: 64,
  searchCorrections: 32,
  searchHighlightCharacters: 200,
  searchHighlightScanCharacters: 8192,
  searchesWaiting: 256,
  searchTimeoutMs: 10_000,
  searchColumnCacheBytes: 48 * mebibyte,
  suggestions: 20,
  suggestionsDefault: 8,
} as const;
