import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../machine/remove-tree.js';
import type { BackendToRun } from './runner.js';

/**
 * The folder of one run, below the host's run folder: the socket, copies of config and key that only the back end's user
 * can read, a place for temporary files. Removed when the back end has ended.
 */
export class RunFolder {
  readonly id = randomBytes(8).toString('hex');
  readonly path: string;
  private keySeen = '';
  private known: readonly string[] = [];

  /**
   * `user`: who the files are given to; undefined where back ends run as the agent's own user. The folders that the agent goes
   * on writing into are never that user's: a link that he put there would lead root anywhere.
   */
  constructor(
    private readonly backend: BackendToRun,
    readonly user: number | undefined,
  ) {
    this.path = join(backend.runFolder, `b-${this.id}`);
    for (const folder of [this.path, this.given, this.own, this.temporary])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (user !== undefined) {
      for (const folder of [this.path, this.given]) chmodSync(folder, 0o711);
      for (const folder of [this.own, this.temporary]) chownSync(folder, user, user);
    }
    this.put('config.json', readFileSync(backend.configFile, 'utf8'));
    if (backend.descriptorFile !== undefined)
      this.put('plugin.spec.yaml', readFileSync(backend.descriptorFile, 'utf8'));
    this.followKey();
  }

  /** What it is given and only reads. */
  get given(): string {
    return join(this.path, 'in');
  }

  /** Where it works, and puts its socket. */
  get own(): string {
    return join(this.path, 'own');
  }

  get socket(): string {
    return join(this.own, 's');
  }

  get config(): string {
    return join(this.given, 'config.json');
  }

  get key(): string {
    return join(this.given, 'key');
  }

  get descriptor(): string | null {
    return this.backend.descriptorFile === undefined ? null : join(this.given, 'plugin.spec.yaml');
  }

  get temporary(): string {
    return join(this.path, 'tmp');
  }

  /** What must not be seen in a log: every key so far, and the config's secrets. The longest first. */
  get secrets(): readonly string[] {
    return this.known;
  }

  /** Hands over the key when it has changed. Called again and again while the back end runs. */
  followKey(): void {
    const found = statSync(this.backend.keyFile, { throwIfNoEntry: false });
    const seen = found ? `${found.ino} ${found.mtimeMs} ${found.size}` : 'none';
    if (seen === this.keySeen) return;
    const key = found ? readFileSync(this.backend.keyFile, 'utf8') : '';
    this.learn([key.trim()]);
    this.put('key', key);
    this.keySeen = seen;
  }

  /** What can't be removed now is found at the next start. */
  async remove(): Promise<void> {
    await removeTree(this.path);
  }

  private put(name: string, text: string): void {
    const file = join(this.given, name);
    const draft = `${file}.new`;
    rmSync(draft, { force: true });
    const descriptor = openSync(draft, 'wx', 0o400);
    try {
      writeFileSync(descriptor, text);
      if (this.user !== undefined) fchownSync(descriptor, this.user, this.user);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
    if (name === 'config.json') this.learn(secretsOf(text));
  }

  private learn(texts: readonly string[]): void {
    const known = new Set([...this.known, ...texts.filter((text) => text.length >= 4)]);
    this.known = [...known].sort((one, other) => other.length - one.length);
  }
}

/** Wherever they stand: the rows of a repeat have names of their own, and a list may be one of secrets. */
function secretsOf(text: string): readonly string[] {
  const { config = {}, secrets = [] } = JSON.parse(text) as {
    config?: Record<string, unknown>;
    secrets?: readonly string[];
  };
  const found = new Set<string>();
  const visit = (value: unknown, isSecret: boolean): void => {
    if (typeof value === 'string' && isSecret) found.add(value);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, one] of Object.entries(value)) visit(one, isSecret || secrets.includes(name));
  };
  visit(config, false);
  return [...found];
}
