import type { Environment } from './registry.js';

/** The keys of an npmrc file; of a key that comes twice, the last. `${NAME}` stands for a variable of the environment. */
export function parseNpmrc(text: string, environment: Environment): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (/^\s*(?:[;#[]|$)/.test(line) || equals === -1) continue;
    const key = expanded(line.slice(0, equals).trim(), environment);
    values.set(key, expanded(unquoted(line.slice(equals + 1).trim()), environment));
  }
  return values;
}

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;

/** npm leaves the text as it is where there is no such variable; `${NAME?}` is then empty. */
function expanded(text: string, environment: Environment): string {
  return text.replace(/\$\{([^${}?]+)(\?)?\}/g, (whole: string, name: string, optional?: string) => {
    return environment[name] ?? (optional === undefined ? whole : '');
  });
}
