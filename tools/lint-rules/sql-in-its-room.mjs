const statement =
  /^\s*(?:select\s[\s\S]*\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\S+\s+set\s|delete\s+from\s|(?:create|drop|alter)\s+(?:virtual\s+)?(?:table|index|unique)\s|pragma\s+\w)/i;

// A sentence starts with one capital letter, a statement with all or none.
const sentence = /^\s*[A-Z][a-z]/;

const isSql = (text) => statement.test(text) && !sentence.test(text);

/** SQL is written in the adapters that speak it. */
export const sqlInItsRoom = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { sql: 'SQL lives in libs/database (and in the embedded search engine); ask a port.' },
  },
  create: (context) => ({
    Literal(node) {
      if (typeof node.value === 'string' && isSql(node.value)) context.report({ node, messageId: 'sql' });
    },
    TemplateLiteral(node) {
      const text = node.quasis.map((quasi) => quasi.value.cooked ?? '').join('x');
      if (isSql(text)) context.report({ node, messageId: 'sql' });
    },
  }),
};
