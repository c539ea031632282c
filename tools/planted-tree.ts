import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a check said of the tree, and whether it let the tree pass. */
interface Verdict {
  readonly exitCode: number;
  readonly output: string;
}

const configuration = [
  'package.json',
  'tsconfig.json',
  'knip.json',
  'eslint.config.js',
  '.dependency-cruiser.mjs',
  'tools/lint-rules',
];

/** A throw-away tree with the project's own configuration of the checks, and the files that a test plants in it. */
export class PlantedTree {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mortise-planted-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const path of configuration) cpSync(path, join(this.folder, path), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(this.folder, 'node_modules'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  /** Runs a JavaScript file of an installed package within the tree. */
  run(script: string, args: readonly string[]): Promise<Verdict> {
    const options = { cwd: this.folder, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join('node_modules', script), ...args],
        options,
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ exitCode, output: stdout === '' ? stderr : stdout });
        },
      );
    });
  }

  /** The path as it was planted. */
  plantedPath(absolute: string): string {
    return absolute.slice(absolute.indexOf(this.folder) + this.folder.length + 1);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
