import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyze, analyzeWords, compactKey, fold } from './analyze.js';

describe('analyze', () => {
  it.each([
    ['KubePlugin', ['kubeplugin', 'kube', 'plugin']],
    ['oauth2', ['oauth2', 'oauth', '2']],
    ['OAuth2', ['oauth2', 'oauth', '2', 'auth']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['kube-plugin_two.three', ['kube', 'plugin', 'two', 'three']],
    ['plain words, once once', ['plain', 'words', 'once']],
    ['Café Straße Øre', ['cafe', 'strasse', 'ore']],
    ['ｆｕｌｌ ﬁne ²', ['full', 'fine', '2']],
    ['全文検索', ['全文', '文検', '検索', '索']],
    ['検', ['検']],
    ['AI検索', ['ai', '検索', '索']],
    ['İstanbul', ['istanbul']],
    ['a\u0000b \ud800c', ['a', 'b', 'c']],
    ['!?* ""', []],
  ])('takes %s apart into %j', (text, tokens) => {
    expect(analyze(text)).toEqual(tokens);
  });

  it('keeps a token within its limit', () => {
    expect(analyze('x'.repeat(1000))).toEqual(['x'.repeat(64)]);
  });

  it('gives tokens of letters and digits only, that stay as they are when they are analysed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const { token } of analyzeWords(text)) {
          expect(token).toMatch(/^[\p{L}\p{N}]+$/u);
          expect(analyzeWords(token)[0]?.token).toBe(token);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds no difference between spellings of a name', () => {
    for (const name of ['Kube-Plugin', 'kube plugin', 'KubePlugin', 'KUBE_PLUGIN', 'ｋube.plugin']) {
      expect(compactKey(name)).toBe('kubeplugin');
    }
  });

  it('folds what is folded no further', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text)));
  });
});
