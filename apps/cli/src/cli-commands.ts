import type { CliCommand } from './cli-command.js';
import { call } from './commands/call.js';
import { channel } from './commands/channel.js';
import { makeCompletion } from './commands/completion.js';
import { deprecate } from './commands/deprecate.js';
import { dev } from './commands/dev.js';
import { doctor } from './commands/doctor.js';
import { exportPlugin } from './commands/export.js';
import { init } from './commands/init.js';
import { install } from './commands/install.js';
import { key } from './commands/key.js';
import { list } from './commands/list.js';
import { login } from './commands/login.js';
import { logout } from './commands/logout.js';
import { logs } from './commands/logs.js';
import { newPlugin } from './commands/new.js';
import { publish } from './commands/publish.js';
import { publisher } from './commands/publisher.js';
import { refresh } from './commands/refresh.js';
import { remove } from './commands/remove.js';
import { repair } from './commands/repair.js';
import { rollback } from './commands/rollback.js';
import { run } from './commands/run.js';
import { search } from './commands/search.js';
import { show } from './commands/show.js';
import { trust } from './commands/trust.js';
import { unyank } from './commands/unyank.js';
import { update } from './commands/update.js';
import { validate } from './commands/validate.js';
import { versions } from './commands/versions.js';
import { whoami } from './commands/whoami.js';
import { yank } from './commands/yank.js';

/**
 * Every command, in the order in which help shows them. A command is added by a file in commands/ and a line here; the
 * test of docs/cli.md then asks for a chapter.
 */
export const cliCommands: readonly CliCommand[] = [
  login,
  logout,
  whoami,
  publisher,
  search,
  show,
  versions,
  newPlugin,
  validate,
  refresh,
  publish,
  yank,
  unyank,
  deprecate,
  trust,
  channel,
  exportPlugin,
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
  makeCompletion(() => cliCommands),
];
