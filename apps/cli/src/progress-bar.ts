const cells = 24;

/** `████░░░░ 33% (1.2 of 3.6 MB)`; what is more than all of it is all of it. */
export function progressBar(done: number, of: number, unit: 'bytes' | 'files'): string {
  const part = of <= 0 ? 1 : Math.min(1, done / of);
  const filled = Math.round(part * cells);
  const bar = '█'.repeat(filled) + '░'.repeat(cells - filled);
  const shown =
    unit === 'files' ? `${done} of ${of}` : `${megabytes(Math.min(done, of))} of ${megabytes(of)} MB`;
  return `${bar} ${Math.floor(part * 100)}% (${shown})`;
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
