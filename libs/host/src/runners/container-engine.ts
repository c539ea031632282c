import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { runProgram } from '../machine/run-program.js';
import type { ProgramOutput } from '../machine/run-program.js';

export interface ContainerSettings {
  /** `auto`, or a command with its global options, e.g. `podman --runtime=runc`. */
  readonly command: string;
  /** Further options of `run`, e.g. `--ulimit=nofile=1024:1024`. */
  readonly options: readonly string[];
  /** The image where a descriptor names none; null for ours. */
  readonly image: string | null;
  readonly allowNetwork: boolean;
}

/** How these programs find their daemon or their user's session. */
const passedOn = [
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'CONTAINER_HOST',
];

/** Docker or Podman on the command line. */
export class ContainerEngine {
  private found: Promise<readonly string[]> | undefined;

  constructor(readonly settings: ContainerSettings) {}

  /** The command with its global options. Throws `container-unavailable`, which says how to get one. */
  command(signal?: AbortSignal): Promise<readonly string[]> {
    this.found ??= this.find(signal);
    this.found.catch(() => (this.found = undefined));
    return this.found;
  }

  /** Runs one of its commands to its end. */
  async execute(
    args: readonly string[],
    options: {
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal | undefined;
      readonly isTied?: boolean;
      readonly cwd?: string;
    } = {},
  ): Promise<ProgramOutput> {
    const [command = '', ...global] = await this.command(options.signal);
    return runProgram({
      command,
      args: [...global, ...args],
      environment: engineEnvironment(),
      timeoutMs: hostLimits.containerAskMs,
      ...options,
    });
  }

  imageFor(wished: string | undefined): string {
    return wished ?? this.settings.image ?? hostLimits.containerImage;
  }

  /** Whether this machine has it. */
  async has(image: string, signal?: AbortSignal): Promise<boolean> {
    return (await this.execute(['image', 'inspect', image], { signal })).code === 0;
  }

  /** The image for a descriptor's wish; fetched when this machine doesn't have it. Throws `container-unavailable`. */
  async image(wished: string | undefined, signal?: AbortSignal): Promise<string> {
    const image = this.imageFor(wished);
    if (!/^[A-Za-z0-9][A-Za-z0-9._\-/:@]{0,255}$/.test(image))
      throw unavailable(
        `"${image.slice(0, 60)}" is no name of an image`,
        'name one as "container_image" in host.json',
      );
    if (await this.has(image, signal)) return image;
    const pulled = await this.execute(['pull', '--quiet', image], {
      timeoutMs: hostLimits.containerPullMs,
      signal,
    });
    if (pulled.code !== 0)
      throw unavailable(
        `the image ${image} is not on this machine and can't be fetched: ${pulled.stderr.trim().slice(-300)}`,
        'bring the image here (`podman pull`, or `podman load` from a file), or name another as "container_image" in host.json',
      );
    return image;
  }

  /** Whether it is Podman run by a user who isn't root: then users inside are others outside unless it is told. */
  async isRootlessPodman(): Promise<boolean> {
    const [command = ''] = await this.command();
    return /(?:^|\/)podman$/.test(command) && process.getuid?.() !== 0;
  }

  private async find(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const { command } = this.settings;
    const candidates = command === 'auto' ? ['podman', 'docker'] : [command];
    const reasons: string[] = [];
    for (const candidate of candidates) {
      const words = candidate.split(/\s+/).filter(Boolean);
      const answered = await runProgram({
        command: words[0] ?? '',
        args: [...words.slice(1), 'version'],
        environment: engineEnvironment(),
        timeoutMs: hostLimits.containerAskMs,
        signal,
      }).catch((error: unknown) => ({ code: -1, stdout: '', stderr: String(error) }));
      signal?.throwIfAborted();
      if (answered.code === 0) return words;
      reasons.push(`${candidate}: ${answered.stderr.trim().split('\n').at(-1) ?? 'no answer'}`);
    }
    throw unavailable(
      reasons.join('; '),
      'install Podman (Debian: apt install podman) or Docker, or name its command as "container_command" in host.json',
    );
  }
}

const unavailable = (reason: string, remedy: string): HostError =>
  new HostError(
    'container-unavailable',
    `No container can be run (${reason.slice(0, 600)}). Untrusted plugins run in one or not at all: ${remedy}. Or an administrator of the store trusts who publishes it (\`mortise trust\`).`,
  );

export function engineEnvironment(): Readonly<Record<string, string>> {
  // eslint-disable-next-line house/no-environment -- handed on to the engine's own command, nothing is decided by it
  const all = process.env;
  return Object.fromEntries(
    passedOn.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const])),
  );
}
