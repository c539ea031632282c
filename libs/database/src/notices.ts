/** What a committed write may have changed: something of a plugin, a publisher, a credential, or a package. */
export type NoticeTopic = 'plugin' | 'publisher' | 'credential' | 'package';

type Listener = (key: string) => void;

/**
 * Tells this process's caches and jobs what a commit changed, before the write that caused it is answered. Stores
 * call `publish` from `afterCommit`; keys are plugin ids, publisher ids, SHA-256 digests of credentials, and `npm:name` or `python:name`.
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
