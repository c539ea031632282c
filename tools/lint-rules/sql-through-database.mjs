const engines = /^(?:DataSource|Connection|createConnection|getConnection|getManager|getRepository)$/;
const doors = /^(?:createQueryRunner|transaction|startTransaction|commitTransaction|rollbackTransaction)$/;

/**
 * TypeORM shares one SQLite connection among all: transactions that overlap break each other. So the class
 * `Database` alone holds a DataSource, and everything else in libs/database writes and reads through it.
 */
export const sqlThroughDatabase = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      engine: '{{name}} belongs to the class Database alone; read and write through Database.',
      namespace: 'Import from typeorm by name, so that what is used can be seen.',
      door: 'Only Database may open `.{{name}}`; read and write through Database.',
      save: '`save` of a stale row silently loses an update; insert, or update where id and revision match.',
    },
  },
  create: (context) => ({
    'ImportDeclaration[source.value=/^(better-sqlite3|pg)(\\u002f|$)/]'(node) {
      context.report({ node, messageId: 'engine', data: { name: node.source.value } });
    },
    'ImportDeclaration[source.value=/^typeorm(\\u002f|$)/] > *.specifiers'(node) {
      const name = node.imported?.name;
      if (name === undefined) context.report({ node, messageId: 'namespace' });
      else if (engines.test(name)) context.report({ node, messageId: 'engine', data: { name } });
    },
    MemberExpression(node) {
      const name = node.property.name ?? node.property.value;
      if (typeof name === 'string' && doors.test(name))
        context.report({ node, messageId: 'door', data: { name } });
    },
    'CallExpression > MemberExpression.callee[property.name="save"]'(node) {
      context.report({ node, messageId: 'save' });
    },
  }),
};
