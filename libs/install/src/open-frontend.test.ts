import { describe, expect, it } from '@jest/globals';
import type { PluginId } from '#kernel';
import { FrontendReleases } from './frontend-releases.js';
import type { InstallableRelease } from './installable-release.js';
import { InstallableReleases } from './installation.js';
import { OpenFrontend } from './open-frontend.js';

const plugin: PluginId = 'acme/tool';

class OneRelease extends InstallableReleases {
  reads = 0;
  release: Partial<InstallableRelease> = {};
  /** Runs between the read and its answer. */
  meanwhile = (): void => undefined;

  choices(): never {
    throw new Error('not asked for');
  }

  async find(_: PluginId, version: string): Promise<InstallableRelease | undefined> {
    this.reads += 1;
    if (version !== '1.0.0') return undefined;
    const tarball = { sha256: 'ab', filename: '', size: 1, integrity: '', entry: null, files: [] };
    const frontends = [{ package: '@acme/ui', version: '3.0.0', tarball }];
    const standing = { state: 'active', stateReason: null, review: 'approved', trust: 'trusted' } as const;
    const found = { plugin, version, frontends, ...standing, ...this.release } as InstallableRelease;
    await Promise.resolve();
    this.meanwhile();
    return found;
  }
}

function start(release: Partial<InstallableRelease> = {}) {
  const source = new OneRelease();
  source.release = release;
  const releases = new FrontendReleases(source);
  const open = new OpenFrontend(releases);
  const run = (more: { version?: string; npmPackage?: string; sees?: boolean } = {}) =>
    open.run({
      plugin,
      version: more.version ?? '1.0.0',
      npmPackage: more.npmPackage ?? '@acme/ui',
      seesUnapproved: () => Promise.resolve(more.sees ?? false),
    });
  return { source, releases, run };
}

describe('OpenFrontend', () => {
  it('reads a release once, and again after a change of the plugin or its publisher', async () => {
    const { source, releases, run } = start();
    expect(await run()).toEqual({ sha256: 'ab', isPublic: true });
    await run();
    expect(source.reads).toBe(1);
    source.release = { trust: 'untrusted' };
    releases.forget(plugin);
    await expect(run()).rejects.toMatchObject({ kind: 'forbidden', code: 'not-trusted' });
    source.release = {};
    releases.forgetPublisher('acme');
    expect(await run()).toMatchObject({ isPublic: true });
  });

  it('keeps nothing that may have been read before a change', async () => {
    const { source, releases, run } = start();
    source.meanwhile = () => releases.forget(plugin);
    await run();
    source.meanwhile = () => undefined;
    source.release = { state: 'quarantined', stateReason: 'It steals keys.' };
    await expect(run()).rejects.toMatchObject({
      code: 'quarantined',
      details: { reason: 'It steals keys.' },
    });
  });

  it('finds nothing by a channel, of another package, or unapproved for those who may not see it', async () => {
    const { run } = start();
    for (const wrong of [{ version: 'latest' }, { npmPackage: '@acme/other' }])
      await expect(run(wrong)).rejects.toMatchObject({ kind: 'not-found', code: 'frontend-not-found' });
    const pending = start({ review: 'pending', state: 'quarantined' });
    await expect(pending.run()).rejects.toMatchObject({ code: 'frontend-not-found' });
    const own = start({ review: 'pending' });
    expect(await own.run({ sees: true })).toEqual({ sha256: 'ab', isPublic: false });
  });

  it('still serves what was yanked', async () => {
    const { run } = start({ state: 'yanked', stateReason: 'Old.' });
    expect(await run()).toMatchObject({ sha256: 'ab' });
  });
});
