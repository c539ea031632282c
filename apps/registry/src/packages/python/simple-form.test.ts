import { describe, expect, it } from '@jest/globals';
import { simpleFormFor } from './simple-form.js';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';

describe('the form of a page', () => {
  it.each([
    [undefined, 'text/html'],
    ['*/*', 'text/html'],
    ['', 'text/html'],
    [json, json],
    [html, html],
    ['application/vnd.pypi.simple.latest+json', json],
    ['application/vnd.pypi.simple.latest+html', html],
    ['Application/Vnd.Pypi.Simple.V1+JSON', json],
    // pip and uv as they are
    [`${json}, ${html}; q=0.1, text/html; q=0.01`, json],
    [`${json}, ${html};q=0.2, text/html;q=0.01`, json],
    // what prefers otherwise
    [`${json};q=0.1, text/html`, 'text/html'],
    [`${json};q=0, */*`, 'text/html'],
    ['text/html;q=0, */*', json],
    [`${json}, text/html`, json],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['application/*', json],
    ['text/*;q=0.5, application/json', 'application/vnd.pypi.simple.v1+json'],
    // nothing that there is
    ['application/json', 'application/vnd.pypi.simple.v1+json'],
    ['application/xml', undefined],
    ['application/xml', undefined],
    [`${json};q=0`, undefined],
    ['*/*;q=0', undefined],
    [`${json};q=nonsense`, undefined],
  ])('for Accept %j is %j', (accept, form) => {
    expect(simpleFormFor(accept)).toBe(form);
  });
});
