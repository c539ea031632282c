import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginId } from '#kernel';
import { eventually } from '#testing';
import { agentLimits } from './agent-limits.js';
import { EventLog } from './event-log.js';
import { ReportFile } from './report-file.js';
import type { StoreReport } from './report-file.js';
import { ReportQueue } from './report-queue.js';
import type { ReportOutcome } from './report-queue.js';

const subject = {
  installation: '5a1f1c52-3f0e-4b4f-8a53-0d1f6f0f9a01',
  plugin: pluginId('acme', 'tool'),
  version: '1.0.0',
};
const limits = { ...agentLimits, reportCollectMs: 10, reportRetryFirstMs: 5, reportRetryLastMs: 5 };
const away = async (): Promise<ReportOutcome> => ({ againAfterMs: null });

let folder: string;
let path: string;
let queues: ReportQueue[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-reports-'));
  path = join(folder, 'reports.json');
  queues = [];
});

afterEach(async () => {
  for (const queue of queues) await queue.stop();
  rmSync(folder, { recursive: true, force: true });
});

function makeQueue(send: (report: StoreReport) => Promise<ReportOutcome>, reportsWaiting = 1_000) {
  const damages: string[] = [];
  const errors: unknown[] = [];
  const queue = new ReportQueue({
    send,
    file: new ReportFile(path),
    limits: { ...limits, reportsWaiting },
    onDamage: (message) => void damages.push(message),
    onError: (error) => void errors.push(error),
  });
  queues.push(queue);
  const events = new EventLog(limits);
  events.listen((event) => {
    queue.add(event);
  });
  const warn = (message: string) => events.add('warning', subject, { code: 'odd', message });
  return { queue, warn, damages, errors };
}

const saved = (): string[] => new ReportFile(path).read().waiting.map(({ report }) => report.message);

describe('ReportQueue', () => {
  it('has on disk what the store did not take, and the next one sends it before its own', async () => {
    const before = makeQueue(away);
    before.warn('one');
    before.warn('two');
    before.warn('two');
    await eventually(() => saved().length === 2);
    // As a kill leaves it: the queue before is neither stopped nor asked.
    const sent: StoreReport[] = [];
    const after = makeQueue(async (report) => {
      sent.push(report);
      return 'over';
    });
    expect(after.queue.length).toBe(2);
    after.warn('three');
    await eventually(() => after.queue.length === 0);
    expect(sent.map(({ message }) => message)).toEqual(['odd: one', 'odd: two (2 times)', 'odd: three']);
    await before.queue.stop();
    await after.queue.stop();
    expect(saved()).toEqual([]);
    expect(after.damages).toEqual([]);
  });

  it('sends what waits already when it starts, as it was', async () => {
    const before = makeQueue(away);
    const { at } = before.warn('one');
    await eventually(() => saved().length === 1);
    await before.queue.stop();
    const sent: StoreReport[] = [];
    const { queue } = makeQueue(async (report) => {
      sent.push(report);
      return 'over';
    });
    queue.start();
    await eventually(() => queue.length === 0);
    expect(sent).toEqual([expect.objectContaining({ message: 'odd: one', at, interface: null })]);
  });

  it('keeps what was cut short by its stop, since nobody knows whether the store has taken it', async () => {
    let cut: () => void = () => undefined;
    let isSending = false;
    const { queue, warn } = makeQueue(async () => {
      isSending = true;
      await new Promise<void>((resolve) => (cut = resolve));
      return 'over';
    });
    warn('one');
    await eventually(() => isSending);
    const stopped = queue.stop();
    cut();
    await stopped;
    expect(saved()).toEqual(['odd: one']);
  });

  it('keeps as many on disk as in memory, the newest', async () => {
    const { queue, warn } = makeQueue(away, 3);
    for (const message of ['a', 'b', 'c', 'd', 'e']) warn(message);
    await queue.stop();
    expect(saved()).toEqual(['odd: c', 'odd: d', 'odd: e']);
    expect(makeQueue(away, 2).queue.length).toBe(2);
  });

  it('writes what comes in a burst together', async () => {
    let writes = 0;
    const file = {
      read: () => ({ waiting: [] }),
      write: async () => void (writes += 1),
    };
    const ignore = () => undefined;
    const queue = new ReportQueue({ send: away, file, limits, onDamage: ignore, onError: ignore });
    queues.push(queue);
    const events = new EventLog(limits);
    for (let count = 0; count < 500; count++)
      queue.add(events.add('warning', subject, { code: 'odd', message: String(count) }));
    await queue.stop();
    expect(writes).toBe(1);
  });

  it.each([
    ['{"schema_version": 1, "waiting": [{"rep', 'cut off'],
    ['{"schema_version": 2, "waiting": []}', 'of a newer mortise'],
    ['null', 'of nothing'],
    ['{"schema_version": 1, "waiting": [{"report": {"message": 1}, "times": 1}]}', 'of another shape'],
  ])('puts %j aside, a file %s, with a warning, and goes on', async (text) => {
    writeFileSync(path, text);
    const { queue, warn, damages } = makeQueue(away);
    expect(damages).toEqual([expect.stringContaining(`${path}.damaged`)]);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
    warn('one');
    await queue.stop();
    expect(saved()).toEqual(['odd: one']);
    expect(readdirSync(folder).sort()).toEqual(['reports.json', 'reports.json.damaged']);
  });

  it('sends all the same where nothing can be written', async () => {
    const sent: string[] = [];
    const { queue, warn, errors } = makeQueue(async ({ message }) => {
      sent.push(message);
      return 'over';
    });
    rmSync(folder, { recursive: true });
    warn('one');
    await eventually(() => queue.length === 0);
    await queue.stop();
    expect(sent).toEqual(['odd: one']);
    expect(errors.length).toBeGreaterThan(0);
  });
});
