import { basename } from 'node:path';

const plain = (name) => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

const types = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'];

const exportedValue = (statement) =>
  statement.type === 'ExportNamedDeclaration' && !types.includes(statement.declaration?.type)
    ? [statement.declaration ?? statement]
    : [];

/** A file whose one exported class has another name than the file is found by nobody. */
export const namedAfterExport = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { named: '"{{file}}" exports {{name}}; a file is named after what it exports.' },
  },
  create: (context) => ({
    Program(node) {
      const values = node.body.flatMap(exportedValue);
      if (values.length !== 1 || values[0].type !== 'ClassDeclaration') return;
      const [{ id }] = values;
      const file = basename(context.filename).replace(/(\.job)?\.tsx?$/, '');
      if (plain(id.name) === plain(file)) return;
      context.report({ node: id, messageId: 'named', data: { file, name: id.name } });
    },
  }),
};
