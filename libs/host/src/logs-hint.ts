/** Where all that a plugin's back ends said can be read, as a sentence without its full stop. */
export const logsHint = (plugin: string): string => `\`mortise logs ${plugin}\` shows what it said`;
