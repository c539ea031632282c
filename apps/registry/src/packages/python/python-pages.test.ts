import { describe, expect, it } from '@jest/globals';
import { Clock, limits } from '#kernel';
import { PackageIndex, PullThrough } from '#packages';
import type { IndexedPackage, PackageSide, PulledDocument, ServedFile } from '#packages';
import { parseSettings } from '../../platform/settings/config.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { PythonFiles } from './python-files.js';
import { PythonNames } from './python-names.js';
import { PythonPages } from './python-pages.js';
import { ServedFiles } from '../served-files.js';

const json = 'application/vnd.pypi.simple.v1+json';
const now = Date.UTC(2026, 0, 2);

class FixedClock extends Clock {
  override now(): number {
    return now;
  }
}

/** A store with one package, or with an owner of the name and nothing to be seen; and with names for the list. */
class FakeIndex extends PackageIndex {
  constructor(
    private readonly visible: IndexedPackage | undefined,
    private readonly publisher: string | null | undefined,
    private readonly all: readonly string[] = [],
  ) {
    super();
  }

  override find(): Promise<IndexedPackage | undefined> {
    return Promise.resolve(this.visible);
  }

  override file(): Promise<ServedFile | undefined> {
    return Promise.resolve(undefined);
  }

  override tarball(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override owner(): Promise<string | null | undefined> {
    return Promise.resolve(this.publisher);
  }

  override names(_side: PackageSide, after: string, limit: number): Promise<readonly string[]> {
    return Promise.resolve(this.all.filter((name) => name > after).slice(0, limit));
  }
}

class FakeUpstream extends PullThrough {
  asked = 0;

  constructor(private readonly pulled: PulledDocument | undefined) {
    super();
  }

  override document(): Promise<PulledDocument | undefined> {
    this.asked++;
    return Promise.resolve(this.pulled);
  }

  override file(): Promise<ServedFile | undefined> {
    this.asked++;
    return Promise.resolve(undefined);
  }

  override npmKeys(): Promise<[]> {
    return Promise.resolve([]);
  }

  override metadata(): Promise<Buffer | undefined> {
    this.asked++;
    return Promise.resolve(Buffer.from('Metadata-Version: 2.1\n'));
  }
}

const settings = new StoreSettings(parseSettings({ MORTISE_PUBLIC_URL: 'https://store.example/below' }));
const pagesOf = (index: PackageIndex, upstream: PullThrough) =>
  new PythonPages(index, upstream, new PythonNames(index), settings, new FixedClock());

const pulledProject = {
  meta: { 'api-version': '1.4' },
  name: 'six',
  versions: ['1.0'],
  files: [
    {
      filename: 'six-1.0.tar.gz',
      url: 'https://store.example/below/pypi/files/six/six-1.0.tar.gz',
      hashes: { sha256: 'ab' },
    },
  ],
};

const pulled = (stale: boolean): PulledDocument => ({
  body: Buffer.from(JSON.stringify(pulledProject)),
  checkedAt: now - 90_000,
  freshUntil: now + 30_000,
  stale,
});

describe('a project that the store does not own', () => {
  it('is shown as upstream has it, in both forms, until upstream is due to be asked again', async () => {
    for (const owner of [undefined, null]) {
      const pages = pagesOf(new FakeIndex(undefined, owner), new FakeUpstream(pulled(false)));
      const inJson = await pages.project('six', json);
      expect(JSON.parse(inJson.body.toString())).toEqual(pulledProject);
      const inHtml = await pages.project('six', 'text/html');
      expect(inHtml.body.toString()).toContain(
        'href="https://store.example/below/pypi/files/six/six-1.0.tar.gz#sha256=ab"',
      );
      for (const made of [inJson, inHtml]) {
        expect(made.makeAnewAt).toBe(now + 30_000);
        expect(made.headers).not.toHaveProperty('age');
      }
    }
  });

  it('says how old it is where upstream did not answer', async () => {
    const pages = pagesOf(new FakeIndex(undefined, undefined), new FakeUpstream(pulled(true)));
    const made = await pages.project('six', json);
    expect(made.headers).toMatchObject({
      vary: 'accept',
      age: '90',
      'cache-status': 'mortise; hit; detail=stale',
    });
    expect(made.makeAnewAt).toBe(now + 30_000);
  });

  it('is not there when upstream does not have it', async () => {
    const pages = pagesOf(new FakeIndex(undefined, undefined), new FakeUpstream(undefined));
    await expect(pages.project('six', json)).rejects.toMatchObject({ code: 'package-not-found' });
  });
});

describe('a name that the store owns', () => {
  it('is never looked up upstream: no page, no file, no METADATA, not even while nothing of it may be seen', async () => {
    const upstream = new FakeUpstream(pulled(false));
    const index = new FakeIndex(undefined, 'acme');
    const files = new PythonFiles(index, upstream, new ServedFiles());
    await expect(pagesOf(index, upstream).project('six', json)).rejects.toMatchObject({
      code: 'package-not-found',
    });
    await expect(files.file('six', 'six-1.0.tar.gz')).rejects.toMatchObject({
      code: 'package-file-not-found',
    });
    await expect(files.metadata('Six', 'six-1.0.whl')).rejects.toMatchObject({
      code: 'package-file-not-found',
    });
    expect(upstream.asked).toBe(0);
  });
});

describe('the list of all names', () => {
  it('is whole, however many reads it takes', async () => {
    const names = Array.from(
      { length: 2 * limits.packageNamesPerRead },
      (_, index) => `p${String(index).padStart(6, '0')}`,
    );
    const pages = pagesOf(new FakeIndex(undefined, undefined, names), new FakeUpstream(undefined));
    const list = JSON.parse((await pages.list(json)).body.toString());
    expect(list).toEqual({ meta: { 'api-version': '1.4' }, projects: names.map((name) => ({ name })) });
    const page = (await pages.list('text/html')).body.toString();
    expect(page.match(/<a href="p\d{6}\/">/g)).toHaveLength(names.length);
  });
});
