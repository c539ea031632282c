import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../cannot-start.js';
import { makeFolder } from './make-folder.js';

type Demo = 'due' | 'done' | 'off';

interface Marker {
  readonly kept_by: 'mortise';
  /** Whether the examples have yet to be published; decided when the folder was made, kept until it has happened. */
  readonly demo: Demo;
}

const markerName = 'mortise.json';

/** What the store itself puts into the folder, and what file systems and earlier starts leave there. */
const ours = /^(?:mortise\.(?:sqlite|json).*|blobs|search|staging|web|admin-password|\.probe|lost\+found)$/;

/** The folder of the settings' `dataFolder`: makes it, knows it again, and says what has happened in it. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private marker: Marker | undefined,
  ) {}

  /** Makes the folder where there is none. `demo` is what the settings say of a new one. Throws CannotStart. */
  static open(path: string, demo: boolean): DataFolder {
    try {
      makeFolder(path, 'MORTISE_DATA');
      const folder = new DataFolder(path, readMarker(path));
      const names = folder.marker === undefined ? readdirSync(path) : [];
      if (names.some((name) => !ours.test(name)) && !names.includes('mortise.sqlite')) throw notOurs(path);
      if (folder.marker === undefined && names.length === 0) {
        folder.write({ kept_by: 'mortise', demo: demo ? 'due' : 'off' });
      }
      const probe = join(path, '.probe');
      writeFileSync(probe, '');
      rmSync(probe);
      return folder;
    } catch (error) {
      if (error instanceof CannotStart) throw error;
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

const notOurs = (path: string): CannotStart =>
  new CannotStart(
    `${path} holds files that are none of the store's, so it is left alone: choose a new or empty folder with MORTISE_DATA.`,
  );

function readMarker(path: string): Marker | undefined {
  try {
    const marker = JSON.parse(readFileSync(join(path, markerName), 'utf8')) as Partial<Marker>;
    return marker.kept_by === 'mortise' ? { kept_by: 'mortise', demo: marker.demo ?? 'off' } : undefined;
  } catch {
    return undefined;
  }
}
