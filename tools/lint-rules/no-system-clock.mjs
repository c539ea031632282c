const clocks = new Map([
  ['Date', ['now']],
  ['performance', ['now', 'timeOrigin']],
  ['process', ['hrtime', 'uptime']],
]);

/** What decides is handed the time by the port `Clock`, so that tests can move it. */
export const noSystemClock = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { clock: 'The time comes from the port Clock here.' },
  },
  create: (context) => ({
    MemberExpression(node) {
      const property = node.property.name ?? node.property.value;
      if (node.object.type === 'Identifier' && clocks.get(node.object.name)?.includes(property)) {
        context.report({ node, messageId: 'clock' });
      }
    },
    'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]'(node) {
      context.report({ node, messageId: 'clock' });
    },
  }),
};
