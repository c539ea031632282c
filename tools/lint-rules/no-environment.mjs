const nameOf = (node) => node.name ?? node.value;

/** `process.env`, however it is spelt: settings are read, checked and named in one file. */
export const noEnvironment = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      env: 'Only apps/registry/src/platform/settings/config.ts and apps/cli/src/cli-settings.ts read the environment; take a setting instead.',
    },
  },
  create: (context) => ({
    MemberExpression(node) {
      const isProcess =
        (node.object.type === 'Identifier' && node.object.name === 'process') ||
        (node.object.type === 'MemberExpression' && nameOf(node.object.property) === 'process');
      if (isProcess && nameOf(node.property) === 'env') context.report({ node, messageId: 'env' });
    },
    'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]'(node) {
      context.report({ node, messageId: 'env' });
    },
    'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]'(node) {
      context.report({ node, messageId: 'env' });
    },
  }),
};
