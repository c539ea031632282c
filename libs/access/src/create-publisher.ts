import { parsePublisherName } from '#kernel';
import type { Clock } from '#kernel';
import { actorOf } from './actor-of.js';
import { requireReach } from './authorize.js';
import { tokenTooNarrow, trustIsForAdministrators } from './errors.js';
import type { AccountPrincipal } from './principal.js';
import type { Publisher, Trust } from './publisher.js';
import type { PublisherStore } from './publisher-store.js';

export interface NewPublisher {
  readonly name: string;
  readonly title: string | null;
  /** Null: untrusted, as everybody's are. */
  readonly trust: Trust | null;
}

/** Makes a publisher; its maker is the first owner. Only an administrator makes one that is trusted. */
export class CreatePublisher {
  constructor(
    private readonly publishers: PublisherStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-name`, `publisher-taken`, `trust-is-for-administrators` or `token-too-narrow`. */
  async run({ name, title, trust }: NewPublisher, caller: AccountPrincipal): Promise<Publisher> {
    const id = parsePublisherName(name);
    requireReach(caller, id);
    if (caller.plugins.length > 0) throw tokenTooNarrow(`the publisher "${id}"`, null);
    if (trust === 'trusted' && !caller.scopes.includes('admin')) throw trustIsForAdministrators();
    const now = this.clock.now();
    const publisher = { id, name, title, trust: trust ?? 'untrusted', createdAt: now };
    await this.publishers.add(publisher, caller.accountId, {
      actor: actorOf(caller),
      action: 'create-publisher',
      target: `publisher:${id}`,
      reason: null,
      details: { trust: publisher.trust },
      at: now,
    });
    return publisher;
  }
}
