/** What a message says first and last: of a traceback, that is where it came from and what went wrong. */
export function onOneLine(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.length < 2 ? (lines[0] ?? '') : `${lines[0]} ${lines.at(-1)}`;
}
