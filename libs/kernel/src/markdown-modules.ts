/**
 * The browser modules that show Markdown, by the name that each has beside the others: `markdown.js` is ours, `lexer.js` reads
 * the language. For the store's pages and the agent's, which serve them with their own.
 */
export const markdownModules: Readonly<Record<'markdown.js' | 'lexer.js', URL>> = {
  'markdown.js': new URL('../../../../libs/kernel/pages/markdown.js', import.meta.url),
  'lexer.js': new URL('../../../../node_modules/marked/lib/marked.esm.js', import.meta.url),
};
