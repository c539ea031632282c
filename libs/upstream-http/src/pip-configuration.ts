import { homedir } from 'node:os';
import { join } from 'node:path';
import { findInNetrc } from './netrc.js';
import { readTextFile } from './read-text-file.js';
import { basicAuthorization, environmentProxies, parseAddress } from './registry.js';
import type { Environment, Registry } from './registry.js';
import { runCommand } from './run-command.js';

/** pip's long options, without dashes before them; those of `install` and the environment are stronger. */
type Options = ReadonlyMap<string, string>;

export interface PipConfiguration {
  /** Undefined where there is no pip and nothing else names an index, or pip uses none. */
  readonly index: Registry | undefined;
  /** Further indexes, which pip looks into and the store does not. */
  readonly passedOver: number;
}

const pips = [['pip'], ['pip3'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']] as const;

/** Asks pip; where there is none, reads what pip would read. */
export async function readPipConfiguration(environment: Environment): Promise<PipConfiguration> {
  const { options, standard } = (await askPip(environment)) ?? {
    options: await readOptions(environment),
    standard: undefined,
  };
  const written = isOn(options.get('no-index')) ? undefined : (options.get('index-url') ?? standard);
  const index = written === undefined ? undefined : await indexAt(written, options, environment);
  return { index, passedOver: (options.get('extra-index-url') ?? '').split(/\s+/).filter(Boolean).length };
}

/** Credentials, certificates and proxies that pip on this machine would use for an index at that address. */
export async function pipIndexAt(address: string, environment: Environment): Promise<Registry | undefined> {
  return await indexAt(address, await readOptions(environment), environment);
}

const isOn = (written: string | undefined): boolean => /^(?:1|true|yes|on)$/i.test(written ?? '');

async function askPip(
  environment: Environment,
): Promise<{ readonly options: Options; readonly standard: string | undefined } | undefined> {
  for (const [command, ...words] of pips) {
    const [list, help] = await Promise.all([
      runCommand(command, [...words, 'config', 'list'], environment),
      // Wide enough that no address is broken across lines.
      runCommand(command, [...words, 'install', '--help'], { ...environment, COLUMNS: '400' }),
    ]);
    if (list === undefined) continue;
    const standard = /--index-url.*?\(default\s+(https?:\/\/[^\s)]+)\)/s.exec(help ?? '')?.[1];
    return { options: parsePipList(list), standard };
  }
  return undefined;
}

/** `global.index-url='…'`, as `pip config list` writes it. */
function parsePipList(text: string): Options {
  const lines = [...text.matchAll(/^(\S+?)\.([a-z][a-z-]*)=(['"])(.*)\3$/gm)].map(
    ([, section = '', name = '', , value = '']) => ({ section, name, value: unescaped(value) }),
  );
  return inOrder(lines);
}

const unescaped = (text: string): string => text.replace(/\\n/g, '\n').replace(/\\(['"\\])/g, '$1');

/** Of the sections that count, the last is the strongest. */
function inOrder(
  lines: readonly { readonly section: string; readonly name: string; readonly value: string }[],
): Options {
  const of = (section: string) =>
    lines.filter((line) => line.section === section).map(({ name, value }) => [name, value] as const);
  return new Map([...of('global'), ...of('install'), ...of(':env:')]);
}

async function readOptions(environment: Environment): Promise<Options> {
  const home = environment.HOME ?? homedir();
  const file = environment.PIP_CONFIG_FILE;
  const venv = environment.VIRTUAL_ENV;
  const paths = [
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    ...(venv === undefined ? [] : [join(venv, 'pip.conf')]),
    ...(file === undefined ? [] : [file]),
  ];
  // pip's own way of saying "no files".
  const texts = file === '/dev/null' ? [] : await Promise.all(paths.map(readTextFile));
  const variables = Object.entries(environment).flatMap(([name, value]) => {
    const option = /^PIP_([A-Z_]+)$/.exec(name)?.[1];
    if (option === undefined || value === undefined || value === '') return [];
    return [{ section: ':env:', name: option.toLowerCase().replaceAll('_', '-'), value }];
  });
  return inOrder([...texts.flatMap((text) => parsePipConfig(text ?? '')), ...variables]);
}

/** An INI file; lines that begin with white space continue the value before them. */
function parsePipConfig(text: string): { section: string; name: string; value: string }[] {
  const lines: { section: string; name: string; value: string }[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const last = lines.at(-1);
    const [, header] = /^\[([^\]]+)\]/.exec(line) ?? [];
    const [, name, value = ''] = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    if (header !== undefined) section = header;
    else if (name !== undefined)
      lines.push({ section, name: name.toLowerCase().replaceAll('_', '-'), value: value.trim() });
    else if (last !== undefined && /^\s/.test(line)) last.value = `${last.value}\n${line.trim()}`.trim();
  }
  return lines;
}

async function indexAt(
  written: string,
  options: Options,
  environment: Environment,
): Promise<Registry | undefined> {
  const parsed = parseAddress(written);
  if (parsed === undefined) return undefined;
  const { address } = parsed;
  const { hostname, host } = new URL(address);
  const proxies = environmentProxies(environment);
  const proxy = options.get('proxy') ?? null;
  const cert = options.get('cert') ?? environment.REQUESTS_CA_BUNDLE ?? environment.CURL_CA_BUNDLE;
  const pem = cert ? await readTextFile(cert) : undefined;
  const trusted = (options.get('trusted-host') ?? '').split(/\s+/);
  return {
    address,
    authorization: parsed.authorization ?? (await netrcAuthorization(hostname, environment)),
    authorizedBelow: `${new URL(address).origin}/`,
    connection: {
      ca: pem === undefined ? null : [pem],
      verifies: !trusted.includes(hostname) && !trusted.includes(host),
      ...proxies,
      ...(proxy === null ? {} : { httpProxy: proxy, httpsProxy: proxy }),
    },
  };
}

async function netrcAuthorization(hostname: string, environment: Environment): Promise<string | null> {
  const path = environment.NETRC ?? join(environment.HOME ?? homedir(), '.netrc');
  const found = findInNetrc((await readTextFile(path)) ?? '', hostname);
  return found === undefined ? null : basicAuthorization(found.login, found.password);
}
