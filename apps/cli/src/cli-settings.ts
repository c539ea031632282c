import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { closestWord } from '#kernel';
import { CliFailure } from './cli-failure.js';

/** The variables that the command line reads. The table in docs/cli.md is this one; a test compares them. */
export const cliVariables = {
  MORTISE_CLI_STORE:
    'The address of the store, where `--store` does not say it; else the one signed in to last, else `http://127.0.0.1:8080`.',
  MORTISE_CLI_TOKEN: 'A token (or a host key) to act with, instead of the one that `mortise login` keeps.',
  MORTISE_CLI_USERNAME: 'The account for `mortise login`.',
  MORTISE_CLI_PASSWORD: 'The password for `mortise login`, where nobody can be asked.',
  MORTISE_CLI_CONFIG:
    'The folder of the credentials; else `mortise` in `XDG_CONFIG_HOME`, else in `~/.config`.',
  MORTISE_CLI_HOST_FOLDER: 'The folder of the host, where `--folder` does not say it; else `./mortise-host`.',
  MORTISE_CLI_PYTHON: 'The Python that builds, locks and installs with; else `python3`.',
  MORTISE_CLI_NPM: 'The npm that packs; else `npm`.',
} as const;

export interface CliSettings {
  readonly store: string | undefined;
  readonly token: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Absolute; undefined where there is no home to have one in. */
  readonly configFolder: string | undefined;
  readonly hostFolder: string | undefined;
  readonly python: string;
  readonly npm: string;
  /** `NO_COLOR` is set to anything (no-color.org), or the terminal is dumb. */
  readonly plain: boolean;
  /** All of it, for the programs that are started. Secrets of ours are not in it. */
  readonly forPrograms: Readonly<Record<string, string | undefined>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'MORTISE_CLI_';

/** Reads `MORTISE_CLI_*` and the few that others share; throws CliFailure for any of ours that has no meaning. */
export function readSettings(environment: Environment = process.env): CliSettings {
  refuseUnknown(environment);
  const read = (name: keyof typeof cliVariables): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  return {
    store: read('MORTISE_CLI_STORE'),
    token: read('MORTISE_CLI_TOKEN'),
    username: read('MORTISE_CLI_USERNAME'),
    password: environment['MORTISE_CLI_PASSWORD'] === '' ? undefined : environment['MORTISE_CLI_PASSWORD'],
    configFolder: configFolder(read('MORTISE_CLI_CONFIG'), environment),
    hostFolder: read('MORTISE_CLI_HOST_FOLDER'),
    python: read('MORTISE_CLI_PYTHON') ?? 'python3',
    npm: read('MORTISE_CLI_NPM') ?? 'npm',
    plain: (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb',
    forPrograms: withoutOurs(environment),
  };
}

function refuseUnknown(environment: Environment): void {
  const known = Object.keys(cliVariables);
  const unknown = Object.keys(environment).filter((name) => name.startsWith(prefix) && !known.includes(name));
  if (unknown.length === 0) return;
  const sentences = unknown.map((name) => {
    const meant = closestWord(name, known);
    return `There is no setting ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
  });
  throw new CliFailure('setting-unknown', sentences.join('\n'), 'usage');
}

function configFolder(written: string | undefined, environment: Environment): string | undefined {
  if (written !== undefined) return resolve(written);
  const shared = environment['XDG_CONFIG_HOME'];
  // A relative one is to be ignored, says the XDG specification.
  if (shared !== undefined && isAbsolute(shared)) return join(shared, 'mortise');
  const home = environment['HOME'] ?? (process.platform === 'win32' ? homedir() : '');
  return isAbsolute(home) ? join(home, '.config', 'mortise') : undefined;
}

function withoutOurs(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith(prefix)));
}
