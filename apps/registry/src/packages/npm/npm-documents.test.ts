import { beforeEach, describe, expect, it } from '@jest/globals';
import { storageFull } from '#kernel';
import { PackageIndex, PullThrough } from '#packages';
import type { IndexedPackage, PulledDocument, SignPackage } from '#packages';
import { parseSettings } from '../../platform/settings/config.js';
import { openLog } from '../../platform/server/log.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { NpmDocuments } from './npm-documents.js';

const now = 1_000_000;

class OwnPackages extends PackageIndex {
  readonly kept = new Map<string, IndexedPackage>();

  override find = (_side: string, name: string) => Promise.resolve(this.kept.get(name));
  override owner = (_side: string, name: string) => Promise.resolve(this.kept.get(name)?.publisher);
  override file = () => Promise.resolve(undefined);
  override tarball = () => Promise.resolve(undefined);
  override names = () => Promise.resolve([]);
}

/** Has something of every name, and says which it was asked for. */
class EagerUpstream extends PullThrough {
  readonly asked: string[] = [];
  stale = false;
  isOff = false;

  override file = () => Promise.resolve(undefined);
  override metadata = () => Promise.resolve(undefined);
  override npmKeys = () => Promise.resolve([]);

  override document(_side: string, name: string, form: string): Promise<PulledDocument | undefined> {
    this.asked.push(`${name} ${form}`);
    const packument = { name, 'dist-tags': { latest: '9.9.9' }, versions: { '9.9.9': { version: '9.9.9' } } };
    const document: PulledDocument = {
      body: Buffer.from(JSON.stringify(packument)),
      checkedAt: now - 90_000,
      freshUntil: now + 60_000,
      stale: this.stale,
    };
    return Promise.resolve(this.isOff ? undefined : document);
  }
}

function packageOf(name: string, publisher: string | null): IndexedPackage {
  return { side: 'npm', name, publisher, createdAt: 0, versions: [], tags: {}, maintainers: [] };
}

let own: OwnPackages;
let upstream: EagerUpstream;
let documents: NpmDocuments;
let sign: (found: IndexedPackage) => Promise<IndexedPackage>;

beforeEach(() => {
  own = new OwnPackages();
  upstream = new EagerUpstream();
  const signPackage = { run: (found: IndexedPackage) => sign(found) } as SignPackage;
  sign = (found) => Promise.resolve(found);
  documents = new NpmDocuments(
    own,
    upstream,
    signPackage,
    new StoreSettings(parseSettings({ MORTISE_PUBLIC_URL: 'https://store.example' })),
    { now: () => now },
    openLog('silent'),
  );
});

describe('a name that the store owns', () => {
  it('is never looked for upstream, not even for a version that the store doesn’t have', async () => {
    own.kept.set('ours', packageOf('ours', 'acme'));
    await documents.packument('ours', 'full');
    await documents.tags('ours');
    await expect(documents.version('ours', '9.9.9')).rejects.toMatchObject({
      code: 'package-version-not-found',
    });
    expect(upstream.asked).toEqual([]);
  });

  it('is served without signatures for a moment where they can’t be kept', async () => {
    own.kept.set('ours', packageOf('ours', 'acme'));
    sign = () => Promise.reject(storageFull('the disk is full'));
    const { makeAnewAt, body } = await documents.packument('ours', 'short');
    expect(makeAnewAt).toBeGreaterThan(now);
    expect(JSON.parse(body.toString())).toMatchObject({ name: 'ours' });
  });
});

describe('any other name', () => {
  it('is answered as upstream has it, until that is to be asked again', async () => {
    const { headers, makeAnewAt } = await documents.packument('theirs', 'short');
    expect(upstream.asked).toEqual(['theirs short']);
    expect(makeAnewAt).toBe(now + 60_000);
    expect(headers).toEqual({ vary: 'accept' });
    expect(JSON.parse((await documents.version('theirs', 'latest')).body.toString())).toEqual({
      version: '9.9.9',
    });
    expect(JSON.parse((await documents.tags('theirs')).body.toString())).toEqual({ latest: '9.9.9' });
    await expect(documents.version('theirs', 'constructor')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is marked where upstream could not be asked again', async () => {
    upstream.stale = true;
    const { headers, makeAnewAt } = await documents.packument('theirs', 'full');
    expect(headers).toMatchObject({ age: '90', 'cache-status': expect.stringContaining('detail=stale') });
    expect(makeAnewAt).toBeLessThan(now + 60_000);
  });

  it('is not made from the rows of what was pulled, which know nothing of dependencies', async () => {
    upstream.isOff = true;
    await expect(documents.packument('pulled', 'full')).rejects.toMatchObject({ code: 'package-not-found' });
  });

  it('is asked for nowhere when it can’t be a name', async () => {
    for (const name of ['..', '-', '@a', 'a b', '@a/../b', 'node_modules'])
      await expect(documents.packument(name, 'full')).rejects.toMatchObject({ code: 'package-not-found' });
    expect(upstream.asked).toEqual([]);
  });
});
