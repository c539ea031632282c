import { defineCommand } from '../cli-command.js';

/** Says as whom the store takes the caller. */
export const whoami = defineCommand({
  name: 'whoami',
  group: 'Account',
  summary: 'say who is signed in, and to which publishers they belong',
  examples: ['mortise whoami', 'mortise whoami --json'],
  run: async (context) => {
    const store = await context.signedInStore();
    const account = await store.call('accountMe', {}, { signal: context.signal });
    const { username, roles, publishers } = account;
    context.output.result({ store: store.address, username, roles, publishers }, [
      `${username} at ${store.address}`,
      ...(roles.length > 0 ? [`Roles: ${roles.join(', ')}`] : []),
      ...(publishers.length > 0
        ? [`Publishers: ${publishers.map(({ publisher, role }) => `${publisher} (${role})`).join(', ')}`]
        : ['Publishers: none']),
    ]);
  },
});
