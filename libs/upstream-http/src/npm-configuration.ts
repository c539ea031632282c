import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseNpmrc } from './npmrc.js';
import { readTextFile } from './read-text-file.js';
import { basicAuthorization, environmentProxies, parseAddress, toHosts } from './registry.js';
import type { ConnectionSettings, Environment, Registry } from './registry.js';
import { runCommand } from './run-command.js';

/** Keys as npm names them, with values as text. */
type Values = ReadonlyMap<string, string>;

/** What npm on this machine is configured to use. */
export interface NpmConfiguration {
  /** Undefined where npm isn't there and nothing else names one. */
  readonly registry: Registry | undefined;
  /** By scope, with its `@`. */
  readonly scopes: ReadonlyMap<string, Registry>;
}

/** Asks npm, and reads what npm doesn't tell: credentials. */
export async function readNpmConfiguration(environment: Environment): Promise<NpmConfiguration> {
  const ofMachine = withoutProject(environment, await projectValues(environment));
  const told = await askNpm(ofMachine);
  const files = await fileValues(ofMachine, told);
  const values: Values = new Map([...files, ...environmentValues(ofMachine), ...told]);
  const connection = await connectionOf(values, ofMachine);
  const toRegistry = (written: string | undefined) => registryAt(written, values, connection);
  const scopes = [...values].flatMap(([key, written]) => {
    const scope = /^(@[^:/]+):registry$/.exec(key)?.[1];
    const registry = scope === undefined ? undefined : toRegistry(written);
    return scope === undefined || registry === undefined ? [] : [[scope, registry] as const];
  });
  return { registry: toRegistry(values.get('registry')), scopes: new Map(scopes) };
}

/** Credentials, certificates and proxies that npm on this machine would use for a registry at that address. */
export async function npmRegistryAt(
  address: string,
  environment: Environment,
): Promise<Registry | undefined> {
  const values: Values = new Map([
    ...(await fileValues(environment, new Map())),
    ...environmentValues(environment),
  ]);
  return registryAt(address, values, await connectionOf(values, environment));
}

/**
 * npm hands on to its scripts what it is configured to, the project that it runs in included; other package managers
 * hand on registries of their own. Neither is what this machine is configured to use.
 */
function withoutProject(environment: Environment, project: Values): Environment {
  if (environment.npm_lifecycle_event === undefined) return environment;
  const isByNpm = environment.npm_config_user_agent?.startsWith('npm/') ?? false;
  const kept = Object.entries(environment).filter(([name, value]) => {
    if (!name.startsWith('npm_config_')) return true;
    if (name === 'npm_config_registry' && !isByNpm) return false;
    return ![...project].some(([key, written]) => variableOf(key) === name && isSame(written, value ?? ''));
  });
  return Object.fromEntries(kept);
}

const variableOf = (key: string): string => `npm_config_${key.replaceAll('-', '_')}`;

const isSame = (a: string, b: string): boolean => a.replace(/\/+$/, '') === b.replace(/\/+$/, '');

async function projectValues(environment: Environment): Promise<Values> {
  const folder = environment.npm_config_local_prefix;
  const text = folder === undefined ? undefined : await readTextFile(join(folder, '.npmrc'));
  return parseNpmrc(text ?? '', environment);
}

async function askNpm(environment: Environment): Promise<Values> {
  const words = ['config', 'list', '--json'];
  const script = environment.npm_execpath;
  const output =
    (await runCommand('npm', words, environment)) ??
    (script?.endsWith('npm-cli.js')
      ? await runCommand(process.execPath, [script, ...words], environment)
      : undefined);
  return new Map(Object.entries(parseObject(output)).flatMap(([key, value]) => toEntry(key, value)));
}

function toEntry(key: string, value: unknown): [key: string, value: string][] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value === 'boolean' || typeof value === 'number') return [[key, String(value)]];
  if (!Array.isArray(value) || value.length === 0) return [];
  return [[key, value.map(String).join(key === 'ca' ? '\n' : ',')]];
}

function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The person's file is stronger than the machine's. */
async function fileValues(environment: Environment, told: Values): Promise<Values> {
  const own = environmentValues(environment);
  const besideNode = join(dirname(dirname(process.execPath)), 'etc', 'npmrc');
  const global = told.get('globalconfig') ?? own.get('globalconfig') ?? besideNode;
  const user =
    told.get('userconfig') ?? own.get('userconfig') ?? join(environment.HOME ?? homedir(), '.npmrc');
  const texts = await Promise.all([global, user].map(readTextFile));
  return new Map(texts.flatMap((text) => [...parseNpmrc(text ?? '', environment)]));
}

/** `npm_config_strict_ssl`, in any case, is `strict-ssl`. */
function environmentValues(environment: Environment): Values {
  const values = Object.entries(environment).flatMap(([name, value]) => {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1];
    if (key === undefined || value === undefined || value === '') return [];
    const isAddressed = key.startsWith('//') || key.startsWith('@');
    return [[isAddressed ? key : key.toLowerCase().replaceAll('_', '-'), value] as const];
  });
  return new Map(values);
}

async function connectionOf(values: Values, environment: Environment): Promise<ConnectionSettings> {
  const proxies = environmentProxies(environment);
  const file = values.get('cafile');
  const pem = values.get('ca') ?? (file ? await readTextFile(file) : undefined);
  const noProxy = values.get('noproxy');
  return {
    ca: pem ? [pem] : null,
    verifies: values.get('strict-ssl') !== 'false',
    httpProxy: addressOrNull(values.get('proxy')) ?? proxies.httpProxy,
    httpsProxy:
      addressOrNull(values.get('https-proxy')) ?? addressOrNull(values.get('proxy')) ?? proxies.httpsProxy,
    noProxy: noProxy ? toHosts(noProxy) : proxies.noProxy,
  };
}

const addressOrNull = (written: string | undefined): string | null =>
  written !== undefined && /^https?:\/\//.test(written) ? written : null;

function registryAt(
  written: string | undefined,
  values: Values,
  connection: ConnectionSettings,
): Registry | undefined {
  const parsed = written === undefined ? undefined : parseAddress(written);
  if (parsed === undefined) return undefined;
  const authorization = parsed.authorization ?? authorizationFor(parsed.address, values);
  const { address } = parsed;
  return { address, authorization, authorizedBelow: address, connection };
}

/** By the longest part of the address that the configuration has credentials for: `//host/path/:_authToken`. */
function authorizationFor(address: string, values: Values): string | null {
  const { host, pathname } = new URL(address);
  for (let path = pathname; ; path = path.replace(/[^/]*\/$/, '')) {
    const of = (name: string) =>
      values.get(`//${host}${path}:${name}`) ?? values.get(`//${host}${path.slice(0, -1)}:${name}`);
    const token = of('_authToken');
    if (token) return `Bearer ${token}`;
    const basic = of('_auth');
    if (basic) return `Basic ${basic}`;
    const username = of('username');
    const password = of('_password');
    if (username && password) {
      return basicAuthorization(username, Buffer.from(password, 'base64').toString('utf8'));
    }
    if (path === '/') return null;
  }
}
