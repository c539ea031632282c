/** The store can't do what the command asks, for a reason that its administrator can mend: one sentence a line. */
export class CannotStart extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
