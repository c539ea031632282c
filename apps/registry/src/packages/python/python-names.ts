import { setImmediate } from 'node:timers/promises';
import { limits } from '#kernel';
import type { PackageIndex } from '#packages';

/** The names of all Python packages with an owner, kept until one of them changes. */
export class PythonNames {
  private reading: Promise<readonly string[]> | null = null;

  constructor(private readonly index: PackageIndex) {}

  /** In their order. Read once, however many ask at once. */
  all(): Promise<readonly string[]> {
    return (this.reading ??= this.read());
  }

  /** To be told of every commit that may have brought a name, or taken one away. */
  forget(): void {
    this.reading = null;
  }

  /** A page at a time, so that others are answered in between. */
  private async read(): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      for (;;) {
        const some = await this.index.names('python', names.at(-1) ?? '', limits.packageNamesPerRead);
        names.push(...some);
        if (some.length < limits.packageNamesPerRead) break;
        await setImmediate();
      }
    } catch (error) {
      this.forget();
      throw error;
    }
    if (names.length > limits.packageNamesInMemory) this.forget();
    return names;
  }
}
