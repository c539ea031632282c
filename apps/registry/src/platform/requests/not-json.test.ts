import { describe, expect, it } from '@jest/globals';
import { notJson } from './not-json.js';

describe('a text that is no JSON', () => {
  it.each([
    ['{"password":"hunter2" "x":1}', 22],
    ['{"password":hunter2}', 12],
    ['username=ada&password=hunter2', 0],
    ['{"password":"hunter2",}', 22],
    ['{"password":"hunter2"', 21],
    ['{"password":"hunter2', 20],
    ['["hunter2"]x', 11],
    ['{"a":tru}', 8],
    ["{'password':'hunter2'}", 1],
  ])('is told where it breaks, and not what it holds: %s', (text, position) => {
    const { message } = notJson(text);
    expect(message).toMatch(new RegExp(`^The body is not JSON: .*at position ${position}\\.$`));
    expect(message).not.toContain('hunter');
  });

  it('is told to be empty when it is', () => {
    expect(notJson(' \n').message).toMatch(/^The body is empty/);
  });
});
