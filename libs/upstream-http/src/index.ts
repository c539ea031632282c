export { HttpUpstream } from './http-upstream.js';
export type { ReportFetch, UpstreamOptions } from './http-upstream.js';
