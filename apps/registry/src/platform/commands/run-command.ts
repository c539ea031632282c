import { shownLocation } from '#database';
import { closestWord } from '#kernel';
import { CannotStart } from '../cannot-start.js';
import { parseSettings, processEnvironment } from '../config.js';
import type { Settings } from '../config.js';
import { settingsLines } from '../describe-settings.js';
import { resetData } from './reset-data.js';
import { openDataFolder, runServer } from './run-server.js';
import type { Store } from './store.js';

interface Command {
  readonly does: string;
  run(settings: Settings, store: Store): Promise<void>;
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
  reset: {
    does: 'delete the data folder, after making sure that it is one and that no store runs on it',
    run: async (settings) => say(resetData(settings)),
  },
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the command that the arguments name. Throws CannotStart, SettingsInvalid, and what starting may meet. */
export async function runCommand(words: readonly string[], store: Store): Promise<void> {
  const [name = 'start', ...rest] = words;
  if (name === 'help' || name === '--help' || name === '-h') return say(usage());
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new CannotStart(unknownCommand(name), 2);
  if (rest.length > 0) {
    throw new CannotStart(`"${name}" takes no arguments; settings come from the environment (MORTISE_…).`, 2);
  }
  await command.run(parseSettings(processEnvironment()), store);
}

function unknownCommand(name: string): string {
  const near = closestWord(name, Object.keys(commands));
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `"${name}" is not a command.${hint} Commands are: ${Object.keys(commands).join(', ')}.`;
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(10)}${does}`);
  return ['mortise-registry <command>, with settings from the environment (MORTISE_…):', ...lines].join('\n');
}
