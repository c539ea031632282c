import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { freePort } from '../services/free-port.js';
import type { ClientName } from './client-list.js';
import { Desk } from './desk.js';
import { commandOf, describeWith } from './installed-clients.js';
import { StartedStore } from './started-store.js';

interface Battery {
  readonly client: ClientName;
  /** As the program calls it. */
  readonly manager: string;
  /** Whole tests that are not run, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Steps that must fail, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  readonly leastSteps: number;
}

const takesPlugin = 'it needs a plugin of yarn that is not published';
const unpublishes = 'a version never comes back and never goes away: unpublishing is refused';
const keepsNoReadme = 'the README of a package stays in its tarball; what follows is not reached';
const losesPath = 'it asks the root of the server instead of the address of the registry';

const batteries: readonly Battery[] = [
  {
    client: 'npm',
    manager: 'npm',
    leftOut: { unpublish: unpublishes },
    refused: {
      'full packument has versions, dist-tags, readme and time': keepsNoReadme,
      'results have the shape npm CLI depends on': losesPath,
      'pagination walks local results without gaps': losesPath,
      'oversized size is clamped, not an error': losesPath,
    },
    leastSteps: 25,
  },
  { client: 'pnpm-12', manager: 'pnpm', leftOut: { unpublish: unpublishes }, refused: {}, leastSteps: 15 },
  {
    client: 'yarn-4',
    manager: 'yarn-modern',
    leftOut: { deprecate: takesPlugin, login: takesPlugin, ping: takesPlugin },
    refused: {},
    leastSteps: 10,
  },
  { client: 'bun', manager: 'bun', leftOut: {}, refused: {}, leastSteps: 10 },
];

/** An outside oracle: a battery that others wrote for another registry, against this one. */
describe('the battery of @verdaccio/e2e-cli', () => {
  for (const { client, manager, leftOut, refused, leastSteps } of batteries) {
    describeWith(['verdaccio-e2e', client], 'passes, but for what is left out with a reason', () => {
      let store: StartedStore;
      let desk: Desk;
      let registry: string;
      let token: string;

      beforeAll(async () => {
        // It writes the token down for `localhost`, whatever address it is given.
        const port = await freePort();
        registry = `http://localhost:${port}/npm`;
        store = await StartedStore.start({ MORTISE_PUBLIC_URL: `http://localhost:${port}` }, port);
        token = await store.publisher('acme');
        desk = new Desk();
      });

      afterAll(async () => {
        desk.clear();
        await store.close();
      });

      it('all of it', async () => {
        const skips = Object.keys(leftOut).flatMap((name) => ['--skip-test', name]);
        const words = ['--registry', registry, '--token', token, '--pm', `${manager}=${commandOf(client)}`];
        const ran = await desk.run('verdaccio-e2e', [...words, ...skips], { withinMs: 300_000 });
        const { passed, failed } = stepsOf(ran.said);
        const surprises = failed.filter((step) => !(step in refused));
        if (surprises.length > 0) process.stderr.write(ran.said);
        expect(surprises).toEqual([]);
        expect(failed.sort()).toEqual(Object.keys(refused).sort());
        expect(passed.length).toBeGreaterThanOrEqual(leastSteps);
      }, 320_000);
    });
  }
});

/** What it marked as passed and failed: whole tests, or the steps of a test that has some. */
function stepsOf(said: string): { passed: string[]; failed: string[] } {
  const passed: string[] = [];
  const failed: string[] = [];
  let hasFailedStep = false;
  for (const line of stripVTControlCharacters(said).split('\n')) {
    const step = /^( +)([✓✗]) (.+?) [\d.]+m?s$/.exec(line);
    if (step) (step[2] === '✓' ? passed : failed).push(step[3]!);
    if (/^ {4}✗/.test(line)) hasFailedStep = true;
    const whole = /^ {2}(PASS|FAIL|SKIP) (\S+)/.exec(line);
    if (!whole) continue;
    if (whole[1] === 'FAIL' && !hasFailedStep) failed.push(whole[2]!);
    hasFailedStep = false;
  }
  return { passed, failed };
}
