import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { frontendFileType, markdownModules, sha256Hex } from '#kernel';
import { answerDocument } from './web-files.js';

/** The sources of the pages; the build leaves them where they are, and lies in `dist` in the folders of the sources. */
const folder = new URL('../../../../../libs/host/src/agent/pages/', import.meta.url);
const assets = [
  'mount.js',
  'agent.js',
  'form.js',
  'fields.js',
  'answers.js',
  'choices.js',
  'offers.js',
  'files.js',
  'element.js',
  'agent.css',
  'icon.svg',
] as const;

const digestOf = (bytes: Buffer, algorithm: 'sha256' | 'sha384'): string =>
  `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;

interface Asset {
  readonly bytes: Buffer;
  readonly tag: string;
}

function readAsset(file: URL): Asset {
  const bytes = readFileSync(file);
  return { bytes, tag: sha256Hex(bytes).slice(0, 16) };
}

/** The agent's own pages, and the module that every host's page mounts components with. */
export class AgentPages {
  private readonly assets: ReadonlyMap<string, Asset>;
  private readonly page = readFileSync(new URL('agent.html', folder), 'utf8');
  private readonly notFound = readFileSync(new URL('not-found.html', folder));
  /** Where the module is under an address that never changes what it answers. */
  readonly mountModule: { readonly path: string; readonly integrity: string };

  constructor(private readonly importMapText: () => string) {
    const own = assets.map((name) => [name, new URL(name, folder)] as const);
    const files = [...own, ...Object.entries(markdownModules)];
    this.assets = new Map(files.map(([name, file]) => [name, readAsset(file)]));
    const { bytes, tag } = readAsset(new URL('mount.js', folder));
    this.mountModule = { path: `/web/mortise/mount-${tag}.js`, integrity: digestOf(bytes, 'sha384') };
  }

  /** A page. False when that path is none. */
  answer(request: IncomingMessage, answer: ServerResponse, pathname: string): boolean {
    if (pathname !== '/' && !/^\/show\/[^/]+\/[^/]+\/?$/.test(pathname)) return false;
    const importMap = this.importMapText().replaceAll('<', '\\u003c');
    const text = this.page.replace(
      '<script type="importmap">',
      () => `<script type="importmap">${importMap}`,
    );
    answer.writeHead(200, headersOf(importMap));
    answer.end(request.method === 'HEAD' ? undefined : text);
    return true;
  }

  /** A page that leads back, for a browser that asks for one where nothing is. False for programs. */
  answerNothing(request: IncomingMessage, answer: ServerResponse): boolean {
    const { method, headers } = request;
    const { accept = '' } = headers;
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || !accept.includes('text/html') || /[/+]json\b/.test(accept)) return false;
    answer.writeHead(404, headersOf(''));
    answer.end(method === 'HEAD' ? undefined : this.notFound);
    return true;
  }

  /** A file under `/web/mortise/`. False when there is none. */
  answerAsset(request: IncomingMessage, answer: ServerResponse, path: string): boolean {
    const [, name = '', tag, ending = ''] = /^mortise\/([a-z]+)(?:-([0-9a-f]+))?(\.[a-z]+)$/.exec(path) ?? [];
    const asset = this.assets.get(name + ending);
    if (!asset || (tag !== undefined && tag !== asset.tag)) return false;
    const type = frontendFileType(path);
    answerDocument(request, answer, { type, tag: asset.tag, text: asset.bytes, forGood: tag !== undefined });
    return true;
  }

  /** For pages that no server writes the map into: a script that puts it there, before any module is loaded. */
  importMapScript(importMapText: string): string {
    return `{
  const map = document.createElement('script');
  map.type = 'importmap';
  map.textContent = JSON.stringify(${importMapText.replaceAll('<', '\\u003c')});
  document.currentScript.after(map);
}
`;
  }
}

const headersOf = (importMap: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': policyOf(digestOf(Buffer.from(importMap), 'sha256')),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
});

/** Plugins' components are guests on the page: they load and call what is the agent's own, and nothing else. */
const policyOf = (importMap: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' '${importMap}'`,
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
