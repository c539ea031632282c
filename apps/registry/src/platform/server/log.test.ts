import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { openLog } from './log.js';

const answer = { requestId: 'a-1', method: 'GET', route: '/npm/:package', status: 200, ms: 0.4 };

/** What a process that logs twice and then does `ending` has written when it is over. */
function writtenBefore(ending: string): string {
  const log = new URL('./log.js', import.meta.url).href;
  const program = `
    import { openLog } from ${JSON.stringify(log)};
    const log = openLog('info');
    log.info({ token: 'Bearer of-the-caller' }, 'first');
    log.answered('info', ${JSON.stringify(answer)});
    ${ending}`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }).stderr;
}

describe('the log', () => {
  it('has of an answer the line that the same facts have otherwise, as its level is wanted', () => {
    const lines: string[] = [];
    const log = openLog('info', { write: (line) => void lines.push(line) });
    const route = '/a/"quoted"';
    log.answered('info', { ...answer, route });
    log.info({ ...answer, route }, 'answered');
    log.answered('debug', answer);
    const [written, expected, ...others] = lines.map((line) => line.replace(/"time":"[^"]+"/, '"time":""'));
    expect(written).toBe(expected);
    expect(others).toEqual([]);
  });

  it.each(['', 'process.exit(1);', `throw new Error('nobody catches this');`])(
    'keeps nothing to itself, and no secret in it, when the process ends by %j',
    (ending) => {
      const text = writtenBefore(ending);
      expect(text).toContain('"msg":"first"');
      expect(text).toContain('"requestId":"a-1"');
      expect(text).toContain('Bearer (hidden)');
      expect(text).not.toContain('of-the-caller');
    },
  );
});
