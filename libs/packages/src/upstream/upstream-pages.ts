import type { PackageSide } from '../package-side.js';
import type { PageForm } from './upstream.js';

export interface PageKey {
  readonly side: PackageSide;
  readonly name: string;
  readonly form: PageForm;
}

/** What upstream last said of a name. */
export interface KeptAnswer {
  /** As `packPage` made it; null: upstream has no such name. */
  readonly page: Buffer | null;
  readonly etag: string | null;
  /** When upstream last said that this is what it has; milliseconds since the epoch. */
  readonly checkedAt: number;
}

/** Keeps what upstream said. What is lost with the machine's power is asked for again. */
export abstract class UpstreamPages {
  abstract find(key: PageKey): Promise<KeptAnswer | undefined>;
  /** Whether upstream was seen to have the name, in any form. */
  abstract isKept(side: PackageSide, name: string): Promise<boolean>;
  abstract keep(key: PageKey, answer: KeptAnswer): Promise<void>;
  /** Upstream says that what is kept still holds. */
  abstract confirm(key: PageKey, checkedAt: number): Promise<void>;
}
