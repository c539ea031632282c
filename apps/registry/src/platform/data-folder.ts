import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.js';

type Demo = 'due' | 'done' | 'off';

interface Marker {
  readonly kept_by: 'mortise';
  /** Whether the examples have yet to be published; decided when the folder was made, kept until it has happened. */
  readonly demo: Demo;
}

const markerName = 'mortise.json';

/** The folder of the settings' `dataFolder`: makes it, knows it again, and says what has happened in it. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private marker: Marker | undefined,
  ) {}

  /** Makes the folder where there is none. `demo` is what the settings say of a new one. Throws CannotStart. */
  static open(path: string, demo: boolean): DataFolder {
    try {
      mkdirSync(path, { recursive: true });
      const folder = new DataFolder(path, readMarker(path));
      if (folder.marker === undefined && readdirSync(path).length === 0) {
        folder.write({ kept_by: 'mortise', demo: demo ? 'due' : 'off' });
      }
      const probe = join(path, '.probe');
      writeFileSync(probe, '');
      rmSync(probe);
      return folder;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined) throw error;
      throw new CannotStart(
        `The data folder ${path} can't be written (${code}): make it writable, or choose another one with MORTISE_DATA.`,
      );
    }
  }

  /** Whether the store made the folder, so that all that is in it is the store's. */
  static isOurs(path: string): boolean {
    return existsSync(path) && readMarker(path) !== undefined;
  }

  /** Whether the examples have yet to be published; `asked` is the setting, null where it is left to the store. */
  isDemoDue(asked: boolean | null): boolean {
    if (this.marker?.demo === 'done') return false;
    return asked ?? this.marker?.demo === 'due';
  }

  demoIsDone(): void {
    if (this.marker) this.write({ ...this.marker, demo: 'done' });
  }

  private write(marker: Marker): void {
    const target = join(this.path, markerName);
    writeFileSync(`${target}.new`, `${JSON.stringify(marker)}\n`);
    renameSync(`${target}.new`, target);
    this.marker = marker;
  }
}

function readMarker(path: string): Marker | undefined {
  try {
    const marker = JSON.parse(readFileSync(join(path, markerName), 'utf8')) as Partial<Marker>;
    return marker.kept_by === 'mortise' ? { kept_by: 'mortise', demo: marker.demo ?? 'off' } : undefined;
  } catch {
    return undefined;
  }
}
