/** Every bound of the client, by name. */
export const clientLimits = {
  /** Until the first byte of an answer, once all of the request has been sent. */
  answerMs: 60_000,
  /** Between two pieces of a body, in either direction. */
  silenceMs: 30_000,
  /** How often a call is made at most. */
  attempts: 4,
  /** Before the second attempt; doubles with each, and chance halves it at most. */
  firstPauseMs: 250,
  /** The longest `Retry-After` that is waited for; what is longer is for the caller to decide. */
  pauseMs: 30_000,
  /** What is kept in memory of an answer that is not streamed. */
  answerBytes: 64 * 1024 * 1024,
  /** What the store is asked to wait in one request for a job, and how long a job is followed at most. */
  jobWaitSeconds: 10,
  jobMs: 30 * 60_000,
  /** Between two looks at a job that is not done. */
  jobPauseMs: 500,
  /** Pages that a list is read for at most. */
  pages: 1000,
} as const;
