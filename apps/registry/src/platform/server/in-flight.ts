import { RegistryError } from '#kernel';

const retryAfterSeconds = 1;

const overloaded = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'overloaded',
    'Too many requests are under way: ask again after the seconds that Retry-After says.',
    { retryAfterSeconds },
  );

/** Counts what is under way of one kind. Whoever enters leaves, once. */
export class Places {
  private taken = 0;

  get count(): number {
    return this.taken;
  }

  /** Takes a place. Throws `overloaded` when `most` are taken. */
  enter(most: number): void {
    if (this.taken >= most) throw overloaded();
    this.taken += 1;
  }

  /** One function for everybody, so that a request costs no listener of its own. */
  readonly leave = (): void => {
    this.taken -= 1;
  };
}

/** Counts what is under way, by its kind, so that a flood is turned away while the store still answers. */
export class InFlight {
  private readonly kinds = new Map<string, Places>();

  of(kind: string): Places {
    let places = this.kinds.get(kind);
    if (!places) this.kinds.set(kind, (places = new Places()));
    return places;
  }
}
