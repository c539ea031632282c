import { StoreProblem, StoreUnreachable } from '#client';
import type { ProblemDetail } from '#client';
import { HostError } from '#host';
import { RegistryError } from '#kernel';
import { CliFailure } from './cli-failure.js';
import type { ExitName } from './exit-codes.js';
import { RefusedDescriptor } from './refused-descriptor.js';
import type { ProblemSource } from './show-problems.js';

export interface Failure {
  readonly exit: ExitName;
  readonly code: string;
  /** One sentence, or several, that say what to do. */
  readonly message: string;
  readonly problems: readonly ProblemDetail[];
  /** The text that the problems are about. */
  readonly source?: ProblemSource;
  readonly requestId?: string;
  /** Of a bug only. */
  readonly trace?: string;
}

const withoutProblems = { problems: [] };

/** What to tell of anything that a command threw; a stack trace only for a bug. `hasSetToken`: MORTISE_CLI_TOKEN is set. */
export function explainFailure(error: unknown, hasSetToken = false): Failure {
  if (error instanceof StoreProblem) return ofStore(error, hasSetToken);
  if (error instanceof StoreUnreachable) {
    return { exit: 'unreachable', code: 'store-unreachable', message: error.message, ...withoutProblems };
  }
  if (error instanceof CliFailure) {
    return { exit: error.exit, code: error.code, message: error.message, ...withoutProblems };
  }
  if (error instanceof HostError) {
    const exit = hostExits[error.code] ?? 'refused';
    return { exit, code: error.code, message: error.message, ...withoutProblems };
  }
  if (error instanceof RegistryError) {
    return { exit: 'refused', code: error.code, message: error.message, ...withoutProblems };
  }
  return ofMachine(error) ?? ofBug(error);
}

/** What of the host's refusals is more than a refusal. */
const hostExits: Readonly<Record<string, ExitName>> = {
  'no-host-folder': 'absent',
  'no-descriptor': 'absent',
  'not-installed': 'absent',
  'plugin-not-found': 'absent',
  'version-not-served': 'absent',
  'interface-not-found': 'absent',
  'action-not-found': 'absent',
  'no-agent': 'unreachable',
  'backend-starting': 'unreachable',
  'backend-given-up': 'unreachable',
  'backend-busy': 'unreachable',
  'invalid-plugin': 'usage',
  'invalid-host-file': 'usage',
  'wish-unclear': 'usage',
  'several-installed': 'usage',
  'no-suitable-version': 'absent',
  'agent-silent': 'unreachable',
};

function ofStore(problem: StoreProblem, hasSetToken: boolean): Failure {
  const { code, message, problems, requestId } = problem;
  const exit = exitOf(problem.status);
  const signsIn = message.includes('mortise login') ? '' : ' (`mortise login` signs in.)';
  // What is kept by a sign-in is not looked at while it is set.
  const setToken = ' (MORTISE_CLI_TOKEN is set, and goes before what `mortise login` keeps.)';
  const scope = code === 'scope-needed' ? problem.document['scope'] : undefined;
  const scopes = [...new Set(['read', 'publish', 'manage', String(scope)])].join(' ');
  const wider = ` (\`mortise login --scope ${scopes}\` keeps one that has.)`;
  const hint =
    problem.status === 401 && code !== 'host-key-refused'
      ? hasSetToken
        ? setToken
        : signsIn
      : typeof scope === 'string' && !hasSetToken
        ? wider
        : '';
  return {
    exit,
    code,
    message: message + hint,
    problems,
    ...(problem instanceof RefusedDescriptor && { source: problem.source }),
    ...(requestId !== undefined && { requestId }),
  };
}

function exitOf(status: number): ExitName {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'absent';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'unreachable';
  return 'refused';
}

const machineSentences: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'lies below what is no folder',
  EISDIR: 'is a folder, where a file is due',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be changed by this user',
  EROFS: 'lies on a disk that can only be read',
  ENOSPC: 'can’t be written: the disk is full',
  EDQUOT: 'can’t be written: the quota is used up',
  ENAMETOOLONG: 'has a name that is too long',
  ELOOP: 'is a link that leads in a circle',
};

function ofMachine(error: unknown): Failure | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const sentence = code === undefined ? undefined : machineSentences[code];
  if (sentence === undefined) return undefined;
  const message = `${path ?? 'A file'} ${sentence}.`;
  const exit = code === 'ENOENT' ? 'absent' : 'refused';
  return { exit, code: 'file-unusable', message, ...withoutProblems };
}

function ofBug(error: unknown): Failure {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exit: 'bug',
    code: 'bug',
    message: 'This is a fault of mortise itself.',
    trace,
    ...withoutProblems,
  };
}
