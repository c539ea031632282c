import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { agentLimits } from './agent-limits.js';

/** The files of a folder of logs, by interface; none before the first start. */
async function logFiles(
  folder: string,
): Promise<readonly { readonly interface: string; readonly path: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => ({ interface: name.slice(0, -'.log'.length), path: join(folder, name) }));
}

export interface LogLine {
  readonly interface: string;
  readonly line: string;
}

/** The last lines of each of an installation's back ends; none of one that has said nothing. */
export async function lastLogLines(folder: string, lines: number): Promise<readonly LogLine[]> {
  const parts = await Promise.all(
    (await logFiles(folder)).map(async ({ interface: name, path }) => {
      const text = await tailOf(path, agentLimits.logBytes);
      const kept = text === '' ? [] : text.split('\n').slice(-lines);
      return kept.map((line) => ({ interface: name, line }));
    }),
  );
  return parts.flat();
}

/** The same as text, each line begun with its interface where several have spoken. */
export async function readLogLines(folder: string, lines: number): Promise<string> {
  return shownLogLines(await lastLogLines(folder, lines))
    .map((line) => `${line}\n`)
    .join('');
}

export function shownLogLines(all: readonly LogLine[]): readonly string[] {
  const areSeveral = new Set(all.map((one) => one.interface)).size > 1;
  return all.map((one) => (areSeveral ? `${one.interface} | ${one.line}` : one.line));
}

/** The end of a file, from the beginning of a line on; without the last line's end. */
async function tailOf(path: string, mostBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - mostBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const text = buffer.subarray(0, bytesRead).toString();
    return (from > 0 ? text.slice(text.indexOf('\n') + 1) : text).replace(/\n$/, '');
  } finally {
    await file.close();
  }
}

/** Tells what is appended to the log files of an installation, line by line, until the signal ends it. */
export async function followLogs(
  folder: string,
  signal: AbortSignal,
  tell: (line: string, interfaceName: string) => void,
): Promise<void> {
  const places = new Map<string, { at: number; rest: string }>();
  for (const { path } of await logFiles(folder)) places.set(path, { at: await sizeOf(path), rest: '' });
  while (!signal.aborted) {
    for (const { interface: name, path } of await logFiles(folder)) {
      const place = places.get(path) ?? { at: 0, rest: '' };
      places.set(path, place);
      const size = await sizeOf(path);
      // It was turned over: what is there now is all new.
      if (size < place.at) place.at = 0;
      if (size > place.at) await readOn(path, place, size, (line) => tell(line, name));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function readOn(
  path: string,
  place: { at: number; rest: string },
  size: number,
  tell: (line: string) => void,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(size - place.at),
      0,
      size - place.at,
      place.at,
    );
    place.at += bytesRead;
    const lines = (place.rest + buffer.subarray(0, bytesRead).toString()).split('\n');
    place.rest = lines.pop() ?? '';
    lines.forEach(tell);
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r').catch(() => undefined);
  const size = (await file?.stat())?.size ?? 0;
  await file?.close();
  return size;
}
