import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** A class, whoever may construct it. */
type Token<T> = InjectionToken<T> & { readonly prototype: T };
type Tokens<Parameters extends readonly unknown[]> = {
  [Index in keyof Parameters]: Token<Parameters[Index]>;
};

/**
 * Wires a plain class: `token` is what others ask for, `implementation` is constructed with what `needs` names, in the
 * order of its parameters. A missing or misordered need does not compile.
 */
export function provide<T, Parameters extends readonly unknown[]>(
  token: Token<T>,
  implementation: new (...parameters: Parameters) => T,
  needs: Tokens<Parameters>,
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...(needs as readonly Token<unknown>[])],
    useFactory: (...resolved: unknown[]) => new implementation(...(resolved as unknown as Parameters)),
  };
}
