import type { CliCommand } from './cli-command.js';
import { call } from './commands/call.js';
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
export const cliCommands: readonly CliCommand[] = [login, logout, whoami, dev, run, call, logs];
