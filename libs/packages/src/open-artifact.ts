import type { PluginId } from '#kernel';
import type { ArtifactHolders, ArtifactHoldings } from './artifact-holdings.js';
import { artifactNotFound, artifactQuarantined } from './errors.js';

export interface ArtifactRequest {
  readonly sha256: string;
  readonly filename: string;
  /** Whether the caller may see what a plugin has that nobody approved. */
  readonly seesUnapproved: (plugin: PluginId) => Promise<boolean>;
}

export interface FoundArtifact {
  readonly size: number;
  /** Whether everyone who may read here may have it. */
  readonly isPublic: boolean;
}

/**
 * Finds an artifact for a caller. Throws `artifact-not-found` unless a release has it that the caller may see, and
 * `quarantined` when all of those are.
 */
export class OpenArtifact {
  constructor(private readonly holdings: ArtifactHoldings) {}

  async run({ sha256, filename, seesUnapproved }: ArtifactRequest): Promise<FoundArtifact> {
    const held = await this.holdings.find(sha256, filename);
    if (!held) throw artifactNotFound();
    const visible: ArtifactHolders[] = [];
    for (const holder of held.holders) {
      if (holder.approved || (await seesUnapproved(holder.plugin))) visible.push(holder);
    }
    const [first] = visible;
    if (!first) throw artifactNotFound();
    const open = visible.filter(({ quarantined }) => !quarantined);
    const withdrawn = (open.length === 0 ? first.quarantined : null) ?? held.packageQuarantined;
    if (withdrawn) throw artifactQuarantined(filename, withdrawn.reason);
    return { size: held.size, isPublic: open.some(({ approved }) => approved) };
  }
}
