import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { highlight } from './highlight.js';

const wanted = (terms: string[], prefix: string | null = null) => ({ terms: new Set(terms), prefix });

describe('highlight', () => {
  it.each([
    ['Runs a Kubernetes cluster', wanted(['kubernetes']), 'Runs a <mark>Kubernetes</mark> cluster'],
    ['KubePlugin', wanted(['kube']), '<mark>KubePlugin</mark>'],
    [
      'a <b>Kube</b> & "more"',
      wanted([], 'kub'),
      'a &lt;b&gt;<mark>Kube</mark>&lt;/b&gt; &amp; &quot;more&quot;',
    ],
    ['Ein Café am See', wanted(['cafe']), 'Ein <mark>Café</mark> am See'],
    ['nothing here', wanted(['kube']), null],
    ['starting', wanted(['art']), null],
  ])('marks in %s what matches', (text, terms, marked) => {
    expect(highlight(text, terms)).toBe(marked);
  });

  it('cuts a long text between words around the first match', () => {
    const text = `${'word '.repeat(200)}needle ${'word '.repeat(200)}`;
    const marked = highlight(text, wanted(['needle'])) ?? '';
    expect(marked).toMatch(/^…word .*<mark>needle<\/mark> .*word…$/);
    expect(marked.length).toBeLessThan(230);
  });

  it('has no text for no text', () => {
    expect(highlight(null, wanted(['a']))).toBeNull();
    expect(highlight('', wanted(['a']))).toBeNull();
  });

  it('leaves nothing in an answer that a browser would read as markup but its marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ' ', 'é'), maxLength: 60 }), (text) => {
        const marked = highlight(text, wanted(['a'], 'e'));
        expect((marked ?? '').replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>"']/);
      }),
    ); // prettier-ignore
  });
});
