/** A rule is switched off only with its reason beside it: `eslint-disable-next-line rule -- why`. */
export const reasonedException = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      reason: 'Say after ` -- ` why the rule does not hold here.',
      types: 'The compiler is not silenced; mend the type.',
    },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const text = comment.value.trim();
        if (/^@ts-(?:ignore|nocheck)/.test(text)) context.report({ loc: comment.loc, messageId: 'types' });
        const exception = /^eslint-disable(?:-next-line|-line)?(?<rest>[^]*)$/.exec(text);
        if (!exception) continue;
        const [, reason] = exception.groups.rest.split(' -- ');
        if (!reason?.trim()) context.report({ loc: comment.loc, messageId: 'reason' });
      }
    },
  }),
};
