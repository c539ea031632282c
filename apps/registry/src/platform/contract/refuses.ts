import type { RefusalKind } from '#kernel';

/** A refusal that a route may answer with, as its readers see it. */
export interface DeclaredRefusal {
  readonly kind: RefusalKind;
  /** Stable, kebab-case. */
  readonly code: string;
  /** When it is given: a sentence, e.g. "The version exists with other bytes." */
  readonly when: string;
}

const refusalMetadata = 'mortise:refusals';

/**
 * Declares what a route (or, on a controller, every route of it) refuses, for the contract. What follows from
 * `@Requires`, from having a body, from query parameters and from load is declared by the platform for all routes:
 * credentials, scopes, malformed requests, unknown parameters, too many requests.
 */
export function Refuses(...refusals: DeclaredRefusal[]): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const owner: object = (descriptor?.value as object | undefined) ?? target;
    Reflect.defineMetadata(refusalMetadata, [...refusalsOf(owner), ...refusals], owner);
  };
}

/** What is declared on a controller or on one of its handlers. */
export function refusalsOf(owner: object): readonly DeclaredRefusal[] {
  return (Reflect.getOwnMetadata(refusalMetadata, owner) as DeclaredRefusal[] | undefined) ?? [];
}
