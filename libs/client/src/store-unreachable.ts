/** Nothing at the address answered, or not in time. `message` says which address, and why. */
export class StoreUnreachable extends Error {
  constructor(
    readonly address: string,
    readonly reason: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`The store at ${address} can't be reached: ${reason}.`, options);
    this.name = 'StoreUnreachable';
  }
}
