import { shownLocation } from '#database';
import { closestWord } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import { parseSettings, processEnvironment } from '../settings/config.js';
import type { Settings } from '../settings/config.js';
import { settingsLines } from '../settings/describe-settings.js';
import { removeIndex } from './remove-index.js';
import { resetData } from './reset-data.js';
import { openDataFolder, runServer } from './run-server.js';
import type { Store } from './store.js';

interface Command {
  readonly does: string;
  /** What may follow it, e.g. `--json`, and what that does. */
  readonly options?: Readonly<Record<`--${string}`, string>>;
  /** What may follow it beside options, e.g. ids of jobs; there may be several. */
  readonly operands?: string;
  /** A number that it resolves with is the exit code. `words` are its options and operands. */
  run(settings: Settings, store: Store, words: ReadonlySet<string>): Promise<unknown>;
}

const commands: Readonly<Record<string, Command>> = {
  start: {
    does: 'migrate the database, serve and work (what MORTISE_ROLE says); the default',
    run: (settings, store) => runServer(settings, store),
  },
  serve: {
    does: 'serve requests',
    run: (settings, store) => runServer({ ...settings, role: 'serve' }, store),
  },
  work: {
    does: 'do what is due later, without serving requests',
    run: (settings, store) => runServer({ ...settings, role: 'work' }, store),
  },
  migrate: {
    does: 'bring the database up to date, and end',
    run: async (settings, store) => {
      openDataFolder(settings);
      const app = await store.make(settings);
      await app.close();
      say(`The database ${shownLocation(settings.database)} is up to date.`);
    },
  },
  settings: {
    does: 'show every setting, what may be written for it and what holds now; secrets stay hidden',
    run: async (settings) => say(settingsLines(settings)),
  },
  verify: {
    does: 'hold every blob, row and indexed plugin against each other; 0: all is well, 1: damage was found',
    options: { '--json': 'answer with one JSON document' },
    run: async (settings, _store, options) => {
      const { verifyStore } = await import('./verify-store.js');
      return verifyStore(settings, { json: options.has('--json'), say });
    },
  },
  gc: {
    does: 'remove bytes that nothing has needed for a while (MORTISE_BLOB_GRACE_HOURS); the store does so by itself, too',
    options: { '--dry-run': 'only say what would be removed', '--json': 'answer with one JSON document' },
    run: async (settings, _store, options) => {
      const { removeBlobs } = await import('./remove-blobs.js');
      return removeBlobs(settings, { dryRun: options.has('--dry-run'), json: options.has('--json'), say });
    },
  },
  export: {
    does: 'write all of the store, as it is now, to a new folder or file: export FOLDER, or export FILE.tar',
    operands: 'a folder or file',
    run: async (settings, _store, words) => {
      const { exportStore } = await import('../move/export-store.js');
      return exportStore(settings, onlyOne('export', words), say);
    },
  },
  import: {
    does: 'fill an empty store with all of an exported one, on whichever engines: import FOLDER|FILE.tar',
    operands: 'a folder or file',
    run: async (settings, _store, words) => {
      const { importStore } = await import('../move/import-store.js');
      return importStore(settings, onlyOne('import', words), say);
    },
  },
  reindex: {
    does: 'make the search index again from the database: on OpenSearch now, while the store runs; else at the next start',
    run: async (settings) => {
      if (settings.search === 'embedded') return say(removeIndex(settings));
      const { rebuildIndex } = await import('./rebuild-index.js');
      return rebuildIndex(settings, say);
    },
  },
  reset: {
    does: 'delete the data folder, after making sure that it is one and that no store runs on it',
    run: async (settings) => say(resetData(settings)),
  },
  'reset-password': {
    does: 'give an account another password, made and shown once, and end its sessions: reset-password USERNAME',
    options: { '--password-stdin': 'take the password from stdin instead' },
    operands: 'a username',
    run: async (settings, _store, words) => {
      const [username, ...others] = [...words].filter((word) => word !== '--password-stdin');
      if (username === undefined || others.length > 0)
        throw new CannotStart('Name one account: mortise-registry reset-password USERNAME.', 2);
      const { resetPassword } = await import('./reset-password.js');
      const input = words.has('--password-stdin') ? process.stdin : undefined;
      say(await resetPassword(settings, username, input));
    },
  },
  jobs: {
    does: 'list the jobs that were given up, and why',
    run: async (settings) => {
      const { deadJobLines } = await import('./look-after-jobs.js');
      say((await deadJobLines(settings)).join('\n'));
    },
  },
  requeue: {
    does: 'have jobs begun again that were given up, by their ids',
    options: { '--all': 'all of them' },
    operands: 'the ids of jobs',
    run: async (settings, _store, words) => {
      const ids = [...words].filter((word) => word !== '--all');
      if ((ids.length === 0) !== words.has('--all')) {
        throw new CannotStart(
          '"requeue" takes the ids of jobs (mortise-registry jobs lists them), or --all.',
          2,
        );
      }
      const { requeueJobs } = await import('./look-after-jobs.js');
      say(await requeueJobs(settings, ids));
    },
  },
};

const commandColumn = 16;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the command that the arguments name. Throws CannotStart, SettingsInvalid, and what starting may meet. */
export async function runCommand(words: readonly string[], store: Store): Promise<void> {
  const [name = 'start', ...rest] = words;
  if (name === 'help' || name === '--help' || name === '-h') return say(usage());
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new CannotStart(unknownCommand(name), 2);
  const given = wordsFor(name, command, rest);
  const exitCode = await command.run(parseSettings(processEnvironment()), store, given);
  if (typeof exitCode === 'number') process.exitCode = exitCode;
}

function wordsFor(
  name: string,
  { options = {}, operands }: Command,
  words: readonly string[],
): ReadonlySet<string> {
  const known = Object.keys(options);
  const isOperand = (word: string): boolean => operands !== undefined && !word.startsWith('-');
  const unknown = words.find((word) => !known.includes(word) && !isOperand(word));
  if (unknown === undefined) return new Set(words);
  if (known.length === 0) {
    throw new CannotStart(`"${name}" takes no arguments; settings come from the environment (MORTISE_…).`, 2);
  }
  const near = closestWord(unknown, known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new CannotStart(`"${name}" does not take "${unknown}".${hint} It takes: ${known.join(', ')}.`, 2);
}

function onlyOne(name: string, words: ReadonlySet<string>): string {
  const [only, ...others] = words;
  if (only !== undefined && others.length === 0) return only;
  throw new CannotStart(`Name one folder or file: mortise-registry ${name} FOLDER|FILE.tar.`, 2);
}

function unknownCommand(name: string): string {
  const near = closestWord(name, Object.keys(commands));
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `"${name}" is not a command.${hint} Commands are: ${Object.keys(commands).join(', ')}.`;
}

function usage(): string {
  const lines = Object.entries(commands).flatMap(([name, { does, options = {} }]) => [
    `  ${name.padEnd(commandColumn)}${does}`,
    ...Object.entries(options).map(([option, means]) => `  ${''.padEnd(commandColumn)}  ${option}: ${means}`),
  ]);
  return ['mortise-registry <command>, with settings from the environment (MORTISE_…):', ...lines].join('\n');
}
