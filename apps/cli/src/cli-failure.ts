import type { ExitName } from './exit-codes.js';

/** What the command line itself refuses: a stable code, a sentence that says what to do, and how to exit. */
export class CliFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly exit: ExitName = 'refused',
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'CliFailure';
  }
}

/** Ctrl-C, or SIGTERM, and what is known of what became of it. */
export const interrupted = (outcome?: string): CliFailure =>
  new CliFailure('interrupted', `Interrupted${outcome === undefined ? '' : `: ${outcome}`}.`, 'interrupted');
