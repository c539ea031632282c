import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sha256Hex } from '#kernel';
import { HostError } from '../host-error.js';
import { hostLimits } from '../host-limits.js';
import { childEnvironment } from '../machine/child-environment.js';
import { removeTree } from '../machine/remove-tree.js';
import { backendUser } from './backend-user.js';
import { ContainerContainment } from './container-containment.js';
import { ContainerEngine, engineEnvironment } from './container-engine.js';
import type { ContainerSettings } from './container-engine.js';
import { confined, inside } from './container-options.js';
import { RunFolder } from './run-folder.js';
import { Runner } from './runner.js';
import type { BackendToRun, RunningBackend } from './runner.js';
import { shimFolder, shimSettings } from './shim-settings.js';
import { SupervisedBackend } from './supervised-backend.js';

/**
 * Runs back ends in containers: a read-only root, no capabilities, a user that isn't root, no network unless descriptor and
 * host both say so, its limits held by the kernel. It is reached by a socket in a folder that is mounted.
 */
export class ContainerRunner extends Runner {
  readonly kind = 'container';
  private readonly engine: ContainerEngine;

  constructor(settings: ContainerSettings) {
    super();
    this.engine = new ContainerEngine(settings);
  }

  async start(backend: BackendToRun, signal: AbortSignal): Promise<RunningBackend> {
    const image = await this.engine.image(backend.limits.image, signal);
    const [command = '', ...global] = await this.engine.command(signal);
    const user = containerUser(backend.cacheFolder);
    const folder = new RunFolder(backend, process.getuid?.() === 0 ? user : undefined);
    const name = `mortise-${folder.id}`;
    const options = await this.options(backend, folder, name, user);
    const child = spawn(command, [...global, 'run', ...options, image, ...shimCommand(backend)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: childEnvironment(engineEnvironment()),
      // Podman's monitor leaves a file named "oom" where it runs.
      cwd: folder.path,
    });
    const containment = new ContainerContainment(this.engine, name, folder, backend.limits);
    const running = new SupervisedBackend(child, backend, folder, containment);
    await running.ready(signal);
    try {
      await containment.check();
    } catch (error) {
      await running.stop(0);
      throw error;
    }
    return running;
  }

  async removeLeftovers(runFolder: string): Promise<void> {
    if (!existsSync(runFolder)) return;
    const names = readdirSync(runFolder).filter((one) => /^b-[0-9a-f]{16}$/.test(one));
    // A machine without containers has none left.
    const listed = await this.engine
      .execute(['ps', '--all', '--quiet', `--filter=label=mortise.host=${hostLabel(runFolder)}`])
      .catch((error: unknown) => {
        if (error instanceof HostError) return { stdout: '' };
        throw error;
      });
    for (const id of listed.stdout.split('\n').filter((line) => /^[0-9a-f]+$/.test(line))) {
      await this.engine.execute(['rm', '--force', id]);
    }
    for (const name of names) {
      if (listed.stdout !== '') await removeTree(join(runFolder, name));
    }
  }

  private async options(
    backend: BackendToRun,
    folder: RunFolder,
    name: string,
    user: number,
  ): Promise<readonly string[]> {
    const { limits } = backend;
    const { allowNetwork, options } = this.engine.settings;
    return [
      ...confined(limits, limits.processes + hostLimits.shimThreads, `${user}:${user}`, [
        { from: shimFolder, to: inside.shim },
        { from: resolve(backend.environmentFolder), to: inside.environment },
        { from: resolve(folder.given), to: inside.given },
        { from: resolve(folder.own), to: inside.own, writable: true },
        { from: resolve(backend.cacheFolder), to: inside.cache, writable: true },
      ]),
      `--name=${name}`,
      `--label=mortise.host=${hostLabel(backend.runFolder)}`,
      `--label=mortise.plugin=${backend.plugin}`,
      ...(limits.network && allowNetwork ? [] : ['--network=none']),
      ...((await this.engine.isRootlessPodman()) ? ['--userns=keep-id'] : []),
      `--workdir=${inside.own}`,
      `--env=HOME=${inside.cache}`,
      `--env=VIRTUAL_ENV=${inside.environment}`,
      ...options,
    ];
  }
}

/** Never root: the agent's own user, and for an agent that is root one of the installation's own. */
function containerUser(cacheFolder: string): number {
  mkdirSync(cacheFolder, { recursive: true });
  const own = process.getuid?.() ?? 1000;
  return own === 0 ? backendUser(cacheFolder) : own;
}

function shimCommand(backend: BackendToRun): readonly string[] {
  const places = {
    socket: `${inside.own}/s`,
    config: `${inside.given}/config.json`,
    key: `${inside.given}/key`,
    descriptor: backend.descriptorFile === undefined ? null : `${inside.given}/plugin.spec.yaml`,
    cache: inside.cache,
  };
  return [
    `${inside.environment}/bin/python`,
    '-IuB',
    `${inside.shim}/mortise_shim/serve.py`,
    JSON.stringify(shimSettings(backend, places)),
  ];
}

/** Tells the containers of one host from those of another on the same machine. */
const hostLabel = (runFolder: string): string => sha256Hex(resolve(runFolder)).slice(0, 16);
