import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { NpmSearchIndex } from '#packages';
import type { NpmSearchQuery, PackageIndex } from '#packages';

/**
 * Keeps npm's search in step with the packages: all of them are read when somebody first searches, and from then on
 * those that a commit changed, before the next search is answered.
 */
export class NpmSearch {
  private readonly index = new NpmSearchIndex();
  private readonly changed = new Set<string>();
  private readonly answers = new Map<string, string>();
  private bringing: Promise<void> | undefined;
  private isLoaded = false;
  private loads = 0;

  constructor(
    private readonly packages: PackageIndex,
    private readonly clock: Clock,
  ) {}

  /** The answer in JSON: from memory where the same was asked since the last change. */
  answer(query: NpmSearchQuery): string | Promise<string> {
    if (this.isLoaded && this.changed.size === 0) return this.find(query);
    return this.catchUp().then(() => this.find(query));
  }

  /** To be told of every commit that may have changed something of the package: `npm:name`. */
  forget(subject: string): void {
    if (subject.startsWith('npm:')) this.changed.add(subject.slice('npm:'.length));
  }

  /** To be told when commits may have been missed. */
  forgetAll(): void {
    this.isLoaded = false;
    this.loads += 1;
    for (const name of this.index.names) this.changed.add(name);
  }

  private find(query: NpmSearchQuery): string {
    const key = JSON.stringify(query);
    const kept = this.answers.get(key);
    if (kept !== undefined) return kept;
    const answer = this.index.answer(query, new Date(this.clock.now()).toISOString());
    if (answer.length > limits.npmSearchAnswerBytesKept) return answer;
    if (this.answers.size >= limits.npmSearchAnswersKept) this.answers.clear();
    this.answers.set(key, answer);
    return answer;
  }

  private catchUp(): Promise<void> {
    this.bringing ??= this.bring().finally(() => (this.bringing = undefined));
    return this.bringing;
  }

  private async bring(): Promise<void> {
    while (!this.isLoaded) await this.load();
    while (this.changed.size > 0) {
      const names = [...this.changed];
      this.changed.clear();
      for (const name of names) await this.refresh(name);
    }
    this.answers.clear();
  }

  private async load(): Promise<void> {
    const load = this.loads;
    let after = '';
    while (this.index.size < limits.npmSearchPackages) {
      const names = await this.packages.names('npm', after, limits.npmSearchPackagesPerPage);
      for (const name of names) await this.refresh(name);
      const last = names.at(-1);
      if (last === undefined) break;
      after = last;
    }
    this.isLoaded = load === this.loads;
  }

  private async refresh(name: string): Promise<void> {
    const found = await this.packages.find('npm', name);
    if (typeof found?.publisher !== 'string') this.index.remove(name);
    else if (this.index.size < limits.npmSearchPackages) this.index.put(found);
  }
}
