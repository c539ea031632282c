import { blobLimits } from './blob-limits.js';
import { upstreamLimits } from './upstream-limits.js';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** Every cap of the store, named, with its unit last. Settings may change some of them; the defaults are these. */
export const limits = {
  // requests
  jsonBodyBytes: 1 * mebibyte,
  /** Of a body that is held in memory, so much has to arrive in each such time: a stranger pays for what the store holds. */
  bodyBytesPerLook: 160 * kibibyte,
  bodyLookedAtEveryMs: 10_000,
  jsonBodyDepth: 16,
  bodyProblems: 100,
  pathParameterCharacters: 1024,
  headerBytes: 16 * kibibyte,
  headersMs: 15_000,
  /** How often connections are looked at that are slower than allowed. */
  slowRequestCheckMs: 5000,
  /** For a whole request to arrive, its uploads with it. */
  requestMs: 600_000,
  keepAliveMs: 72_000,
  requestsInFlight: 2048,
  acceptHeadersKept: 100,
  trustedProxies: 100,
  /** For running requests to finish once the store has been asked to stop. */
  shutdownMs: 7_000,
  /** For all that is closed after them: those who stop a process kill it after ten seconds, mostly. */
  shutdownRestMs: 2_000,

  // a database that is a server; see docs/adr/0011-writes-take-turns-on-postgresql.md
  databaseConnections: 12,
  /** Writes that need no turn, at once: reads keep the rest of the connections. */
  databaseWritesBeside: 4,
  /** To connect, or to be given a connection that others use. */
  databaseConnectMs: 3000,
  databaseStatementMs: 10_000,
  /** For a write to wait for the turn that another process has, and for those of its own before that. */
  databaseTurnMs: 5000,
  databaseLineMs: 30_000,
  databaseWriteAttempts: 3,
  databaseMigrationMs: 600_000,
  /** How often it is asked whether it answers and what others committed, and how long that may take. */
  databaseAskedEveryMs: 200,
  databaseAnswerMs: 2000,
  /** What is kept in memory is relied upon for so long after the last answer: with what follows, within a second. */
  noticesCurrentMs: 700,
  noticesPerRead: 1000,
  noticesKeptMs: 600_000,
  noticesRemovedEveryMs: 60_000,

  // what only one process may do: taken over within ten seconds of its death
  leaseMs: 6000,
  leaseRenewedEveryMs: 2000,
  leaseLookedAtEveryMs: 250,
  leaseWantedEveryMs: 1000,
  databaseRetryAfterSeconds: 2,

  // whoever asks whether it is ready waits a second or two, and asks again
  readinessMs: 2000,

  // what goes wrong with a service many times a second is written to the log now and then
  failureSaidEveryMs: 60_000,
  failureReasonsKept: 100,

  // names
  publisherNameCharacters: 39,
  pluginNameCharacters: 64,

  // accounts, sessions, tokens
  credentialsKeptInMemory: 50_000,
  credentialCharacters: 4096,
  sessionLifetimeMs: 12 * hourMs,
  lastUseWrittenEveryMs: 10_000,
  lastUsesKeptInMemory: 50_000,
  usernameCharacters: 39,
  emailCharacters: 254,
  passwordCharactersMin: 8,
  passwordBytes: 1 * kibibyte,
  passwordChecksAtOnce: 2,
  passwordChecksWaiting: 256,
  sessionsPerAccount: 1000,
  failedSignInsPerUsername: 10,
  failedSignInsPerAddress: 30,
  failedSignInPerUsernameForgivenAfterMs: 30_000,
  failedSignInPerAddressForgivenAfterMs: 5_000,
  signInRecordsKeptInMemory: 50_000,
  tokenNameCharacters: 100,
  webLoginMs: 600_000,
  webLoginsWaiting: 10_000,
  webLoginAskedEverySeconds: 2,
  tokenLifetimeMs: 90 * dayMs,
  tokenLifetimeMaxMs: 366 * dayMs,
  pluginPatternsPerToken: 100,
  packagePatternsPerToken: 100,
  networksPerToken: 100,
  networkCharacters: 50,
  publisherTitleCharacters: 200,
  membersPerPublisher: 1000,
  publishersShownPerAccount: 1000,

  // lists
  pageItems: 100,
  pageItemsDefault: 20,
  cursorCharacters: 1024,

  // descriptors
  descriptorBytes: 1 * mebibyte,
  /** Words, marks and line ends, as the YAML lexer cuts the text. */
  descriptorTokens: 50_000,
  descriptorLines: 20_000,
  /** Of any one text in a descriptor. */
  descriptorTextCharacters: 262_144,
  descriptorDepth: 64,
  descriptorAliases: 100,
  /** Counted after aliases are written out. */
  descriptorNodes: 25_000,
  descriptorProblems: 2_500,
  descriptorListItems: 100,
  descriptorInterfaces: 64,
  descriptorKeyCharacters: 256,
  descriptorNameAsWrittenCharacters: 128,
  descriptorTitleCharacters: 120,
  descriptorSummaryCharacters: 500,
  descriptorLineCharacters: 300,
  descriptorTagCharacters: 64,
  descriptorUrlCharacters: 2_048,
  descriptorVersionCharacters: 128,
  packageNameCharacters: 214,
  componentCharacters: 255,
  permissionCharacters: 128,
  versionsPerEntry: 200,

  // forms
  formNodes: 500,
  formDepth: 8,
  formNameCharacters: 64,
  formLabelCharacters: 120,
  formHelpCharacters: 2_000,
  formOptions: 1_000,
  formRows: 100,
  formPatternCharacters: 500,
  formTextCharacters: 4_096,
  formAreaCharacters: 65_536,
  formConditionDepth: 5,
  formValidations: 20,

  // publishing
  artifactsPerRelease: 64,
  publishBytes: 512 * mebibyte,
  publishesAtOnce: 128,
  importsAtOnce: 8,
  importEntries: 1_000,
  importBytes: 64 * mebibyte,
  labelAttempts: 64,

  // jobs
  jobsOpen: 1_000,
  jobsAtOnce: 8,
  /** How often a job is begun while what it needs is not to be had. */
  jobAttempts: 4,
  jobRetryFirstMs: 1_000,
  /** How often a job is begun at all: one that ends its process each time must not do so for ever. */
  jobBeginnings: 20,
  jobClaimMs: 20_000,
  jobClaimRenewedEveryMs: 5_000,
  jobsLookedForEveryMs: 1_000,
  jobEndedKeptMs: 7 * dayMs,
  jobDeadKeptMs: 30 * dayMs,
  jobsRemovedEveryMs: hourMs,
  jobWaitSeconds: 10,
  jobWaitSecondsMax: 60,
  requestsWaitingForJobs: 64,

  // artifacts: what may arrive, and what an archive may come to when it is unpacked
  artifactBytes: 256 * mebibyte,
  stagedFileInMemoryBytes: 256 * kibibyte,
  stagedInMemoryBytes: 48 * mebibyte,
  artifactFilenameCharacters: 255,
  archiveEntries: 100_000,
  /** Beyond so many of the small, they may not be most of an archive's entries. */
  archiveSmallEntries: 5_000,
  archiveSmallEntryBytes: 128,
  archiveUnpackedBytes: 1024 * mebibyte,
  archiveUnpackedRatio: 100,
  archiveBytesBeforeRatioCounts: 4 * mebibyte,
  archivePathCharacters: 1_000,
  archivePathFolders: 100,
  archiveExtensionHeaderBytes: 64 * kibibyte,
  zipDirectoryBytes: 32 * mebibyte,
  packageMetadataBytes: 2 * mebibyte,
  wheelRecordBytes: 16 * mebibyte,
  requiresPythonCharacters: 1_000,
  packageJsonDepth: 64,
  iconBytes: 512 * kibibyte,
  iconPixelsPerSide: 4_096,
  iconElementDepth: 64,
  lockBytes: 8 * mebibyte,
  lockDepth: 32,
  lockFiles: 1_000,

  // what npm clients send: a document, beside the tarball in it
  npmDocumentBytes: 8 * mebibyte,
  distTagCharacters: 64,
  deprecationCharacters: 1_024,
  maintainersPerPackage: 1_000,
  packagesListed: 10_000,

  // front ends, unpacked from their tarballs to be served file by file
  unpackedBytes: 4096 * mebibyte,
  unpackingAtOnce: 2,
  unpackingWaiting: 64,
  /** Of what lies where in them. */
  unpackedIndexesInMemoryBytes: 64 * mebibyte,
  frontendReleasesInMemory: 10_000,

  // the indexes of packages
  packageNamesPerRead: 1_000,
  /** Of one side; where there are more they are read anew for each list. */
  packageNamesInMemory: 500_000,

  // counting downloads
  downloadsKeptInMemory: 50_000,
  downloadsWrittenEveryMs: 10_000,
  downloadsAnnouncedEveryMs: 60_000,
  downloadDaysPerAnswer: 366,
  downloadDaysDefault: 30,
  downloadsPageItems: 1_000,
  downloadsPageItemsDefault: 100,

  // uploads of twine and uv: the form around the file
  pythonUploadParts: 4_096,
  pythonUploadFieldBytes: 64 * kibibyte,
  /** All of them together, but those that are kept. */
  pythonUploadFieldsBytes: 8 * mebibyte,
  blake2CheckedBytes: 8 * mebibyte,
  reasonPhraseCharacters: 300,

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

  // the catalogue
  nameInSentenceCharacters: 120,
  reasonCharacters: 1_000,
  versionRangeCharacters: 256,
  versionsPageItems: 100,
  versionsPageItemsDefault: 20,
  changesPageItems: 1_000,
  changesPageItemsDefault: 100,
  channelHistoryItems: 100,
  siblingsLookedAt: 200,

  ...upstreamLimits,

  // OpenSearch
  openSearchAddresses: 9,
  openSearchSearchMs: 10_000,
  openSearchRequestMs: 30_000,
  openSearchRetries: 2,
  openSearchSockets: 64,
  /** So many requests in a row may find it away before none is sent for a while. */
  openSearchFailures: 5,
  openSearchPauseMs: 1_000,
  openSearchBulkBytes: 4 * mebibyte,
  openSearchBulkTries: 6,
  openSearchBulkPauseMs: 200,
  openSearchBulksAtOnce: 2,
  /** Of a search in all: the engine itself takes 1024 of its own. */
  openSearchCorrections: 300,
  openSearchNearTerms: 96,
  openSearchRequirements: 10_000,
  openSearchSpellings: 2_000,
  openSearchSpellingsMs: 1_000,
  openSearchTermsKnown: 500_000,
  openSearchBuilderSeenMs: 5_000,
  openSearchBuilderLostMs: 60_000,
  openSearchSeenEveryMs: 60_000,
  openSearchRetireMs: 10_000,
  openSearchUnseenMs: dayMs,
  openSearchGreenMs: 60_000,

  // keeping the search index in step
  changesPerIndexBatch: 500,
  changesBeforeRebuild: 10_000,
  pluginsPerRebuildPage: 100,
  pluginsToldOf: 10_000,
  waitForIndexMs: 2_000,
  indexRetryFirstMs: 100,
  indexRetryLastMs: 10_000,
  indexCheckMs: 10_000,
  /** For the process that committed something to index it, before others look. */
  indexPatienceMs: 300,
  indexComparedEveryMs: 6 * hourMs,

  // verifying
  verifyLooksAgain: 3,
  verifyLookAgainMs: 1_000,
  verifyProgressMs: 200,
  damagesInJson: 10_000,

  // documents kept as bytes; one plugin or package may take up one of so many shares: the largest of npm's short
  // documents have 15 MB
  documentCacheBytes: 128 * mebibyte,
  documentCacheOverheadBytes: 512,
  documentCacheSharesOfOnePlugin: 6,

  // npm's documents: what of a package.json is told, and how much
  npmTextCharacters: 4_096,
  npmListItems: 10_000,
  npmVersionCharacters: 65_536,
  npmSignaturesPerWrite: 100,
  npmAuditBytes: 4 * mebibyte,
  npmAuditsAtOnce: 64,

  // npm's search, in memory
  npmSearchPackages: 100_000,
  npmSearchPackagesPerPage: 200,
  npmSearchResults: 250,
  npmSearchResultsDefault: 20,
  npmSearchDescriptionCharacters: 1_000,
  npmSearchKeywords: 100,
  npmSearchAnswersKept: 2_000,
  npmSearchAnswerBytesKept: 65_536,

  // files of packages whose address is kept in memory
  servedPackagesInMemory: 20_000,
  servedFilesOfOnePackage: 500,

  ...blobLimits,

  // hosts, installations, keys
  keysPerHolder: 50,
  keysPerStatement: 500,
  selectorCharacters: 256,
  keyOverlapSeconds: 30 * 86_400,
  installationsPerHost: 10_000,
  moveAttempts: 16,
  /** Newer releases that are looked at for each installation, until one suits. */
  updateCandidates: 20,
  /** Of a plugin, in a sentence that says which there are. */
  namedVersions: 10,
  updatesAtOnce: 8,
  reportsPerInstallation: 1_000,
  reportMessageCharacters: 4_000,
  keyNameCharacters: 100,
  hostNameCharacters: 100,
  pluginKeysInMemory: 50_000,
} as const;
