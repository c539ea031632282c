import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { frontendFileType, frontendPolicy } from '#kernel';
import { answerProblem } from './problem-answer.js';
import type { ServedFrontend, ServedRelease } from './served-release.js';

const yearSeconds = 31_536_000;
const immutable = `private, max-age=${yearSeconds}, immutable`;

/** `{publisher}/{plugin}/{version}/{npm package}/{path}`, the package with its scope. */
const place = /^([^/]+\/[^/]+)\/([^/]+)\/((?:@[^/]+\/)?[^/]+)\/(.+)$/;

/** Pages of the host load these, and no others: nothing here is for pages of other origins. */
const always = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/**
 * A worker is held to the policy of its own file and not to that of the page which starts it, so it may do here what the
 * modules beside it do. Opened as a page, a script is but a text.
 */
const workerPolicy = "default-src 'self' data: blob:; script-src 'self' 'wasm-unsafe-eval'";

/**
 * Answers with a file of a front end. Only files that a manifest lists are there, so no path leads out of the folder;
 * in development, whatever lies below the folder. What a release has never changes and is kept by browsers for good.
 */
export async function serveFrontendFile(
  request: IncomingMessage,
  answer: ServerResponse,
  path: string,
  releases: Iterable<ServedRelease>,
): Promise<void> {
  const found = findFile(path, releases);
  const file = found && (await openable(found));
  if (!found || !file) {
    answerProblem(answer, {
      status: 404,
      code: 'file-not-found',
      detail: 'No front end that is served here has that file.',
    });
    return;
  }
  if (request.headers['service-worker'] !== undefined) {
    answerProblem(answer, {
      status: 403,
      code: 'service-worker',
      detail:
        'Front ends of plugins can be no service workers of the host: copy the file to an origin of your own.',
    });
    return;
  }
  const type = frontendFileType(found.path);
  const headers = {
    ...always,
    'content-type': type,
    'content-security-policy': type.startsWith('text/javascript') ? workerPolicy : frontendPolicy,
    'cache-control': found.integrity === undefined ? 'no-store' : immutable,
    ...(found.integrity === undefined ? {} : { etag: `"${found.integrity}"` }),
  };
  if (found.integrity !== undefined && namesTag(request, found.integrity)) {
    answer.writeHead(304, headers).end();
    return;
  }
  answer.writeHead(200, { ...headers, 'content-length': file.size });
  if (request.method === 'HEAD') answer.end();
  else pipeline(createReadStream(file.path), answer, () => undefined);
}

interface FoundFile {
  readonly frontend: ServedFrontend;
  readonly path: string;
  /** Undefined in development. */
  readonly integrity: string | undefined;
}

function findFile(written: string, releases: Iterable<ServedRelease>): FoundFile | undefined {
  const [, plugin, version, npmPackage, path = ''] = place.exec(decoded(written)) ?? [];
  for (const release of releases) {
    if (release.plugin !== plugin || release.version !== version) continue;
    for (const { frontend } of release.interfaces) {
      if (!frontend || frontend.package !== npmPackage) continue;
      const known = frontend.files?.get(path);
      if (known || frontend.files === null) return { frontend, path, integrity: known?.integrity };
    }
  }
  return undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

/** The file's real place, if that lies within the folder: in development a path can be anything. */
async function openable({ frontend, path }: FoundFile): Promise<{ path: string; size: number } | undefined> {
  try {
    const folder = await realpath(frontend.folder);
    const file = await realpath(join(folder, path));
    const { size } = await stat(file);
    return file.startsWith(folder + sep) && (await stat(file)).isFile() ? { path: file, size } : undefined;
  } catch {
    return undefined;
  }
}

const namesTag = ({ headers }: IncomingMessage, tag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === `"${tag}"`);

/** A document of the agent's own: `no-cache`, so that browsers ask whether it has changed, or for good. */
export function answerDocument(
  request: IncomingMessage,
  answer: ServerResponse,
  document: {
    readonly type: string;
    readonly tag: string;
    readonly text: string | Buffer;
    readonly forGood?: boolean;
  },
): void {
  const headers = {
    ...always,
    'content-type': document.type,
    'cache-control': document.forGood ? immutable : 'no-cache',
    etag: `"${document.tag}"`,
  };
  if (namesTag(request, document.tag)) {
    answer.writeHead(304, headers).end();
    return;
  }
  answer.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(document.text) });
  answer.end(request.method === 'HEAD' ? undefined : document.text);
}
