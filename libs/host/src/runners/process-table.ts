import { readFileSync, readdirSync } from 'node:fs';

/** One process, as /proc has it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly threads: number;
  /** Time on a CPU, in seconds. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

const clockTicks = 100;
const pageBytes = 4096;

/** All processes now; those that end meanwhile are left out. Linux only: empty elsewhere. */
export function listProcesses(): readonly ListedProcess[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)) ?? []);
  } catch {
    return [];
  }
}

function readProcess(pid: number): ListedProcess | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name may hold spaces and parentheses; what follows the last one doesn't.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z') return undefined;
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    session: field(6),
    threads: field(20),
    cpuSeconds: (field(14) + field(15)) / clockTicks,
    residentBytes: field(24) * pageBytes,
  };
}

/**
 * The processes of one back end: its session, their descendants, and whoever else carries its mark in the environment
 * that it was started with (a child that made a session of its own, and lost its parents).
 */
export function processesOf(mark: string, session: number | undefined): readonly ListedProcess[] {
  const all = listProcesses();
  const chosen = new Set<number>();
  for (const { pid, session: its } of all) if (its === session || isMarked(pid, mark)) chosen.add(pid);
  let size = -1;
  while (size !== chosen.size) {
    size = chosen.size;
    for (const { pid, parent } of all) if (chosen.has(parent)) chosen.add(pid);
  }
  return all.filter(({ pid }) => chosen.has(pid));
}

/** Its memory, with pages that it shares divided among those that share them. */
export function proportionalBytes({ pid, residentBytes }: ListedProcess): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? '');
  return found ? Number(found[1]) * 1024 : residentBytes;
}

function isMarked(pid: number, mark: string): boolean {
  return readText(`/proc/${pid}/environ`)?.includes(`MORTISE_RUN=${mark}\0`) ?? false;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
