import type { CliCommand } from './cli-command.js';
import { call } from './commands/call.js';
import { doctor } from './commands/doctor.js';
import { init } from './commands/init.js';
import { install } from './commands/install.js';
import { key } from './commands/key.js';
import { list } from './commands/list.js';
import { remove } from './commands/remove.js';
import { repair } from './commands/repair.js';
import { rollback } from './commands/rollback.js';
import { update } from './commands/update.js';
import { dev } from './commands/dev.js';
import { logs } from './commands/logs.js';
import { run } from './commands/run.js';
import { login } from './commands/login.js';
import { logout } from './commands/logout.js';
import { whoami } from './commands/whoami.js';

/**
 * Every command, in the order in which help shows them. A command is added by a file in commands/ and a line here; the
 * test of docs/cli.md then asks for a chapter.
 */
export const cliCommands: readonly CliCommand[] = [
  login,
  logout,
  whoami,
  init,
  install,
  list,
  update,
  rollback,
  remove,
  repair,
  key,
  doctor,
  dev,
  run,
  call,
  logs,
];
