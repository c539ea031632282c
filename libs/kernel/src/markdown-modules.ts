/**
 * What shows Markdown in a browser, by the name that each file has beside the others: `markdown.js` is ours, `lexer.js` reads
 * the language, `markdown.css` is for what stands in an element of the class `prose`. For the store's pages and the agent's, which serve them with their own.
 */
export const markdownModules: Readonly<Record<'markdown.js' | 'markdown.css' | 'lexer.js', URL>> = {
  'markdown.js': new URL('../../../../libs/kernel/pages/markdown.js', import.meta.url),
  'markdown.css': new URL('../../../../libs/kernel/pages/markdown.css', import.meta.url),
  'lexer.js': new URL('../../../../node_modules/marked/lib/marked.esm.js', import.meta.url),
};
