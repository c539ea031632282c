import type { FormComplaint } from './form-complaint.js';

type Element = Readonly<Record<string, unknown>>;

interface Named {
  readonly element: Element;
  readonly asks: boolean;
}

/** The names that elements of one level, and what surrounds it, can be spoken of by. */
export class FormScope {
  private readonly names: Map<string, Named>;
  private readonly dependencies: Map<string, readonly string[]>;
  private readonly judgements: (() => void)[];

  constructor(
    private readonly outer?: FormScope,
    private readonly shared?: FormScope,
  ) {
    this.names = shared?.names ?? new Map<string, Named>();
    this.dependencies = shared?.dependencies ?? new Map<string, readonly string[]>();
    this.judgements = shared?.judgements ?? outer?.judgements ?? [];
  }

  /** The same names for a group inside, which is judged with the whole. */
  sharing(): FormScope {
    return new FormScope(this.outer, this);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  add(name: string, element: Element, asks: boolean): void {
    this.names.set(name, { element, asks });
  }

  find(name: string): Named | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }

  fieldComplaint(field: string): FormComplaint | undefined {
    const found = this.find(field);
    if (found?.asks === true) return undefined;
    const message = `The condition looks at "${field.slice(0, 64)}", and no element here that asks for an answer is called so.`;
    return { code: 'condition-unknown-field', message };
  }

  addDependencies(name: string, fields: readonly string[]): void {
    this.dependencies.set(name, fields);
  }

  judgeLater(judgement: () => void): void {
    this.judgements.push(judgement);
  }

  /** Judges what waited for all names; only the outermost scope knows them all. */
  judge(): void {
    if (this.shared ?? this.outer) return;
    for (const judgement of this.judgements.splice(0)) judgement();
  }

  /** Of each circle of names that depend on one another, one. */
  circles(): string[] {
    if (this.shared) return [];
    const told = new Set<string>();
    return [...this.dependencies.keys()].filter((name) => {
      if (told.has(name)) return false;
      const seen = new Set<string>();
      const circular = this.reaches(name, name, seen);
      if (circular) for (const member of seen) told.add(member);
      return circular;
    });
  }

  private reaches(from: string, target: string, seen: Set<string>): boolean {
    for (const field of this.dependencies.get(from) ?? []) {
      if (field === target) return true;
      if (seen.has(field)) continue;
      seen.add(field);
      if (this.reaches(field, target, seen)) return true;
    }
    return false;
  }
}
