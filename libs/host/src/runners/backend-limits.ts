import { hostLimits } from '../host-limits.js';

/** What a back end may have at most. Bytes, cores, milliseconds. */
export interface BackendLimits {
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Processes and threads together. */
  readonly processes: number;
  /** Of all files that it keeps: its cache, its temporary ones, deleted ones that it has open. */
  readonly diskBytes: number;
  readonly openFiles: number;
  /** For one call. */
  readonly callTimeoutMs: number;
  /** Whether the descriptor asks for the network; the host has to allow it too. */
  readonly network: boolean;
  /** The container image that the descriptor asks for, or that the host has for this plugin. */
  readonly image?: string;
}

/** What this host gives a plugin that asks for nothing, and what it gives at most. */
export interface LimitBounds {
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  readonly diskBytes: number;
  readonly callTimeoutMs: number;
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};
const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

/**
 * Reads `runtime` as the manifest has it (a descriptor's words: `512Mi`, `500m`, `30s`) into limits, each
 * at most what the host gives. What isn't said, or isn't understood by this version, is the host's default.
 */
export function readBackendLimits(
  runtime: Readonly<Record<string, unknown>>,
  most: LimitBounds = hostLimits.backendMost,
): BackendLimits {
  const usual = hostLimits.backendUsual;
  const within = (asked: number | undefined, key: keyof LimitBounds): number =>
    Math.min(asked !== undefined && asked > 0 ? asked : Math.min(usual[key], most[key]), most[key]);
  return {
    memoryBytes: Math.floor(within(readBytes(runtime['memory']), 'memoryBytes')),
    cpus: within(readCores(runtime['cpu']), 'cpus'),
    processes: Math.floor(within(readNumber(runtime['processes']), 'processes')),
    diskBytes: Math.floor(within(readBytes(runtime['disk']), 'diskBytes')),
    openFiles: hostLimits.backendOpenFiles,
    callTimeoutMs: within(readDurationMs(runtime['timeout']), 'callTimeoutMs'),
    network: asksForNetwork(runtime['network']),
    ...(typeof runtime['image'] === 'string' ? { image: runtime['image'] } : {}),
  };
}

const readNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function readBytes(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s?([kmgt]i?)?b?$/i.exec(value) : null;
  if (!parts) return readNumber(value);
  return Number(parts[1]) * (byteUnits[(parts[2] ?? '').toLowerCase()] ?? 1);
}

function readCores(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(m?)$/.exec(value) : null;
  if (!parts) return readNumber(value);
  return Number(parts[1]) / (parts[2] === 'm' ? 1000 : 1);
}

function readDurationMs(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s?(ms|s|m|h)$/.exec(value) : null;
  if (parts) return Number(parts[1]) * (milliseconds[parts[2] ?? 's'] ?? 1e3);
  const seconds = readNumber(value);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** `true`, `yes` or a list of hosts ask for it; hosts are not told apart by any runner, which the docs say. */
function asksForNetwork(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value === true || (typeof value === 'string' && !/^(?:no|none|off|false)$/i.test(value));
}
