const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const minuteMs = 60_000;

/** Every cap of the agent, named, with its unit last. */
export const agentLimits = {
  // what comes in
  connections: 1024,
  headerBytes: 16 * kibibyte,
  headersMs: 15_000,
  /** For a request to arrive, its body with it. */
  requestMs: 10 * minuteMs,
  keepAliveMs: 72_000,
  controlBodyBytes: 64 * kibibyte,

  // to back ends
  requestsPerBackend: 256,
  /** For the first byte of an answer, where the descriptor's `runtime.timeout` says nothing. */
  answerMs: 2 * minuteMs,
  /** What an answer may take on top of the plugin's own limit, so that its own words about it come through. */
  answerGraceMs: 2_000,
  /** Between two bytes of an answer or of an upgraded connection. */
  silenceMs: 15 * minuteMs,
  idleConnectionsPerBackend: 8,
  /** Less than back ends keep a connection, so that none is taken just as it is closed. */
  idleConnectionMs: 4_000,
  callAnswerBytes: 16 * mebibyte,

  // starting and watching back ends
  startsAtOnce: 4,
  restartFirstMs: 500,
  restartLastMs: 30_000,
  /** So long without a fault, and its earlier ones are forgotten. */
  healthyMs: minuteMs,
  /** Starts or runs that failed in a row before it is given up. */
  failuresBeforeGivenUp: 5,
  /** Given up, it is tried again after this; then after twice as long, up to the last. */
  givenUpFirstMs: 5 * minuteMs,
  givenUpLastMs: 60 * minuteMs,
  drainMs: 30_000,
  stopGraceMs: 10_000,
  /** For all back ends to end when the agent does. */
  shutdownMs: 20_000,

  // events
  eventsKept: 1_000,
  eventBytes: 64 * kibibyte,
  eventStreams: 64,
  /** What waits for a reader who doesn't read, before he is let go. */
  eventStreamBytes: 1 * mebibyte,
  eventHeartbeatMs: 15_000,
  pluginEventsWaitSeconds: 20,
  /** On top of what it may wait. */
  pluginEventsAnswerMs: 5_000,
  pluginEventsAnswerBytes: 4 * mebibyte,
  pluginEventsRetryFirstMs: 500,
  pluginEventsRetryLastMs: 30_000,
  registrationsPerRelease: 1_000,

  // the page on the web side
  importMapsKept: 16,
  /** Of releases that were served before: pages that are open may still load parts of them. */
  releasesLeftKept: 32,

  // the store
  pollEveryMs: minuteMs,
  pollRetryFirstMs: 2_000,
  pollRetryLastMs: 10 * minuteMs,
  keysAskedAtOnce: 4,
  updatesRemembered: 10_000,
  reportsWaiting: 1_000,
  /** So that the same again within it is one report. */
  reportCollectMs: 250,
  reportMessageCharacters: 4_000,
  reportRetryFirstMs: 1_000,
  reportRetryLastMs: 5 * minuteMs,

  // logs, as the control door tells them
  logLines: 1_000,
  logBytes: 1 * mebibyte,
} as const;

/** The caps with other numbers, for tests that can't wait for minutes. */
export type AgentLimits = Readonly<Record<keyof typeof agentLimits, number>>;
