export { multipartBody } from './multipart-body.js';
export type { FormPart } from './multipart-body.js';
export type { BodyToSend } from './operation-route.js';
export { publishRelease } from './publish-release.js';
export type { Publication, PublishedRelease } from './publish-release.js';
export { StoreClient } from './store-client.js';
export type {
  AnswerOf,
  Answered,
  BytesName,
  CallOptions,
  Download,
  InputOf,
  OperationName,
  StoreClientOptions,
} from './store-client.js';
export type * from './store-operations-data.js';
export { StoreProblem } from './store-problem.js';
export type { ProblemDetail, ProblemMembers } from './store-problem.js';
export { StoreUnreachable } from './store-unreachable.js';
