import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { hasNothingFromUpstream } from './upstream-errors.js';
import { readPackument } from './read-packument.js';
import { readSimplePage } from './read-simple-page.js';
import { SingleFlight } from './single-flight.js';
import type { Upstream, UpstreamAnswer } from './upstream.js';
import { packPage } from './upstream-page.js';
import type { KeptAnswer, PageKey, UpstreamPages } from './upstream-pages.js';

/** What upstream has of a name, as of `checkedAt`. */
export interface CurrentPage {
  /** As `packPage` made it; null: upstream has no such name. */
  readonly page: Buffer | null;
  readonly checkedAt: number;
  readonly freshUntil: number;
  /** Upstream should have been asked again, and did not answer. */
  readonly stale: boolean;
}

/**
 * The index pages of upstream: kept, answered with while they are fresh, then revalidated; one question to upstream
 * however many ask at once. Where it doesn't answer, or takes long, what is kept is answered with.
 */
export class CurrentPages {
  private readonly flights = new SingleFlight<KeptAnswer>();

  constructor(
    private readonly upstream: Upstream,
    private readonly pages: UpstreamPages,
    private readonly clock: Clock,
    private readonly freshMs: number,
  ) {}

  /**
   * Undefined where upstream is off and nothing was kept. `notBefore`: what was said earlier is not fresh enough. Throws
   * `upstream-unreachable` where there is no page to fall back on.
   */
  async get(key: PageKey, via: string, notBefore = 0): Promise<CurrentPage | undefined> {
    const kept = await this.pages.find(key);
    if (kept && kept.checkedAt >= notBefore && this.freshUntil(kept) > this.clock.now())
      return this.current(kept);
    if (!(await this.upstream.isOn(key.side))) return kept?.page ? this.stale(kept) : undefined;
    const asked = this.flights.run(`${key.side} ${key.form} ${key.name}`, () => this.ask(key, kept, via));
    if (!kept?.page) return this.current(await asked);
    try {
      const answer = await this.upstream.within(limits.upstreamPatienceMs, asked);
      return answer ? this.current(answer) : this.stale(kept);
    } catch (error) {
      if (hasNothingFromUpstream(error)) return this.stale(kept);
      throw error;
    }
  }

  /** What was said of the name before, however long ago. */
  kept(key: PageKey): Promise<KeptAnswer | undefined> {
    return this.pages.find(key);
  }

  private async ask(key: PageKey, kept: KeptAnswer | undefined, via: string): Promise<KeptAnswer> {
    const etag = kept?.page ? kept.etag : null;
    const answer = await this.upstream.page({ ...key, etag, via });
    const checkedAt = this.clock.now();
    if (answer.kind === 'unchanged' && kept) {
      await this.pages.confirm(key, checkedAt);
      return { ...kept, checkedAt };
    }
    const said = { ...pageIn(answer, key), checkedAt };
    await this.pages.keep(key, said);
    return said;
  }

  private freshUntil({ page, checkedAt }: KeptAnswer): number {
    return checkedAt + (page ? this.freshMs : Math.min(this.freshMs, limits.upstreamAbsentFreshMs));
  }

  private current(kept: KeptAnswer): CurrentPage {
    return { page: kept.page, checkedAt: kept.checkedAt, freshUntil: this.freshUntil(kept), stale: false };
  }

  private stale({ page, checkedAt }: KeptAnswer): CurrentPage {
    return { page, checkedAt, freshUntil: this.clock.now() + limits.upstreamAwayMs, stale: true };
  }
}

function pageIn(answer: UpstreamAnswer, { name, form }: PageKey): Pick<KeptAnswer, 'page' | 'etag'> {
  if (answer.kind !== 'page') return { page: null, etag: null };
  const page =
    form === 'simple'
      ? readSimplePage(answer.body, name, answer)
      : readPackument(answer.body, name, form, answer.address);
  return { page: packPage(page), etag: answer.etag };
}
