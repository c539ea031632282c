/** What a committed write may have changed: something of a plugin, a publisher, or a credential. */
export type NoticeTopic = 'plugin' | 'publisher' | 'credential';

type Listener = (key: string) => void;

/**
 * Tells this process's caches and jobs what a commit changed, before the write that caused it is answered. Stores
 * call `publish` from `afterCommit`; keys are plugin ids, publisher ids, and SHA-256 digests of credentials.
 */
export class Notices {
  private readonly listeners = new Map<NoticeTopic, Listener[]>();

  subscribe(topic: NoticeTopic, listener: Listener): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  publish(topic: NoticeTopic, key: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(key);
  }
}
