import { layoutMark } from './index-layout.js';

/**
 * What the indices of a store are called. Two belong together: `…-plugins-…` is searched, `…-terms-…` holds the words for
 * corrections. Searches go to an alias, behind which another generation is put in one step.
 */
export class IndexNames {
  /** The aliases that searches go to. */
  readonly plugins: string;
  readonly terms: string;
  /** The alias of generations that are being built. */
  readonly building: string;

  /** `mark` names the layout: processes of another version of the store have another one. */
  constructor(
    readonly prefix: string,
    mark: string = layoutMark,
  ) {
    this.plugins = `${prefix}-plugins-${mark}`;
    this.terms = `${prefix}-terms-${mark}`;
    this.building = `${prefix}-building-${mark}`;
  }

  /** The names of a generation, counted from 1. */
  generation(number: number): GenerationNames {
    const suffix = String(number).padStart(6, '0');
    return { number, plugins: `${this.plugins}-${suffix}`, terms: `${this.terms}-${suffix}` };
  }

  /** The generation that an index of plugins is of; undefined where it is none of this layout. */
  numberOf(index: string): number | undefined {
    const suffix = index.startsWith(`${this.plugins}-`) ? index.slice(this.plugins.length + 1) : '';
    return /^\d{6,}$/.test(suffix) ? Number(suffix) : undefined;
  }

  /** Every index of plugins of this store, of whatever layout. */
  get everyLayout(): string {
    return `${this.prefix}-plugins-*`;
  }

  /** Whether an index of plugins is one of this store, of whatever layout. */
  isOfStore(index: string): boolean {
    return index.startsWith(`${this.prefix}-plugins-`);
  }
}

export interface GenerationNames {
  readonly number: number;
  readonly plugins: string;
  readonly terms: string;
}

/** The alias by which an index is written to, so that writing to one that is gone makes no other. */
export const writeAlias = (index: string): string => `${index}-write`;
