import { createHash } from 'node:crypto';
import { limits } from '#kernel';
import type { Clock } from '#kernel';
import type { NpmArtifact, PythonArtifact } from '../artifact.js';
import type { BlobStore } from '../blob-store.js';
import { isUpstreamUnreachable, upstreamMismatch } from './upstream-errors.js';
import type { PackageSide } from '../package-side.js';
import { pulledFacts } from './pulled-facts.js';
import type { PulledPackages } from './pulled-packages.js';
import { SingleFlight } from './single-flight.js';
import type { StagedFile, Staging } from '../staging.js';
import type { Upstream } from './upstream.js';
import type { UpstreamDigest, UpstreamFile } from './upstream-page.js';

type Pulled = NpmArtifact | PythonArtifact;

/**
 * Fetches files from upstream: each once, however many ask for it at once; compared with the digest that upstream's page
 * promises, kept, then written down. What doesn't agree is kept nowhere.
 */
export class PulledFiles {
  private readonly flights = new SingleFlight<Pulled | undefined>();
  private readonly metadataFlights = new SingleFlight<boolean>();

  constructor(
    private readonly upstream: Upstream,
    private readonly pulled: PulledPackages,
    private readonly blobs: BlobStore,
    private readonly staging: Staging,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined where upstream has no such file, or the name got an owner meanwhile. Throws `upstream-unreachable`,
   * `upstream-mismatch`, `upstream-changed`, `upstream-file-too-large`, `storage-full`.
   */
  pull(side: PackageSide, name: string, file: UpstreamFile, via: string): Promise<Pulled | undefined> {
    const key = `${side} ${name} ${file.filename} ${file.digest.hex}`;
    return this.flights.run(key, () => this.fetch(side, name, file, via));
  }

  /** Keeps the METADATA file of a wheel, by the digest that upstream's page promises; false where upstream has none. */
  pullMetadata(name: string, file: UpstreamFile, sha256: string, via: string): Promise<boolean> {
    return this.metadataFlights.run(`${file.address} ${sha256}`, async () => {
      const wanted = {
        ...file,
        filename: `${file.filename}.metadata`,
        address: metadataAddress(file.address),
        size: null,
        digest: { algorithm: 'sha256', hex: sha256 } as const,
      };
      const maxBytes = limits.packageMetadataBytes;
      const received = await this.receiveAgain('python', name, wanted, { maxBytes, via });
      if (received === undefined) return false;
      await this.keep(received.staged);
      await this.pulled.addMetadata(name, received.staged, this.clock.now());
      return true;
    });
  }

  private async fetch(
    side: PackageSide,
    name: string,
    file: UpstreamFile,
    via: string,
  ): Promise<Pulled | undefined> {
    const received = await this.receiveAgain(side, name, file, { maxBytes: limits.upstreamFileBytes, via });
    if (received === undefined) return undefined;
    const { staged, digests } = received;
    await this.keep(staged);
    const artifact = pulledFacts(side, name, file, {
      sha256: staged.sha256,
      size: staged.size,
      sha512: Buffer.from(digests.sha512, 'hex'),
      sha1: digests.sha1,
    });
    return (await this.pulled.add(artifact, this.clock.now())) ? artifact : undefined;
  }

  private async keep(staged: StagedFile): Promise<void> {
    try {
      await this.blobs.keep(staged);
    } finally {
      await staged.discard();
    }
  }

  /** What broke on the way is asked for once more; a connection may have died of old age. */
  private async receiveAgain(
    side: PackageSide,
    name: string,
    file: UpstreamFile,
    options: ReceiveOptions,
  ): Promise<Received | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.receive(side, name, file, options);
      } catch (error) {
        if (!isUpstreamUnreachable(error) || attempt >= limits.upstreamAttempts) throw error;
      }
    }
  }

  private async receive(
    side: PackageSide,
    name: string,
    file: UpstreamFile,
    options: ReceiveOptions,
  ): Promise<Received | undefined> {
    const chunks = await this.upstream.file(side, name, file.address, options);
    if (chunks === undefined) return undefined;
    const hashing = new HashedChunks(chunks, file.digest);
    const staged = await this.staging.stage(hashing, { maxBytes: options.maxBytes });
    const digests = hashing.digests();
    const found = file.digest.algorithm === 'sha256' ? staged.sha256 : digests[file.digest.algorithm];
    if (found === file.digest.hex) return { staged, digests };
    await staged.discard();
    throw upstreamMismatch(file.filename, `${file.digest.algorithm} ${found}`);
  }
}

interface ReceiveOptions {
  readonly maxBytes: number;
  readonly via: string;
}

type Digests = Readonly<Record<UpstreamDigest['algorithm'], string>>;

interface Received {
  readonly staged: StagedFile;
  readonly digests: Digests;
}

/** Passes bytes on, and knows their digests at the end, besides the SHA-256 that staging computes. */
class HashedChunks implements AsyncIterable<Uint8Array> {
  private readonly hashes = {
    sha512: createHash('sha512'),
    sha1: createHash('sha1'),
    sha384: null as ReturnType<typeof createHash> | null,
  };

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    { algorithm }: UpstreamDigest,
  ) {
    if (algorithm === 'sha384') this.hashes.sha384 = createHash('sha384');
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const chunk of this.chunks) {
      for (const hash of Object.values(this.hashes)) hash?.update(chunk);
      yield chunk;
    }
  }

  digests(): Digests {
    const { sha512, sha1, sha384 } = this.hashes;
    return {
      sha512: sha512.digest('hex'),
      sha1: sha1.digest('hex'),
      sha384: sha384?.digest('hex') ?? '',
      sha256: '',
    };
  }
}

/** PEP 658: the address of the wheel with `.metadata` behind its path. */
function metadataAddress(address: string): string {
  const url = new URL(address);
  url.pathname += '.metadata';
  return url.href;
}
