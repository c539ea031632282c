import mime from 'mime/lite';

/** What the table of media types lacks, or names in a way that browsers or readers have no use for. */
const typesByEnding: Readonly<Record<string, string>> = {
  cjs: 'text/javascript',
  ico: 'image/vnd.microsoft.icon',
  ts: 'text/plain',
  mts: 'text/plain',
  cts: 'text/plain',
  tsx: 'text/plain',
  jsx: 'text/plain',
  vue: 'text/plain',
};

/** Their texts are UTF-8, as the web has it where nothing else is said. */
const isText = /^(?:text\/|application\/(?:[\w.-]+\+)?json$)/;

/**
 * An HTML page or an image of a stranger may run no script, load nothing and send nothing, and is of no origin at all.
 * Scripts, styles and fonts that a page of another origin loads follow that page's policy.
 */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

const yearSeconds = 31_536_000;

/** What a file of a front end is served with. Pages of any origin load it: modules are fetched with CORS. */
export function frontendHeaders(path: string, isPublic: boolean): Record<string, string> {
  return {
    'content-type': contentTypeOf(path),
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': `${isPublic ? 'public' : 'private'}, max-age=${yearSeconds}, immutable`,
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

function contentTypeOf(path: string): string {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const type =
    (Object.hasOwn(typesByEnding, ending) ? typesByEnding[ending] : mime.getType(`x.${ending}`)) ??
    'application/octet-stream';
  return isText.test(type) ? `${type}; charset=utf-8` : type;
}
