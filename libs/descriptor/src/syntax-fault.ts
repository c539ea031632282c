import type { Complaint } from './findings.js';

/** Something that the YAML parser, or a limit on what it is given, has against a text. */
export interface SyntaxFault extends Complaint {
  readonly offset: number;
  /** Where the parser noticed: what is found wrong at these places follows from the fault. */
  readonly noticedAt?: readonly number[];
  /** Where a text begins that was read wrongly: whatever else is found wrong with it follows from the fault. */
  readonly spoils?: number;
}
