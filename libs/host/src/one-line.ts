/** What a message says first and last: of a traceback, that is where it came from, what went wrong, and at which line. */
export function onOneLine(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length < 2) return lines[0] ?? '';
  const frames = lines.map((line) => /^File "(?:.*\/site-packages\/)?(.+)", line (\d+)/.exec(line));
  const [, file, line] = frames.findLast((one) => one !== null) ?? [];
  return `${lines[0]} ${lines.at(-1)}${file === undefined ? '' : ` (${file}:${line})`}`;
}

/** With a full stop, where another sentence follows. */
export const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
