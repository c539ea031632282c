import { limits } from '#kernel';
import { searchIndexLost, searchIndexTaken } from '#search';
import { Generation } from './generation.js';
import { writeAlias } from './index-names.js';
import type { GenerationNames, IndexNames } from './index-names.js';
import { EngineRefusal } from './opensearch-connection.js';
import type { OpenSearchConnection } from './opensearch-connection.js';

type Aliases = Readonly<Record<string, { readonly aliases: Readonly<Record<string, unknown>> }>>;

/** What there is of a layout. */
export interface Standing {
  /** The one that searches go to; undefined where there is none. */
  readonly current: Generation | undefined;
  /** Whether both of its indices are there, under all their aliases. */
  readonly isWhole: boolean;
  /** Others that searches go to as well, which only a person can have brought about. */
  readonly strangers: readonly string[];
  readonly building: readonly Generation[];
  /** All of them, whatever they are for; the oldest first. */
  readonly numbers: readonly number[];
}

/** Knows which generations there are, and puts one in the place of another. */
export class Generations {
  readonly #known = new Map<number, Generation>();
  /** Since when those that don't say when they were last seen have been silent here, by their index of plugins. */
  readonly #silentSince = new Map<string, number>();

  #isTaken = false;

  constructor(
    private readonly connection: OpenSearchConnection,
    private readonly names: IndexNames,
  ) {}

  /** Whether somebody's index had the name that searches go to when it was last looked. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Asked afresh before every write, since another process may have begun to build one. Throws where an index bars the alias. */
  async standing(): Promise<Standing> {
    const { plugins, terms } = this.names;
    const found = await this.#aliases(`${plugins}*,${terms}*`);
    this.#refuseTaken(found);
    const numbered = Object.entries(found)
      .flatMap(([index, { aliases }]) => {
        const number = this.names.numberOf(index);
        return number === undefined ? [] : [{ number, aliases: Object.keys(aliases) }];
      })
      .sort((left, right) => left.number - right.number);
    const having = (alias: string) =>
      numbered.filter(({ aliases }) => aliases.includes(alias)).map(({ number }) => this.generation(number));
    const current = having(plugins).at(-1);
    const searched = Object.entries(found)
      .filter(([, { aliases }]) => plugins in aliases || terms in aliases)
      .map(([index]) => index);
    return {
      current,
      isWhole: current !== undefined && isWhole(current.names, this.names, found),
      strangers: searched.filter(
        (index) => index !== current?.names.plugins && index !== current?.names.terms,
      ),
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
    const { current, isWhole, building } = await this.standing();
    if (current === undefined || !isWhole) throw searchIndexLost();
    return [...building, current];
  }

  /**
   * The one that searches go to, alone and complete, whatever a person did to it; undefined where there is none. Any number
   * of processes may do so at once, and be killed at any moment.
   */
  async current(): Promise<Generation | undefined> {
    const { current, isWhole, strangers } = await this.standing();
    const { plugins, terms } = this.names;
    if (strangers.length > 0) {
      const remove = { indices: strangers, aliases: [plugins, terms], must_exist: false };
      await this.connection.send({ method: 'POST', path: '/_aliases', body: { actions: [{ remove }] } });
    }
    if (current !== undefined && !isWhole) await current.complete({ plugins: [plugins], terms: [terms] });
    return current;
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
    const change = (): Promise<unknown> =>
      this.connection.send({ method: 'POST', path: '/_aliases', body: { actions } });
    // A name with an asterisk may have met an index that another process deleted just then.
    await change().catch((error: unknown) =>
      error instanceof EngineRefusal && error.lacksIndex ? change() : Promise.reject(error as Error),
    );
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
      // By an alias of that name others' indices are found, too.
      if (this.names.numberOf(index) !== undefined || !this.names.isOfStore(index)) continue;
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

  /** No alias can be called as an index is, and nobody else's index is the store's to delete. */
  #refuseTaken(found: Aliases): void {
    const taken = [this.names.plugins, this.names.terms].find((name) => name in found);
    this.#isTaken = taken !== undefined;
    if (taken !== undefined) throw searchIndexTaken(taken);
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

function isWhole({ plugins, terms }: GenerationNames, searched: IndexNames, found: Aliases): boolean {
  const due: readonly (readonly [string, string])[] = [
    [plugins, searched.plugins],
    [plugins, writeAlias(plugins)],
    [terms, searched.terms],
    [terms, writeAlias(terms)],
  ];
  return due.every(([index, alias]) => alias in (found[index]?.aliases ?? {}));
}

/** Whether whoever built it has died or sleeps; one that has not said so yet may just have begun. */
export async function isAbandoned(generation: Generation): Promise<boolean> {
  const lastAt = (await generation.builtAt()) ?? (await generation.madeAt());
  return Date.now() - lastAt > limits.openSearchBuilderLostMs;
}
