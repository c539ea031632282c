const mebibyte = 1024 * 1024;
const hourMs = 60 * 60 * 1000;

/** The caps of what is fetched from upstream registries; part of `limits`. */
export const upstreamLimits = {
  upstreamNamePatterns: 1_000,
  upstreamFreshMs: 300_000,
  /** For the answer that upstream doesn't have a name: somebody may be about to publish it. */
  upstreamAbsentFreshMs: 60_000,
  upstreamKeysFreshMs: 6 * hourMs,
  upstreamRedirects: 5,
  upstreamConnectMs: 5_000,
  upstreamHeadersMs: 15_000,
  /** Between two pieces of an answer. */
  upstreamIdleMs: 30_000,
  upstreamPageMs: 120_000,
  upstreamFileMs: 30 * 60_000,
  upstreamAttempts: 2,
  /** For those who have a kept page in hand, before they go on with that. */
  upstreamPatienceMs: 5_000,
  upstreamClaimMs: 3_000,
  /** After it could not be reached, before the next one tries again. */
  upstreamAwayMs: 5_000,
  upstreamPageBytes: 128 * mebibyte,
  upstreamFileBytes: 2_048 * mebibyte,
  upstreamRequestsAtOnce: 48,
  upstreamRequestsWaiting: 4_096,
  upstreamFilesPerVersion: 64,
  upstreamBytesPerVersion: 512 * mebibyte,
  upstreamConfigurationMs: 15_000,
  upstreamConfigurationBytes: 4 * mebibyte,
} as const;
