/** What is exported has one name, the same everywhere. */
export const noDefaultExport = {
  meta: { type: 'problem', schema: [], messages: { named: 'Export by name.' } },
  create: (context) => ({
    ExportDefaultDeclaration(node) {
      context.report({ node, messageId: 'named' });
    },
    'ExportSpecifier[exported.name="default"]'(node) {
      context.report({ node, messageId: 'named' });
    },
  }),
};
