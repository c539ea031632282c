import { onOneLine } from '#host';

/** Why a back end did not come up, on one line, and where all that it said can be read. */
export const whyFailed = (message: string, whole: string): string =>
  `${onOneLine(message)} (${whole} shows what it said)`;

export const logsOf = (plugin: string): string => `\`mortise logs ${plugin}\``;
