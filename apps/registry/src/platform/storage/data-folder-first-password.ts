import { chmod, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FirstPasswordFile } from '#access';

const onlyTheOwner = 0o600;

/** The first administrator's password in the file `admin-password` of the data folder. */
export class DataFolderFirstPassword extends FirstPasswordFile {
  readonly path: string;

  constructor(dataFolder: string) {
    super();
    this.path = join(dataFolder, 'admin-password');
  }

  async read(): Promise<string | undefined> {
    try {
      // A start that was killed while it wrote has left nothing, or less than a line.
      const text = await readFile(this.path, 'utf8');
      return text.endsWith('\n') ? text.trimEnd() : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async write(password: string): Promise<void> {
    const file = await open(this.path, 'w', onlyTheOwner);
    try {
      await chmod(this.path, onlyTheOwner);
      await file.writeFile(`${password}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
