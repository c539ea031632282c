import type { Clock } from '#kernel';
import { actorOf } from './actor-of.js';
import { publisherNotFound } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { Trust } from './publisher.js';
import type { PublisherStore } from './publisher-store.js';

/** Says whether a publisher's releases are trusted, those that were overruled one by one excepted. */
export class SetPublisherTrust {
  constructor(
    private readonly publishers: PublisherStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `publisher-not-found`. */
  async run(id: string, trust: Trust, reason: string, caller: AccountPrincipal): Promise<void> {
    const publisher = await this.publishers.find(id);
    if (!publisher) throw publisherNotFound(id);
    await this.publishers.setTrust(id, trust, {
      actor: actorOf(caller),
      action: 'set-publisher-trust',
      target: `publisher:${id}`,
      reason,
      details: { trust, before: publisher.trust },
      at: this.clock.now(),
    });
  }
}
