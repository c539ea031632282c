import { readFileSync, readdirSync } from 'node:fs';

/** One process, as /proc has it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly threads: number;
  /** In ticks since the machine started: tells it from another that had the number before. */
  readonly startedAt: number;
  /** Time on a CPU, in seconds. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** By what the processes of one back end are known. */
export interface BackendMarks {
  /** Of its run, in the environment. */
  readonly mark: string;
  readonly session?: number | undefined;
  /** Who runs as it is one of its installation's; undefined where back ends run as the agent's own user. */
  readonly user?: number | undefined;
}

const clockTicks = 100;
const pageBytes = 4096;

/** Marks that were read, by process and the moment it began: a process keeps the environment that it was started with. */
const marks = new Map<string, string>();
/** Users of processes, likewise. One who is root may yet become another. */
const users = new Map<string, number>();
let lastList: { readonly at: number; readonly processes: readonly ListedProcess[] } | undefined;

/** As `listProcesses`, but as old as `ageMs`: for those who look at many back ends, one after the other. */
function recentProcesses(ageMs: number): readonly ListedProcess[] {
  const now = performance.now();
  if (lastList && now - lastList.at <= ageMs) return lastList.processes;
  const processes = listProcesses();
  const living = new Set(processes.map(keyOf));
  for (const key of marks.keys()) if (!living.has(key)) marks.delete(key);
  for (const [key, user] of users) if (user === 0 || !living.has(key)) users.delete(key);
  lastList = { at: now, processes };
  return processes;
}

const keyOf = ({ pid, startedAt }: ListedProcess): string => `${pid} ${startedAt}`;

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
    startedAt: field(22),
    cpuSeconds: (field(14) + field(15)) / clockTicks,
    residentBytes: field(24) * pageBytes,
  };
}

/**
 * The processes of one back end: its session, their descendants, whoever else carries its mark in the environment that it
 * was started with (a child that made a session of its own, and lost its parents), and strays of a user that it has for
 * itself: those that threw their mark away, and have no parent that has one. `ageMs`: how old this may be.
 */
export function processesOf({ mark, session, user }: BackendMarks, ageMs = 0): readonly ListedProcess[] {
  const all = recentProcesses(ageMs);
  const isLook = ageMs > 0;
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const chosen = new Set<number>();
  for (const one of all) {
    const isItsOwn = one.session === session || markOf(one, isLook) === mark;
    if (isItsOwn || (user !== undefined && isStray(one, user, byPid, isLook))) chosen.add(one.pid);
  }
  let size = -1;
  while (size !== chosen.size) {
    size = chosen.size;
    for (const { pid, parent } of all) if (chosen.has(parent)) chosen.add(pid);
  }
  return all.filter(({ pid }) => chosen.has(pid));
}

function isStray(
  process: ListedProcess,
  user: number,
  byPid: ReadonlyMap<number, ListedProcess>,
  isLook: boolean,
): boolean {
  let one: ListedProcess | undefined = process;
  for (let depth = 0; one && userOf(one) === user && depth < byPid.size; depth += 1) {
    if (markOf(one, isLook) !== '') return false;
    one = byPid.get(one.parent);
  }
  return one !== process;
}

function userOf(one: ListedProcess): number {
  const key = keyOf(one);
  const known = users.get(key);
  if (known !== undefined) return known;
  const user = Number(/^Uid:\t(\d+)/m.exec(readText(`/proc/${one.pid}/status`) ?? '')?.[1] ?? 0);
  users.set(key, user);
  return user;
}

/** Its memory, with pages that it shares divided among those that share them. */
export function proportionalBytes({ pid, residentBytes }: ListedProcess): number {
  const found = /^Pss:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`) ?? '');
  return found ? Number(found[1]) * 1024 : residentBytes;
}

/** Having none is believed of a look only: what is to be ended is asked anew. */
function markOf(one: ListedProcess, isLook: boolean): string {
  const key = keyOf(one);
  const known = marks.get(key);
  if (known !== undefined && (known !== '' || isLook)) return known;
  const environment = readText(`/proc/${one.pid}/environ`) ?? '';
  const mark = /(?:^|\0)MORTISE_RUN=([0-9a-f]{16})(?:\0|$)/.exec(environment)?.[1] ?? '';
  marks.set(key, mark);
  return mark;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
