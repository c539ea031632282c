import type { PackageSide } from '#packages';
import { npmRegistryAt, readNpmConfiguration } from './npm-configuration.js';
import { pipIndexAt, readPipConfiguration } from './pip-configuration.js';
import type { Environment, Registry } from './registry.js';

export interface RegistrySettings {
  /** An address, `off`, or null for what the machine is configured to use. */
  readonly addresses: Readonly<Record<PackageSide, string | null>>;
  readonly environment: Environment;
  /** Where this store is reached itself, as far as is known by now. */
  readonly ownAddresses: () => readonly string[];
  /** Told of every fetch, and of what is odd; hosts and paths only, never credentials. */
  readonly report: (level: 'info' | 'warn', facts: Record<string, unknown>, message: string) => void;
}

/** A registry that one side's packages come from. */
export interface UpstreamSide {
  readonly side: PackageSide;
  readonly registry: Registry;
}

interface Found {
  readonly main: UpstreamSide | undefined;
  /** npm's, by scope. */
  readonly scopes: ReadonlyMap<string, UpstreamSide>;
}

const none: Found = { main: undefined, scopes: new Map() };

/** Finds out once, when it is first needed, which registries there are. A store is never its own upstream. */
export class Registries {
  private readonly found = new Map<PackageSide, Promise<Found>>();
  private readonly off = new Set<PackageSide>();

  constructor(private readonly settings: RegistrySettings) {
    for (const side of ['npm', 'python'] as const) {
      const address = settings.addresses[side];
      if (address !== null && address !== 'off' && this.isOwn(address)) this.turnOff(side);
    }
  }

  /** The registry for that name; without one, the side's. */
  async of(side: PackageSide, name = ''): Promise<UpstreamSide | undefined> {
    if (this.off.has(side)) return undefined;
    const finding = this.found.get(side) ?? this.find(side);
    this.found.set(side, finding);
    const { main, scopes } = await finding;
    const scoped = name.startsWith('@') ? scopes.get(name.slice(0, name.indexOf('/'))) : undefined;
    const chosen = scoped ?? main;
    if (chosen === undefined || this.off.has(side)) return undefined;
    if (!this.isOwn(chosen.registry.address)) return chosen;
    this.turnOff(side);
    return undefined;
  }

  mayBeOn(side: PackageSide): boolean {
    return this.settings.addresses[side] !== 'off' && !this.off.has(side);
  }

  isOff({ side }: UpstreamSide): boolean {
    return this.off.has(side);
  }

  /** To be told that the side's upstream is this very store. */
  turnOff(side: PackageSide): void {
    if (this.off.has(side)) return;
    this.off.add(side);
    this.settings.report(
      'warn',
      { side, setting: settingOf(side) },
      'the upstream of this store is the store itself: nothing is fetched for that side until another is set',
    );
  }

  private async find(side: PackageSide): Promise<Found> {
    const written = this.settings.addresses[side];
    if (written === 'off') return none;
    const found = side === 'npm' ? await this.findNpm(written) : await this.findPython(written);
    if (found.main === undefined) {
      this.off.add(side);
      this.settings.report(
        'warn',
        { side, setting: settingOf(side) },
        'no upstream: nothing on this machine says where packages come from',
      );
    } else {
      const { host, pathname } = new URL(found.main.registry.address);
      const proxied = found.main.registry.connection.httpsProxy !== null;
      this.settings.report('info', { side, host, path: pathname, proxied }, 'upstream found');
    }
    return found;
  }

  private async findNpm(written: string | null): Promise<Found> {
    const { environment } = this.settings;
    if (written !== null) return { ...none, main: toSide('npm', await npmRegistryAt(written, environment)) };
    const { registry, scopes } = await readNpmConfiguration(environment);
    return {
      main: toSide('npm', registry),
      scopes: new Map([...scopes].map(([scope, own]) => [scope, { side: 'npm', registry: own }])),
    };
  }

  private async findPython(written: string | null): Promise<Found> {
    const { environment } = this.settings;
    if (written !== null) return { ...none, main: toSide('python', await pipIndexAt(written, environment)) };
    const { index, passedOver } = await readPipConfiguration(environment);
    if (passedOver > 0) {
      this.settings.report(
        'warn',
        { side: 'python', passedOver },
        'pip is configured with extra indexes; the store fetches from the main one only',
      );
    }
    return { ...none, main: toSide('python', index) };
  }

  private isOwn(address: string): boolean {
    return this.settings.ownAddresses().some((own) => isBelow(address, own));
  }
}

const settingOf = (side: PackageSide): string => `MORTISE_UPSTREAM_${side.toUpperCase()}`;

const toSide = (side: PackageSide, registry: Registry | undefined): UpstreamSide | undefined =>
  registry === undefined ? undefined : { side, registry };

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::]']);

/** Whether the address is the store's at `own`, or below it; a machine's names for itself are one. */
function isBelow(address: string, own: string): boolean {
  const [a, b] = [new URL(address), new URL(own)];
  const isSameHost = a.hostname === b.hostname || (loopback.has(a.hostname) && loopback.has(b.hostname));
  const isSamePort = portOf(a) === portOf(b);
  const folder = b.pathname.endsWith('/') ? b.pathname : `${b.pathname}/`;
  return isSameHost && isSamePort && `${a.pathname}/`.startsWith(folder);
}

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');
