import { limits } from '#kernel';
import type { LockArtifact } from '../artifact.js';
import { decodeUtf8 } from '../archive/decode-utf8.js';
import { artifactRefused, artifactTooBig } from '../errors.js';
import type { ReadableBytes } from '../staging.js';

/** A pylock.toml (PEP 751), told by the one key that it must have. */
export async function inspectLock(file: ReadableBytes, filename: string): Promise<LockArtifact> {
  if (file.size > limits.lockBytes) {
    throw artifactTooBig(
      'artifact-part-too-large',
      { filename },
      `it may have up to ${limits.lockBytes} bytes.`,
    );
  }
  const text = decodeUtf8(await file.read(0, file.size));
  if (text === null || text.includes('\0') || !/^[ \t]*lock-version[ \t]*=[ \t]*["'][\d.]+["']/m.test(text)) {
    throw artifactRefused(
      'artifact-kind-unknown',
      { filename },
      'it is not a lock file; a pylock.toml is TOML in UTF-8 with `lock-version = "1.0"`.',
    );
  }
  return { kind: 'lock', filename, sha256: file.sha256, size: file.size, text };
}
