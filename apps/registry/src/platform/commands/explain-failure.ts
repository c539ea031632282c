import { RegistryError } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import { SettingsInvalid } from '../settings/config.js';

interface Failure {
  /** One sentence a line. */
  readonly text: string;
  readonly exitCode: number;
}

const cannotWrite: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EDQUOT']);

/** What to tell the person who started the store, and what to change; a stack trace only for a bug. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof SettingsInvalid) return { text: error.problems.join('\n'), exitCode: 2 };
  if (error instanceof CannotStart) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof RegistryError) return { text: explainRefusal(error), exitCode: 1 };
  const { code, syscall, port, address, path } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  const sentence =
    syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo'
      ? explainListen(code, address, port)
      : explainFiles(code, path);
  if (sentence !== undefined) return { text: sentence, exitCode: 1 };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `The store could not start, and does not know why: this is a bug.\n${trace}`, exitCode: 70 };
}

/** Of a part that is away an operator also hears what it said, unless the sentence has it already. */
function explainRefusal({ message, cause }: RegistryError): string {
  const said = cause instanceof Error ? cause.message : '';
  return message.includes(said) ? message : `${message}\n${said}`;
}

function explainListen(code: string | undefined, host = '', port = 0): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: stop what listens there, or choose another one with MORTISE_PORT (0 takes a free one).`;
  }
  if (code === 'EACCES') {
    return `The system does not let this user listen on port ${port}: choose one above 1023 with MORTISE_PORT.`;
  }
  return `The store can't listen on ${host === '' ? 'the address of MORTISE_HOST' : host} (${code ?? 'unknown'}): set MORTISE_HOST to an address of this machine.`;
}

function explainFiles(code: string | undefined, path: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  if (cannotWrite.has(code)) {
    return `The store can't write ${path ?? 'its files'} (${code}): make room and make it writable, or choose another folder with MORTISE_DATA.`;
  }
  if (code === 'SQLITE_FULL') {
    return 'There is no room left where the database is: make room, or choose another folder with MORTISE_DATA.';
  }
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_READONLY') {
    return 'The database file can’t be written: make it writable, or choose another one with MORTISE_DATABASE.';
  }
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return 'The database file is damaged or is none of the store: put back a copy, or choose another one with MORTISE_DATABASE.';
  }
  return undefined;
}
