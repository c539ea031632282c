import type { StagedFile } from '#packages';

export interface ArrivedFile {
  readonly filename: string;
  readonly staged: StagedFile;
}

/** What a publisher sent: the descriptor, and the artifacts beside it. */
export interface PublishForm {
  readonly descriptor: Buffer;
  readonly artifacts: readonly ArrivedFile[];
}
