import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { markdownModules, RegistryError } from '#kernel';
import { projectRoot } from '../project-root.js';

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

const ours = 'apps/registry/src/platform/pages';
const swagger = 'node_modules/swagger-ui-dist';

/** Everything that the pages of the store are made of, by the address it has. Nothing else is ever read. */
const files: Readonly<Record<string, string | URL>> = {
  '/': `${ours}/home.html`,
  '/docs': `${ours}/docs.html`,
  '/login': `${ours}/login.html`,
  '/plugins': `${ours}/plugin.html`,
  '/openapi.json': 'contracts/openapi.v1.json',
  ...Object.fromEntries(
    [
      ...['home.css', 'home.js', 'card.js', 'commands.js', 'element.js', 'marked.js', 'icon.svg'],
      ...['ask.js', 'session.js', 'plugin.css', 'plugin.js', 'facts.js'],
      ...['docs.css', 'docs.js', 'login.css', 'login.js', 'not-found.js'],
    ].map((name) => [`/pages/${name}`, `${ours}/${name}`]),
  ),
  ...Object.fromEntries(Object.entries(markdownModules).map(([name, file]) => [`/pages/${name}`, file])),
  ...Object.fromEntries(
    ['swagger-ui.css', 'swagger-ui-bundle.js'].map((name) => [`/docs/${name}`, `${swagger}/${name}`]),
  ),
};

export const pageNotFound = (): RegistryError =>
  new RegistryError('not-found', 'page-not-found', 'There is no such page: see / and /docs.');

/** The file at an address of the pages. Throws `page-not-found`. */
export async function readPageFile(address: string): Promise<PageFile> {
  const path = Object.hasOwn(files, address) ? files[address] : undefined;
  if (path === undefined) throw pageNotFound();
  const bytes = await readFile(new URL(path, projectRoot));
  const digest = createHash('sha256').update(bytes).digest('base64url');
  return {
    bytes,
    type: types[extname(path instanceof URL ? path.pathname : path)] ?? 'application/octet-stream',
    etag: `"${digest}"`,
  };
}
