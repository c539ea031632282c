const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** The caps of how blobs are kept, handed out and removed; part of `limits`. */
export const blobLimits = {
  // blobs kept in memory
  hotBlobsBytes: 64 * mebibyte,
  hotBlobBytes: 2 * mebibyte,
  /** Up to this size a blob is kept the first time that it is asked for; a larger one the second time. */
  hotSmallBlobBytes: 128 * kibibyte,
  hotBlobsRemembered: 10_000,

  // blobs on S3
  s3ConnectMs: 3_000,
  /** For an answer that needs no bytes of ours. */
  s3AnswerMs: 5_000,
  /** For a piece of an upload to be sent and answered. */
  s3UploadMs: 60_000,
  /** For the next bytes of an answer. */
  s3IdleMs: 60_000,
  s3Attempts: 3,
  s3Connections: 128,
  /** The least that S3 takes, and what is held in memory of a larger blob while it is sent. */
  s3PartBytes: 5 * mebibyte,
  s3UploadsAtOnce: 4,
  s3UploadsWaiting: 8_192,
  s3RetryAfterSeconds: 5,
  s3AddressSeconds: 300,
  /** The service is taken to let the store in for so long after it did, where addresses are handed out. */
  s3LetInForMs: 5_000,
  /** And not to, after it didn't. */
  s3BarredForMs: 1_000,
  s3BucketCharacters: 63,
  s3PrefixCharacters: 512,

  /** No upload takes this long: what was begun longer ago and not finished is nobody's. */
  leftoverMs: dayMs,

  // removing blobs that nothing needs; see docs/adr/0015-how-blobs-are-removed.md
  blobGraceMs: dayMs,
  blobsRemovedEveryMs: 6 * hourMs,
  /** After a start, before the first time. */
  blobsRemovedFirstMs: 600_000,
  blobsPerLook: 500,
  blobsPerRemoval: 50,
  /** From the transaction that begins it: what was not removed by then is left to the next time. */
  blobRemovalMs: 30_000,
  /** From then on nobody can be at it any more, whatever was asleep and however wrong its clock is. */
  blobRemovalOverMs: 600_000,
  /** No publication is under way for longer. */
  blobRemovalKeptMs: 30 * dayMs,
  blobKeepAttempts: 12,
  blobKeepAgainMs: 250,

  // moving a store
  exportHeaderBytes: 64 * mebibyte,
} as const;
