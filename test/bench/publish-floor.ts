/**
 * Floor: writes the bytes of so many publishes and syncs as often as the store did, with nothing to decide in
 * between: a blob under another name, synced and renamed; its directory; and a log that is appended to.
 */
import { mkdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

export interface PublishFloorCommand {
  readonly folder: string;
  readonly publishes: number;
  readonly atOnce: number;
  readonly blobBytes: number;
  /** What the database writes to its log for a publish. */
  readonly logBytes: number;
  /** Syncs of a publish, as the store was seen to make them: group commit makes it fewer than one for the log. */
  readonly logSyncs: number;
  readonly directorySyncs: number;
}

export interface PublishFloorReply {
  readonly perSecond: number;
}

const shards = 256;

class Loop {
  private begun = 0;
  private logSyncsDue = 0;
  private directorySyncsDue = 0;
  private logEnd = 0;
  private readonly blob: Buffer;
  private readonly entry: Buffer;

  constructor(
    private readonly command: PublishFloorCommand,
    private readonly log: FileHandle,
  ) {
    this.blob = Buffer.alloc(command.blobBytes, 'blob');
    this.entry = Buffer.alloc(command.logBytes, 'log');
  }

  async run(): Promise<PublishFloorReply> {
    const { publishes, atOnce } = this.command;
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: atOnce }, () => this.lane()));
    return { perSecond: (publishes / (performance.now() - startedAt)) * 1000 };
  }

  private async lane(): Promise<void> {
    while (this.begun < this.command.publishes) await this.publish((this.begun += 1));
  }

  private async publish(number: number): Promise<void> {
    const directory = join(this.command.folder, String(number % shards));
    const temporary = join(this.command.folder, `incoming-${number}`);
    const file = await open(temporary, 'w');
    await file.write(this.blob);
    await file.datasync();
    await file.close();
    await rename(temporary, join(directory, `blob-${number}`));
    this.directorySyncsDue += this.command.directorySyncs;
    for (; this.directorySyncsDue >= 1; this.directorySyncsDue -= 1) await syncDirectory(directory);
    const place = this.logEnd;
    this.logEnd += this.entry.length;
    await this.log.write(this.entry, 0, this.entry.length, place);
    this.logSyncsDue += this.command.logSyncs;
    for (; this.logSyncsDue >= 1; this.logSyncsDue -= 1) await this.log.datasync();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}

async function obey(command: PublishFloorCommand): Promise<PublishFloorReply> {
  for (let shard = 0; shard < shards; shard += 1) {
    mkdirSync(join(command.folder, String(shard)), { recursive: true });
  }
  const log = await open(join(command.folder, 'log'), 'w');
  try {
    return await new Loop(command, log).run();
  } finally {
    await log.close();
  }
}

process.on('message', (command: PublishFloorCommand) => {
  void obey(command).then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit());
