import { simpleApiVersion } from './simple-project.js';
import type { SimpleFile, SimpleProject } from './simple-project.js';

/** The one style of the pages; whoever serves them may allow it by its digest. */
export const simplePageStyle =
  ':root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}' +
  'ul{list-style:none;padding:0}li{padding:.25rem 0;overflow-wrap:anywhere}a{font-family:ui-monospace,monospace}' +
  'small{opacity:.75;display:block}.withdrawn{border-left:.25rem solid #b3261e;padding-left:.75rem}';

/** A project in HTML (PEP 503): the same files as in JSON, and for persons what no attribute shows them. */
export function simpleProjectPage(project: SimpleProject): string {
  const status = project['project-status'];
  const metas = [
    ...(status === undefined ? [] : [meta('pypi:project-status', status.status)]),
    ...(status?.reason === undefined ? [] : [meta('pypi:project-status-reason', status.reason)]),
  ];
  const withdrawn = Object.entries(project._quarantined ?? {}).map(
    ([version, reason]) =>
      `<p class="withdrawn">${escaped(version)} is quarantined and not handed out: ${escaped(reason)}</p>\n`,
  );
  const files = project.files.map((file) => `<li>${anchor(file)}${facts(file)}</li>\n`);
  const body = `${withdrawn.join('')}<ul>\n${files.join('')}</ul>`;
  return page(`Links for ${project.name}`, metas, project.name, body);
}

/** The names of all projects in HTML; each is a link to its page. */
export function simpleListPage(names: readonly string[]): string {
  const links = names.map((name) => `<li><a href="${escaped(name)}/">${escaped(name)}</a></li>\n`);
  return page('Simple index', [], 'Python packages', `<ul>\n${links.join('')}</ul>`);
}

function page(title: string, metas: readonly string[], heading: string, body: string): string {
  return (
    `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    [meta('pypi:repository-version', simpleApiVersion), ...metas].map((line) => `${line}\n`).join('') +
    `<meta name="viewport" content="width=device-width">\n<title>${escaped(title)}</title>\n` +
    `<style>${simplePageStyle}</style>\n</head>\n<body>\n<h1>${escaped(heading)}</h1>\n${body}\n</body>\n</html>\n`
  );
}

const meta = (name: string, content: string): string => `<meta name="${name}" content="${escaped(content)}">`;

function anchor(file: SimpleFile): string {
  const core = metadataAttribute(file['core-metadata']);
  const attributes = [
    ['href', `${file.url}${fragment(file.hashes)}`],
    ['data-requires-python', file['requires-python']],
    ['data-core-metadata', core],
    ['data-dist-info-metadata', core],
    ['data-yanked', file.yanked === true ? '' : file.yanked === false ? undefined : file.yanked],
    ['data-gpg-sig', file['gpg-sig']?.toString()],
    ['data-provenance', file.provenance],
  ].flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [` ${name}="${escaped(value)}"`],
  );
  return `<a${attributes.join('')}>${escaped(file.filename)}</a>`;
}

/** A page in HTML can name one digest: SHA-256 where it is known. */
function fragment(hashes: SimpleFile['hashes']): string {
  const [name, value] =
    hashes['sha256'] === undefined ? (Object.entries(hashes)[0] ?? []) : ['sha256', hashes['sha256']];
  return name === undefined || value === undefined ? '' : `#${name}=${value}`;
}

function metadataAttribute(core: SimpleFile['core-metadata']): string | undefined {
  if (core === undefined || core === false) return undefined;
  return core === true ? 'true' : fragment(core).slice(1) || 'true';
}

/** What a person wants to know of a file. */
function facts(file: SimpleFile): string {
  const told = [
    file.size === undefined ? undefined : `${file.size} bytes`,
    file['upload-time']?.slice(0, 10),
    file['requires-python'] ? `Python ${file['requires-python']}` : undefined,
    file.yanked === undefined || file.yanked === false
      ? undefined
      : `yanked${file.yanked === true ? '' : `: ${file.yanked}`}`,
  ].filter((fact) => fact !== undefined);
  return told.length === 0 ? '' : ` <small>${escaped(told.join(' · '))}</small>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
