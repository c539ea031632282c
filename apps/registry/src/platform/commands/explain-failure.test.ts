import { describe, expect, it } from '@jest/globals';
import { RegistryError } from '#kernel';
import { searchUnavailable } from '#search';
import { explainFailure } from './explain-failure.js';

describe('a start that fails', () => {
  it.each(['ENOSPC', 'SQLITE_FULL'])('for want of room (%s) says so, and is no bug', (code) => {
    const { text, exitCode } = explainFailure(Object.assign(new Error('full'), { code }));
    expect(text).toContain('make room');
    expect(exitCode).toBe(1);
  });

  it('because a part is away also says what that part said', () => {
    const { text } = explainFailure(searchUnavailable(new Error('TimeoutError: Request timed out')));
    expect(text).toMatch(/^The search engine is away.*\nTimeoutError: Request timed out$/);
  });

  it('says once what a part said, where the sentence has it already', () => {
    const refusal = new RegistryError(
      'unavailable',
      'away',
      'It can’t be reached (timeout expired): start it.',
      {
        cause: new Error('timeout expired'),
      },
    );
    expect(explainFailure(refusal).text).toBe(refusal.message);
  });
});
