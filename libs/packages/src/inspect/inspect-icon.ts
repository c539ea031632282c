import { limits } from '#kernel';
import type { IconArtifact } from '../artifact.js';
import { decodeUtf8 } from '../archive/decode-utf8.js';
import { artifactRefused, artifactTooBig } from '../errors.js';
import { looksLikePng, looksLikeWebp, pngSize, webpSize } from './image-size.js';
import type { ReadableBytes } from '../staging.js';
import { svgProblem } from './svg-check.js';

/** A PNG, WebP or SVG, told by its bytes; an SVG is taken only when it can neither run nor fetch anything. */
export async function inspectIcon(file: ReadableBytes, filename: string): Promise<IconArtifact> {
  if (file.size > limits.iconBytes) {
    throw artifactTooBig('icon-too-large', { filename }, `an icon may have up to ${limits.iconBytes} bytes.`);
  }
  const bytes = await file.read(0, file.size);
  const mediaType = checkedMediaType(bytes, filename);
  const extension = mediaType === 'image/svg+xml' ? 'svg' : mediaType.slice('image/'.length);
  if (filename !== `icon.${extension}`) {
    throw artifactRefused(
      'artifact-name-mismatch',
      { filename },
      `by its contents it must be named icon.${extension}.`,
    );
  }
  return { kind: 'icon', filename, sha256: file.sha256, size: file.size, mediaType };
}

function checkedMediaType(bytes: Buffer, filename: string): IconArtifact['mediaType'] {
  if (looksLikePng(bytes)) return checkedRaster('image/png', bytes, filename);
  if (looksLikeWebp(bytes)) return checkedRaster('image/webp', bytes, filename);
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '');
  if (text === undefined || !text.trimStart().startsWith('<')) {
    throw artifactRefused('artifact-kind-unknown', { filename }, 'an icon must be a PNG, a WebP or an SVG.');
  }
  const problem = svgProblem(text);
  if (problem !== null) throw artifactRefused('icon-unsafe', { filename }, `${problem}.`);
  return 'image/svg+xml';
}

function checkedRaster(
  mediaType: 'image/png' | 'image/webp',
  bytes: Buffer,
  filename: string,
): typeof mediaType {
  const size = mediaType === 'image/png' ? pngSize(bytes) : webpSize(bytes);
  if (size === undefined || size.width === 0 || size.height === 0) {
    throw artifactRefused('icon-damaged', { filename }, 'it is damaged or cut off; export it again.');
  }
  if (Math.max(size.width, size.height) > limits.iconPixelsPerSide) {
    throw artifactTooBig(
      'icon-too-large',
      { filename },
      `an icon may have up to ${limits.iconPixelsPerSide} pixels a side.`,
    );
  }
  return mediaType;
}
