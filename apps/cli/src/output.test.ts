import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { StoreProblem } from '#client';
import { explainFailure } from './explain-failure.js';
import { besideLines, outcomeLine } from './open-host.js';
import { Output } from './output.js';
import { showEvent } from './show-event.js';
import { problemLines } from './show-problems.js';

function outputTo(options: { json?: boolean; isTTY?: boolean; plain?: boolean }) {
  const streams = ['stdout', 'stderr'].map(() =>
    Object.assign(new PassThrough(), { isTTY: options.isTTY ?? false }),
  );
  const [stdout, stderr] = streams as unknown as [NodeJS.WriteStream, NodeJS.WriteStream];
  const output = new Output({ json: options.json ?? false, plain: options.plain ?? false, stdout, stderr });
  const read = (stream: NodeJS.WriteStream): string =>
    String((stream as unknown as PassThrough).read() ?? '');
  return { output, stdout: () => read(stdout), stderr: () => read(stderr) };
}

describe('what a command says', () => {
  it('is lines for people, or the document and nothing else', async () => {
    const people = outputTo({});
    people.output.note('Going on.');
    people.output.result({ a: 1 }, ['One', 'Two']);
    expect([people.stdout(), people.stderr()]).toEqual(['One\nTwo\n', 'Going on.\n']);
    const program = outputTo({ json: true });
    program.output.note('Going on.');
    await program.output.step({ title: 'Working', run: async () => undefined });
    program.output.result({ a: 1 }, ['One']);
    expect([JSON.parse(program.stdout()), program.stderr()]).toEqual([{ a: 1 }, '']);
  });

  it('moves no cursor and renames no window, whatever a store says', () => {
    const { output, stdout } = outputTo({});
    output.result({}, ['a\u001b]0;owned\u0007b\u001b[2Jc\u202ed\re']);
    expect(stdout()).toBe('a]0;ownedb[2Jcde\n');
  });

  it('is coloured on a terminal, and plain where that is asked for', () => {
    expect(outputTo({ isTTY: true }).output.paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(outputTo({ isTTY: true, plain: true }).output.paint('red', 'x')).toBe('x');
    expect(outputTo({}).output.paint('red', 'x')).toBe('x');
  });

  it('tells progress line by line where there is no terminal, and gives what the step came to', async () => {
    const { output, stderr } = outputTo({});
    expect(await output.step({ title: 'Working', run: async (tell) => (tell('half'), 7) })).toBe(7);
    expect(stderr()).toBe('Working\n');
  });

  it('tells where a long step is every ten seconds, where there is no terminal', async () => {
    jest.useFakeTimers();
    try {
      const { output, stderr } = outputTo({});
      let end = (): void => undefined;
      const step = output.step({
        title: 'Working',
        run: (tell) => {
          tell('half');
          return new Promise<void>((resolve) => (end = resolve));
        },
      });
      jest.advanceTimersByTime(20_000);
      end();
      await step;
      jest.advanceTimersByTime(20_000);
      expect(stderr()).toBe('Working\nWorking: half (10 s)\nWorking: half (20 s)\n');
    } finally {
      jest.useRealTimers();
    }
  });

  it('draws progress on a terminal, and throws what the step threw', async () => {
    const { output, stderr } = outputTo({ isTTY: true });
    const failing = output.step({ title: 'Working', run: () => Promise.reject(new Error('no')) });
    await expect(failing).rejects.toThrow('no');
    expect(stderr()).toContain('Working');
  });

  it('lines columns up by what is seen of them', () => {
    const { output } = outputTo({ isTTY: true });
    expect(
      output.table([
        ['a', output.paint('red', 'x'), 'l'],
        ['bcd', 'yy', 'm'],
      ]),
    ).toEqual(['a    \u001b[31mx\u001b[39m   l', 'bcd  yy  m']);
  });
});

describe('a back end that did not come up', () => {
  const reason =
    'The back end of acme/tool 1.1.0 did not start: it ended with exit code 1. It printed last:\n' +
    'Traceback (most recent call last):\n  File "/host/lib/python3.12/site-packages/tool/__init__.py", line 3, in <module>\n' +
    "    import yaml\nModuleNotFoundError: No module named 'yaml'";
  const cause =
    "It printed last: ModuleNotFoundError: No module named 'yaml' (tool/__init__.py:3) (`mortise logs acme/tool` shows what it said)";

  it('is told with its cause and its place, and where all that it said stands', () => {
    const refused = { outcome: 'refused', from: '1.0.0', code: 'start-failed', reason } as const;
    expect(outcomeLine('acme/tool', '1.1.0', refused)).toMatch(/^acme\/tool 1\.1\.0 did not come up, .*\)$/);
    expect(outcomeLine('acme/tool', '1.1.0', refused)).toContain(cause);
    const { output, stdout } = outputTo({});
    const data = { code: 'start-failed', message: reason };
    const about = {
      installation: 'one',
      plugin: 'acme/tool',
      version: '1.1.0',
      interface: 'default',
    } as const;
    showEvent(output, { sequence: 1, type: 'failed', at: '2030-01-01T00:00:00.000Z', ...about, data });
    expect(stdout()).toMatch(/^00:00:00 failed acme\/tool:default@1\.1\.0 start-failed: .*\)\n$/);
  });
});

describe('a credential that the store refuses', () => {
  const told = (code: string, detail: string): string =>
    explainFailure(new StoreProblem({ status: 401, code, detail })).message;

  it('is replaced by a sign-in where it is an account’s, whatever is said of it', () => {
    const detail = 'Not in force. `mortise init` makes a host.';
    expect(told('bad-credential', detail)).toBe(`${detail} (\`mortise login\` signs in.)`);
    expect(told('host-key-refused', 'The host’s key is unknown.')).toBe('The host’s key is unknown.');
  });
});

describe('a version beside others', () => {
  it('is told how to be without them where it came, and not where they are all that works', () => {
    expect(besideLines('acme/tool', 'waiting', ['1.0.0'])).toEqual([
      expect.stringMatching(
        /^acme\/tool 1\.0\.0 stays .* highest stable; `mortise remove acme\/tool@1\.0\.0`/,
      ),
    ]);
    expect(besideLines('acme/tool', 'switched', [])).toEqual([]);
    for (const outcome of ['refused', 'unchanged'] as const)
      expect(besideLines('acme/tool', outcome, ['1.0.0'])).toEqual([]);
  });
});

describe('a problem', () => {
  const { output } = outputTo({});
  const shown = (text: string, line: number, column: number): string[] =>
    problemLines([{ message: 'No.', line, column }], { name: 'p.yaml', text }, output);

  it('has a mark below its column, after tabs and wide letters too', () => {
    expect(shown('a: 1\n\tb: ä', 2, 5)).toEqual([
      'p.yaml:2:5: error: No.',
      '  2 |     b: ä',
      '    |        ^',
    ]);
  });

  it('is shown with the part of a long line that it is about', () => {
    const [, line = '', mark = ''] = shown(`a: ${'x'.repeat(5000)}!`, 1, 5004);
    expect(line.length).toBeLessThan(140);
    expect(line[mark.indexOf('^')]).toBe('!');
  });

  it('is told without a line where the text has none', () => {
    expect(shown('', 9, 1)).toEqual(['p.yaml:9:1: error: No.']);
    expect(problemLines([{ message: 'No.', code: 'x' }], undefined, output)).toEqual(['error: No. [x]']);
  });
});
