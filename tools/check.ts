/**
 * `npm run check`: everything that is asked of the code itself, in one command. `npm run check -- lint doors` runs
 * only those steps. Two steps run side by side; each says how it went, and the last lines name those that failed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Step {
  readonly name: string;
  readonly asks: string;
  /** A file for node, and its arguments. */
  readonly command: readonly string[];
}

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
}

const packageFile = (path: string) => `node_modules/${path}`;
const rooms = ['apps', 'libs', 'test', 'tools'].filter((room) => existsSync(room));
const contractCheck = 'dist/tools/check-contract.js';
const clientCheck = 'dist/tools/check-client.js';

// The slowest first, so that the two lanes end together.
const steps: readonly Step[] = [
  {
    name: 'lint',
    asks: 'manners and typed rules (eslint)',
    command: [packageFile('eslint/bin/eslint.js'), '--max-warnings', '0', '.'],
  },
  {
    name: 'types',
    asks: 'types everywhere (tsc)',
    command: [packageFile('typescript/bin/tsc'), '--noEmit'],
  },
  {
    name: 'strict-types',
    asks: 'exact optional properties in the pure libraries and domains (tsc)',
    command: [packageFile('typescript/bin/tsc'), '--project', 'tsconfig.strict.json'],
  },
  {
    name: 'format',
    asks: 'format (prettier)',
    command: [packageFile('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
  {
    name: 'doors',
    asks: 'which room imports which (dependency-cruiser)',
    command: [
      packageFile('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err-long',
      ...rooms,
    ],
  },
  {
    name: 'dead-code',
    asks: 'files, exports and packages that nobody uses (knip)',
    command: [packageFile('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors'],
  },
  ...(existsSync(contractCheck)
    ? [{ name: 'contract', asks: 'the committed contract is the generated one', command: [contractCheck] }]
    : []),
  ...(existsSync(clientCheck)
    ? [{ name: 'client', asks: 'the committed client is the one of the contract', command: [clientCheck] }]
    : []),
];

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a step to its end; what it prints is kept, and shown only when it fails. */
function run(step: Step): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    const child = spawn(process.execPath, step.command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const finish = (passed: boolean) => {
      console.log(
        `${passed ? 'ok    ' : 'FAILED'} ${step.name.padEnd(12)} ${seconds(started).padStart(6)}  ${step.asks}`,
      );
      if (!passed) console.log(Buffer.concat(output).toString().trimEnd().replace(/^/gm, '    '));
      resolve({ step, passed });
    };
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => {
      output.push(Buffer.from(error.message));
      finish(false);
    });
    child.on('close', (code) => {
      finish(code === 0);
    });
  });
}

async function lane(waiting: Step[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) outcomes.push(await run(step));
  return outcomes;
}

function chosenSteps(names: readonly string[]): Step[] {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `No step is called ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}.`,
    );
    process.exit(2);
  }
  return steps.filter((step) => names.length === 0 || names.includes(step.name));
}

const started = performance.now();
const waiting = chosenSteps(process.argv.slice(2));
const outcomes = (await Promise.all([lane(waiting), lane(waiting)])).flat();
const failed = outcomes.filter((outcome) => !outcome.passed).map((outcome) => outcome.step.name);
if (failed.length > 0) {
  console.log(`\ncheck failed after ${seconds(started)}: ${failed.join(', ')}`);
  process.exit(1);
}
console.log(`\ncheck passed: ${String(outcomes.length)} steps in ${seconds(started)}`);
