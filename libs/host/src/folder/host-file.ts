import { HostError } from '../host-error.js';

/** A store's key for manifests (RFC 8037), and since when this host believes in it. */
export interface PinnedKey {
  readonly kid: string;
  /** The Ed25519 public key, base64url. */
  readonly x: string;
  readonly pinned_at: string;
  /** What is signed before then is not believed; null where nobody said. */
  readonly signs_from: string | null;
  /** How it came here: shown at `init`, given there, or announced by the store that an older key vouches for. */
  readonly origin: 'first-use' | 'given' | 'announced';
}

export type Reaction = 'stop' | 'warn';

/** What the owner decides; every one has a default. */
export interface HostSettings {
  /** What builds environments; `auto` takes uv where there is one, else pip. */
  readonly installer: 'auto' | 'uv' | 'pip';
  /** The Python that runs back ends as processes: a command or a path. */
  readonly python: string;
  /** `auto` takes podman, else docker; a command may have global options, e.g. `podman --runtime=runc`. */
  readonly container_command: string;
  /** Further options of its `run` that this machine needs, e.g. `--ulimit=nproc=1024:1024`. */
  readonly container_options: readonly string[];
  /** For untrusted plugins whose descriptor names no image. */
  readonly container_image: string | null;
  /** For single plugins, by `publisher/name`, whatever their descriptors name: such as one with packages that they ask for. */
  readonly container_images: Readonly<Record<string, string>>;
  /** Whether a plugin that asks for the network gets it in a container. */
  readonly allow_network: boolean;
  /** Where the host is reached by browsers when it is not at the agent's own address; null for that one. */
  readonly public_address: string | null;
  readonly on_yank: Reaction;
  readonly on_quarantine: Reaction;
  readonly on_revocation: Reaction;
  /** What one plugin may have at most, whatever its descriptor asks for; null leaves it to the runner's own default. */
  readonly most_memory: string | null;
  readonly most_cpu: number | null;
  readonly most_processes: number | null;
  readonly most_disk: string | null;
}

export const defaultSettings: HostSettings = {
  installer: 'auto',
  python: 'python3',
  container_command: 'auto',
  container_options: [],
  container_image: null,
  container_images: {},
  allow_network: false,
  public_address: null,
  on_yank: 'warn',
  on_quarantine: 'stop',
  on_revocation: 'stop',
  most_memory: null,
  most_cpu: null,
  most_processes: null,
  most_disk: null,
};

/** `host.json`: whose plugins these are, which store they come from, and what the owner decided. */
export interface HostFile {
  readonly schema_version: 1;
  readonly store: {
    /** Where it is reached, without a slash at the end. */
    readonly address: string;
    readonly keys: readonly PinnedKey[];
  };
  readonly host: { readonly id: string | null; readonly name: string };
  /** Tells this machine's plugin keys from those of the host's other machines. */
  readonly machine: string;
  readonly settings: HostSettings;
}

const reactions = ['stop', 'warn'];
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isCount = (value: unknown): boolean => value === null || (typeof value === 'number' && value > 0);

const rules: { [Name in keyof HostSettings]: { check: (value: unknown) => boolean; asks: string } } = {
  installer: { check: (value) => ['auto', 'uv', 'pip'].includes(String(value)), asks: 'auto, uv or pip' },
  python: { check: (value) => typeof value === 'string' && value !== '', asks: 'a command or a path' },
  container_command: {
    check: (value) => typeof value === 'string' && value !== '',
    asks: 'auto or a command',
  },
  container_options: {
    check: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
    asks: 'a list of texts',
  },
  container_image: { check: isTextOrNull, asks: 'the name of an image, or null' },
  container_images: {
    check: (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((one) => typeof one === 'string'),
    asks: 'the names of images by publisher/plugin',
  },
  allow_network: { check: (value) => typeof value === 'boolean', asks: 'true or false' },
  public_address: { check: isTextOrNull, asks: 'an http(s) address, or null' },
  on_yank: { check: (value) => reactions.includes(String(value)), asks: 'stop or warn' },
  on_quarantine: { check: (value) => reactions.includes(String(value)), asks: 'stop or warn' },
  on_revocation: { check: (value) => reactions.includes(String(value)), asks: 'stop or warn' },
  most_memory: { check: isTextOrNull, asks: 'a size such as 512Mi, or null' },
  most_cpu: { check: isCount, asks: 'a number of cores, or null' },
  most_processes: { check: isCount, asks: 'a number, or null' },
  most_disk: { check: isTextOrNull, asks: 'a size such as 2Gi, or null' },
};

/** Throws `invalid-host-file`, which names what to mend. */
export function parseHostFile(text: string, path: string): HostFile {
  const file = parseJson(text, path) as Partial<HostFile> | null;
  if (
    file?.schema_version !== 1 ||
    typeof file.store?.address !== 'string' ||
    !Array.isArray(file.store.keys)
  )
    throw invalid(path, 'it has not the members of a host: `mortise init` writes it');
  const settings = { ...defaultSettings, ...file.settings };
  for (const [name, value] of Object.entries(settings)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof HostSettings] : undefined;
    if (!rule) throw invalid(path, `there is no setting "${name}"`);
    if (!rule.check(value)) throw invalid(path, `"${name}" must be ${rule.asks}`);
  }
  return { ...(file as HostFile), settings };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, `it is no JSON (${String(error)})`);
  }
}

const invalid = (path: string, why: string): HostError =>
  new HostError('invalid-host-file', `${path} can't be used: ${why}.`);
