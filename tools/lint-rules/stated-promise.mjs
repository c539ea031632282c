const isPublicRun = (member) =>
  member.type === 'MethodDefinition' && member.key.name === 'run' && member.accessibility !== 'private';

/** Ports (abstract classes) and use-cases (classes with `run`) say in a doc comment what they promise. */
export const statedPromise = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      promise: '{{name}} is a port or a use-case: say in a doc comment what it promises.',
      one: '{{name}} is a use-case: `run` is its only public method.',
    },
  },
  create: (context) => ({
    'ExportNamedDeclaration > ClassDeclaration'(node) {
      const useCase = node.body.body.some(isPublicRun);
      if (!node.abstract && !useCase) return;
      const name = node.id.name;
      const first = node.decorators?.[0] ?? node.parent;
      const comments = [first, node.parent].flatMap((place) => context.sourceCode.getCommentsBefore(place));
      const stated = comments.some((comment) => comment.type === 'Block' && comment.value.startsWith('*'));
      if (!stated) context.report({ node: node.id, messageId: 'promise', data: { name } });
      if (!useCase || node.abstract) return;
      const others = node.body.body.filter(
        (member) =>
          member.type === 'MethodDefinition' &&
          member.kind === 'method' &&
          member.key.type === 'Identifier' &&
          member.key.name !== 'run' &&
          (member.accessibility ?? 'public') === 'public',
      );
      for (const other of others) context.report({ node: other.key, messageId: 'one', data: { name } });
    },
  }),
};
