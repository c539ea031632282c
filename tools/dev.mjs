/**
 * `npm run dev`: builds, starts the server, and does both again whenever a source changes. While the sources don't build,
 * the server that ran before keeps running. What follows `npm run dev --` goes to the server.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { watch } from 'chokidar';

const quietMs = 100;
const watched = ['apps', 'libs'];
const serverCommand = [
  '--enable-source-maps',
  'dist/apps/registry/src/main.js',
  'start',
  ...process.argv.slice(2),
];

let server;
let timer;
let working = false;
let changed = false;

const say = (sentence) => process.stdout.write(`dev: ${sentence}\n`);

const ended = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

async function stopServer() {
  if (!server) return;
  const stopping = server;
  server = undefined;
  stopping.kill('SIGTERM');
  await ended(stopping);
}

function startServer() {
  const started = spawn(process.execPath, serverCommand, { stdio: 'inherit' });
  server = started;
  started.once('exit', (code) => {
    if (server === started)
      say(`the server ended (${code ?? 'killed'}); it starts again at the next change.`);
  });
}

async function rebuild() {
  if (working) {
    changed = true;
    return;
  }
  working = true;
  do {
    changed = false;
    const build = spawn(process.execPath, ['tools/build.mjs'], { stdio: 'inherit' });
    if ((await ended(build)) !== 0) {
      say('the sources do not build; waiting for the next change.');
      continue;
    }
    await stopServer();
    startServer();
  } while (changed);
  working = false;
}

watch(
  watched.filter((each) => existsSync(each)),
  { ignoreInitial: true },
).on('all', () => {
  clearTimeout(timer);
  timer = setTimeout(() => void rebuild(), quietMs);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void stopServer().then(() => process.exit(0)));
}

await rebuild();
