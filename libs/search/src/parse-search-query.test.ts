import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RegistryError } from '#kernel';
import { parseSearchQuery, parseSuggestQuery } from './parse-search-query.js';

const refusal = (parameters: Record<string, string | string[]>) => {
  try {
    parseSearchQuery(parameters);
    return undefined;
  } catch (error) {
    return error as RegistryError;
  }
};

describe('parseSearchQuery', () => {
  it('asks for everything, twenty at a time, when nothing is asked', () => {
    expect(parseSearchQuery({})).toEqual({
      text: '', categories: [], tags: [], publishers: [], kinds: [], interfaces: [], has: [], trusts: [], hosts: [],
      sort: 'relevance', limit: 20, cursor: null,
    }); // prettier-ignore
  });

  it('reads every parameter, repeated ones as lists in an order of their own', () => {
    const query = parseSearchQuery({
      q: ' kube ', category: ['storage', 'compute', 'storage'], tag: 'k8s', publisher: ['Acme Corp', 'acme-corp'],
      kind: 'native', interface: 'launch', has: ['form', 'backend'], trust: 'trusted', host: ['Galaxy@24.1', 'portal'],
      sort: 'updated', limit: '100', cursor: 'abc',
    }); // prettier-ignore
    expect(query).toEqual({
      text: 'kube', categories: ['compute', 'storage'], tags: ['k8s'], publishers: ['acme-corp'], kinds: ['native'],
      interfaces: ['launch'], has: ['backend', 'form'], trusts: ['trusted'], hosts: ['galaxy@24.1.0', 'portal'],
      sort: 'updated', limit: 100, cursor: 'abc',
    }); // prettier-ignore
  });

  it.each([
    ['categories', 'Did you mean "category"?'],
    ['catgory', 'Did you mean "category"?'],
    ['sorted', 'Did you mean "sort"?'],
    ['page', 'Use any of q, category,'],
    ['__proto__x', 'Use any of'],
  ])('refuses the unknown parameter %s with a hint', (name, hint) => {
    const error = refusal({ [name]: '1' });
    expect(error).toMatchObject({ kind: 'invalid', code: 'unknown-parameter', details: { parameter: name } });
    expect(error?.message).toContain(hint);
  });

  it.each([
    [{ limit: '0' }, 'from 1 to 100'],
    [{ limit: '101' }, 'from 1 to 100'],
    [{ limit: '1e1' }, 'whole number'],
    [{ limit: '' }, 'whole number'],
    [{ limit: ['1', '2'] }, 'once'],
    [{ q: ['a', 'b'] }, 'once'],
    [{ q: 'x'.repeat(513) }, 'at most 512'],
    [{ sort: 'dowloads' }, 'Did you mean "downloads"?'],
    [{ kind: 'nativ' }, 'Did you mean "native"?'],
    [{ has: 'icon' }, 'one of "frontend"'],
    [{ trust: 'untrustd' }, 'Did you mean "untrusted"?'],
    [{ category: '' }, 'empty'],
    [{ tag: 'x'.repeat(201) }, 'at most 200'],
    [{ tag: Array.from({ length: 51 }, (_, at) => `t${at}`) }, 'at most 50 times'],
    [{ publisher: 'a/b' }, "can't be a publisher"],
    [{ host: 'galaxy@new' }, 'name@version'],
    [{ cursor: '' }, 'first page'],
  ])('refuses %j with a sentence that says what to do', (parameters, words) => {
    const error = refusal(parameters);
    expect(error).toMatchObject({ kind: 'invalid', code: 'invalid-parameter' });
    expect(error?.message).toContain(words);
  });

  it('answers or refuses, whatever it is given', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('q', 'host', 'tag', 'limit', 'publisher', 'x', 'cursor'), value), (parameters) => {
        const error = refusal(parameters);
        expect(error === undefined || error instanceof RegistryError).toBe(true);
      }),
    ); // prettier-ignore
  });

  it('knows of a suggestion only text and limit', () => {
    expect(parseSuggestQuery({ q: 'ku', limit: '3' })).toEqual({ text: 'ku', limit: 3 });
    expect(() => parseSuggestQuery({ q: 'ku', sort: 'name' })).toThrow('no parameter "sort"');
    expect(() => parseSuggestQuery({ limit: '21' })).toThrow('from 1 to 20');
  });
});
