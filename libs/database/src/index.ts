export { Database } from './database.js';
export type { AfterCommit, WriteOptions, WriteWork } from './database.js';
export { Notices } from './notices.js';
export type { NoticeTopic } from './notices.js';
