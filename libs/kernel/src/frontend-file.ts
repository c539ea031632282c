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
 * What files of front ends are served with. An HTML page or an image of a stranger may run no script, load nothing and
 * send nothing, and is of no origin at all. Scripts, styles and fonts that a page loads follow that page's policy.
 */
export const frontendPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/** The media type of a front end's file, by its ending. */
export function frontendFileType(path: string): string {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const type =
    (Object.hasOwn(typesByEnding, ending) ? typesByEnding[ending] : mime.getType(`x.${ending}`)) ??
    'application/octet-stream';
  return isText.test(type) ? `${type}; charset=utf-8` : type;
}
