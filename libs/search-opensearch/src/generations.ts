import { limits } from '#kernel';
import { searchIndexLost } from '#search';
import { Generation } from './generation.js';
import type { IndexNames } from './index-names.js';
import { EngineRefusal } from './opensearch-connection.js';
import type { OpenSearchConnection } from './opensearch-connection.js';

type Aliases = Readonly<Record<string, { readonly aliases: Readonly<Record<string, unknown>> }>>;

/** What there is of a layout. */
export interface Standing {
  /** The one that searches go to; undefined where there is none. */
  readonly current: Generation | undefined;
  /** Whether both of its indices are there. */
  readonly isWhole: boolean;
  readonly building: readonly Generation[];
  /** All of them, whatever they are for; the oldest first. */
  readonly numbers: readonly number[];
}

/** Knows which generations there are, and puts one in the place of another. */
export class Generations {
  readonly #known = new Map<number, Generation>();
  /** Since when those that don't say when they were last seen have been silent here, by their index of plugins. */
  readonly #silentSince = new Map<string, number>();

  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
  ) {}

  /** Asked afresh before every write, since another process may have begun to build one. */
  async standing(): Promise<Standing> {
    const found = await this.#aliases(`${this.names.plugins}-*,${this.names.terms}-*`);
    const numbered = Object.entries(found)
      .flatMap(([index, { aliases }]) => {
        const number = this.names.numberOf(index);
        return number === undefined ? [] : [{ number, aliases: Object.keys(aliases) }];
      })
      .sort((left, right) => left.number - right.number);
    const having = (alias: string) =>
      numbered.filter(({ aliases }) => aliases.includes(alias)).map(({ number }) => this.generation(number));
    const current = having(this.names.plugins).at(-1);
    return {
      current,
      isWhole: current !== undefined && current.names.terms in found,
      building: having(this.names.building),
      numbers: numbered.map(({ number }) => number),
    };
  }

  generation(number: number): Generation {
    let known = this.#known.get(number);
    if (known === undefined) {
      known = new Generation(this.connection, this.names.generation(number));
      this.#known.set(number, known);
    }
    return known;
  }

  /**
   * Those that a change must come to: the one that searches go to, and all that are being built. Refused where the
   * current one, or half of it, is gone: a change that made it anew would say that it holds all those before, too.
   */
  async targets(): Promise<readonly Generation[]> {
    const standing = await this.standing();
    if (!standing.isWhole && this.#known.size > 0) throw searchIndexLost();
    return [...standing.building, await this.#whole(standing)];
  }

  /** The one that searches go to; made, with nothing in it, where there is none, and completed where half of it is gone. */
  async current(): Promise<Generation> {
    return this.#whole(await this.standing());
  }

  /** Any number of processes may do so at once, and be killed at any moment. */
  async #whole({ current, isWhole, numbers }: Standing): Promise<Generation> {
    if (current !== undefined && isWhole) return current;
    const generation = current ?? this.generation((numbers.at(-1) ?? 0) + 1);
    await generation.complete({ plugins: [this.names.plugins], terms: [this.names.terms] });
    return generation;
  }

  /** Begins another generation beside the current one. Its number is never used again, so that a builder that slept can't finish what is another's. */
  async begin(sequence: number): Promise<Generation> {
    const { numbers } = await this.standing();
    const generation = this.generation(Math.max(Date.now(), (numbers.at(-1) ?? 0) + 1));
    await generation.create(sequence, { plugins: [this.names.building], terms: [] });
    return generation;
  }

  /** Lets searches go to another generation from now on, in one step. */
  async swap({ names }: Generation): Promise<void> {
    const { plugins, terms, building } = this.names;
    const { current: previous } = await this.standing();
    const actions = [
      { remove: { index: `${plugins}-*`, alias: plugins, must_exist: false } },
      { remove: { index: `${terms}-*`, alias: terms, must_exist: false } },
      { add: { index: names.plugins, alias: plugins } },
      { add: { index: names.terms, alias: terms } },
      { remove: { index: names.plugins, alias: building, must_exist: false } },
    ];
    await this.connection.send({ method: 'POST', path: '/_aliases', body: { actions } });
    // Searches that are under way still look at it: it stays a while longer.
    await previous?.reach((await previous.progress())?.sequence ?? 0);
  }

  /** Deletes what no search goes to and nobody builds, and what another version left that nobody looks after. */
  async retire(): Promise<void> {
    const { current, building, numbers } = await this.standing();
    for (const number of new Set([...numbers, ...(await this.#orphans(numbers))])) {
      const generation = this.generation(number);
      if (generation === current) continue;
      const isDraft = building.includes(generation) || !numbers.includes(number);
      if (
        !(await (isDraft ? isAbandoned(generation) : this.#isUnseen(generation, limits.openSearchRetireMs)))
      )
        continue;
      await generation.delete();
      this.#known.delete(number);
    }
    const everyIndex = Object.keys(await this.#aliases(this.names.everyLayout));
    // Another process may have deleted some.
    for (const index of this.#silentSince.keys())
      if (!everyIndex.includes(index)) this.#silentSince.delete(index);
    for (const index of everyIndex) {
      if (this.names.numberOf(index) !== undefined) continue;
      const terms = index.replace(`${this.names.prefix}-plugins-`, `${this.names.prefix}-terms-`);
      const other = new Generation(this.connection, { number: 0, plugins: index, terms });
      if (await this.#isUnseen(other, limits.openSearchUnseenMs)) await other.delete();
    }
  }

  /**
   * Whether nobody has looked after it for so long. One whose terms are gone says nothing: whoever uses it makes them again at
   * its next look, so that its silence counts from when it was first met here.
   */
  async #isUnseen(generation: Generation, forMs: number): Promise<boolean> {
    const index = generation.names.plugins;
    const progress = await generation.progress();
    if (progress !== null) this.#silentSince.delete(index);
    else if (!this.#silentSince.has(index)) this.#silentSince.set(index, Date.now());
    const seenAt = progress?.seenAt ?? this.#silentSince.get(index) ?? 0;
    const isUnseen = Date.now() - seenAt > forMs;
    if (isUnseen) this.#silentSince.delete(index);
    return isUnseen;
  }

  /** Of a process that was killed between making the one index and the other. */
  async #orphans(numbers: readonly number[]): Promise<readonly number[]> {
    const found = Object.keys(await this.#aliases(`${this.names.terms}-*`));
    return found
      .map((index) => Number(index.slice(this.names.terms.length + 1)))
      .filter((number) => !numbers.includes(number));
  }

  async #aliases(pattern: string): Promise<Aliases> {
    try {
      return await this.connection.send<Aliases>({ method: 'GET', path: `/${pattern}/_alias` });
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return {};
      throw error;
    }
  }
}

/** Whether whoever built it has died or sleeps; one that has not said so yet may just have begun. */
export async function isAbandoned(generation: Generation): Promise<boolean> {
  const lastAt = (await generation.builtAt()) ?? (await generation.madeAt());
  return Date.now() - lastAt > limits.openSearchBuilderLostMs;
}
