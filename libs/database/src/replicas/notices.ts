/** What a committed write may have changed: something of a plugin, a publisher, a credential, a package, or a job. */
export type NoticeTopic = 'plugin' | 'publisher' | 'credential' | 'package' | 'job';

/**
 * Keys are plugin ids, publisher ids, SHA-256 digests of credentials (and ids of sessions and accounts), `npm:name` or
 * `python:name`, and ids of jobs.
 */
export type Notice = readonly [topic: NoticeTopic, key: string];

interface Listener {
  readonly changed: (key: string) => void;
  readonly everything: () => void;
}

/**
 * Tells the caches and jobs of this process what a commit changed: one of its own before the write that caused it is
 * answered, one of another replica within a second. A listener also says what to do when notices may have been missed:
 * to take everything for changed.
 */
export class Notices {
  private readonly listeners = new Map<string, Listener[]>();

  subscribe(topic: NoticeTopic, changed: (key: string) => void, everything: () => void): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), { changed, everything }]);
  }

  /** A topic that another version of the store knows and this one doesn't concerns nobody here. */
  publish([topic, key]: Notice): void {
    for (const { changed } of this.listeners.get(topic) ?? []) changed(key);
  }

  /** Some may have been missed. */
  missed(): void {
    for (const { everything } of [...this.listeners.values()].flat()) everything();
  }
}
