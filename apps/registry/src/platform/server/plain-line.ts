const colours: Readonly<Record<string, string>> = {
  debug: '\u001b[2m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const reset = '\u001b[0m';

/** A line of the log (JSON) as a person at a terminal reads it: the time, what happened, and the facts of it. */
export function plainLine(json: string): string {
  const { level, time, msg, error, ...facts } = JSON.parse(json) as Record<string, unknown>;
  const shown = Object.entries(facts)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const stack = (error as { stack?: string } | undefined)?.stack;
  const colour = colours[String(level)] ?? '';
  const clock = String(time).slice(11, 19);
  const line = [clock, msg, shown].filter((part) => part !== undefined && part !== '').map(printable);
  return `${colour}${line.join(' ')}${colour && reset}\n${stack === undefined ? '' : `${stack}\n`}`;
}

/** Control characters would let a stranger's text move the cursor of the person who reads. */
const printable = (part: unknown): string => String(part).replace(/\p{Cc}/gu, '?');
