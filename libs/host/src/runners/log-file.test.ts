import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file.js';

const bounds = { fileBytes: 20, files: 2, lineBytes: 100, floodBytes: 1_000, floodWindowMs: 1_000 };
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('LogFile', () => {
  it('turns over before a file grows too large, with secrets masked', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-log-'));
    const path = join(folder, 'default.log');
    const log = new LogFile(path, () => ['geheim'], bounds);
    for (const line of ['one geheim', 'two', 'three']) log.write(`${line}\n`);
    log.close();
    expect(readFileSync(path, 'utf8')).toBe('three\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('one ********\ntwo\n');
    rmSync(folder, { recursive: true });
  });

  it('says at its end what became of who printed, which is none of their last words', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-log-'));
    const path = join(folder, 'default.log');
    const log = new LogFile(path, () => [], { ...bounds, fileBytes: 1_000 });
    log.write('no line end');
    log.note('it ended with exit code 3.');
    log.close();
    expect(log.tail).toBe('no line end');
    expect(readFileSync(path, 'utf8')).toMatch(
      /^no line end\nmortise: it ended with exit code 3\. \(.*Z\)\n$/,
    );
    rmSync(folder, { recursive: true });
  });

  onLinux('throws nothing where the disk is full, and still knows the last lines', () => {
    const log = new LogFile('/dev/full', () => [], { ...bounds, fileBytes: 1_000 });
    expect(log.write('what it said\n')).toBe(true);
    expect(log.tail).toBe('what it said');
    expect(() => log.close()).not.toThrow();
  });
});
