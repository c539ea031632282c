export { HttpUpstream } from './http-upstream.js';
