const forbidden = /(?:^|\/)(?:common|shared|utils?|helpers?|base)(?:\/|\.)|-(?:utils?|helpers?)(?:\/|\.)/;
const kebab = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** Files and folders are kebab-case, and none is named for holding whatever fits nowhere. */
export const fileName = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      kebab: '"{{name}}" is not kebab-case.',
      room: '"{{path}}": a file or folder is named after what it does; no common, shared, utils, helpers or base.',
    },
  },
  create: (context) => ({
    Program(node) {
      const path = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');
      const odd = path.split('/').find((name) => !kebab.test(name));
      if (odd !== undefined) context.report({ node, messageId: 'kebab', data: { name: odd } });
      if (forbidden.test(path)) context.report({ node, messageId: 'room', data: { path } });
    },
  }),
};
