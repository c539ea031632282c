import type { RegistryError } from '#kernel';
import { packageNotFound, packageQuarantined } from './errors.js';
import type { MissingPackage } from './errors.js';
import { isUnavailable } from './is-unavailable.js';
import type { MatchedReference } from './match-artifacts.js';
import { packageVersionKey } from './package-version-key.js';
import type { HeldVersion, PackageShelf } from './package-shelf.js';
import type { PackageOffer, PackageSource } from './package-source.js';
import type { PackagePin } from './release.js';
import type { ResolvedPackage, ResolveOptions } from './resolution.js';
import { resolveUploaded } from './resolve-uploaded.js';

/** A version that is upstream's to hand out; `kept` is what the store could use instead, should upstream be silent. */
interface Offered {
  readonly offered: PackagePin;
  readonly kept: ResolvedPackage | undefined;
}

type Choice = ResolvedPackage | Offered | 'upstream-needed' | undefined;

/**
 * Chooses one version of every package: the one that came along, the one that is named, else the newest stable one; of
 * what the publisher may use in the store, and of upstream where the name is nobody's here. Undefined where upstream is
 * needed and `fetching` says not yet. Nothing is fetched before all of it was found.
 */
export async function resolvePackages(
  references: readonly MatchedReference[],
  options: ResolveOptions,
): Promise<readonly ResolvedPackage[] | undefined> {
  const choices = await chooseAll(references, options);
  if (choices.includes('upstream-needed')) return undefined;
  const resolved: ResolvedPackage[] = [];
  for (const [index, choice] of choices.entries()) {
    const found =
      choice !== undefined && choice !== 'upstream-needed' ? await take(choice, options) : undefined;
    if (found) resolved.push(found);
    else throw notFound([references[index]], options);
  }
  return resolved;
}

/** All that is missing is told at once; what is refused for good before what may be there in a minute. */
async function chooseAll(
  references: readonly MatchedReference[],
  options: ResolveOptions,
): Promise<readonly Choice[]> {
  const settled = await Promise.allSettled(references.map((reference) => choose(reference, options)));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  const final = failures.find((error) => !isUnavailable(error));
  if (final) throw final;
  const missing = references.filter((_, index) => {
    const one = settled[index];
    return one?.status === 'fulfilled' && one.value === undefined;
  });
  if (missing.length > 0) throw notFound(missing, options);
  if (failures[0]) throw failures[0];
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
}

async function choose(reference: MatchedReference, options: ResolveOptions): Promise<Choice> {
  const { side, package: name, uploads } = reference;
  const owner = await options.shelf.owner(side, name);
  if (uploads.length > 0) return resolveUploaded(reference, owner, options);
  if (typeof owner === 'string') return chooseHeld(reference, owner, options);
  const kept = owner === null ? await chooseHeld(reference, owner, options) : undefined;
  if (!options.source.isOn(side)) return kept;
  if (options.fetching === 'not-yet') return 'upstream-needed';
  return chooseOffered(reference, kept, options.source);
}

async function chooseOffered(
  { side, package: name, version: named }: MatchedReference,
  kept: ResolvedPackage | undefined,
  source: PackageSource,
): Promise<Choice> {
  try {
    const offer = await source.offer(side, name);
    const version = offer && versionIn(offer, side, named);
    return version === undefined ? kept : { offered: { side, package: name, version }, kept };
  } catch (error) {
    if (kept && isUnavailable(error)) return kept;
    throw error;
  }
}

function versionIn(offer: PackageOffer, side: PackagePin['side'], named: string | null): string | undefined {
  if (named !== null) {
    const key = packageVersionKey(side, named);
    return offer.versions.find(({ version }) => packageVersionKey(side, version) === key)?.version;
  }
  return offer.newest ?? offer.versions.filter(({ withdrawn }) => !withdrawn).at(-1)?.version;
}

async function take(
  choice: ResolvedPackage | Offered,
  options: ResolveOptions,
): Promise<ResolvedPackage | undefined> {
  if ('pin' in choice) return choice;
  const { offered, kept } = choice;
  const { shelf, source } = options;
  if (options.fetching === 'look') {
    await requireOpen(offered, shelf);
    return { pin: offered, uploads: [], held: [], leftOut: [], unseen: true };
  }
  try {
    const leftOut = await source.pull(offered, options.onProgress);
    if (leftOut === undefined) return kept;
    const pin = await requireOpen(offered, shelf);
    return { pin, uploads: [], held: await shelf.files(pin), leftOut, unseen: false };
  } catch (error) {
    if (kept && isUnavailable(error)) return kept;
    throw error;
  }
}

/** The version as the store spells it, if it has it; a moderator may have stopped it before anybody pulled it. */
async function requireOpen(pin: PackagePin, shelf: PackageShelf): Promise<PackagePin> {
  const found = await shelf.find(pin);
  if (found?.quarantined) throw packageQuarantined(pin, found.quarantined.reason);
  return { ...pin, version: found?.version ?? pin.version };
}

/** Of what the store holds: all of one's own and of upstream's, and what an approved release shows of others'. */
async function chooseHeld(
  { side, package: name, version: named }: MatchedReference,
  owner: string | null,
  { publisher, shelf }: ResolveOptions,
): Promise<ResolvedPackage | undefined> {
  const mayUseAll = owner === publisher || owner === null;
  const mayUse = async ({ version }: HeldVersion) =>
    mayUseAll || (await shelf.isKnown({ side, package: name, version }));
  const chosen =
    named === null
      ? await newest(await shelf.versions(side, name), mayUse)
      : await shelf.find({ side, package: name, version: named });
  if (!chosen || !(await mayUse(chosen))) return undefined;
  const pin = { side, package: name, version: chosen.version };
  if (chosen.quarantined) throw packageQuarantined(pin, chosen.quarantined.reason);
  const held = await (mayUseAll ? shelf.files(pin) : shelf.knownFiles(pin));
  // A version may be known without any file: of an upstream's, or one whose files came from there before it was granted.
  return held.length === 0 ? undefined : { pin, uploads: [], held, leftOut: [], unseen: false };
}

/** As pip and npm choose: the highest stable version, else the highest pre-release. */
async function newest(
  versions: readonly HeldVersion[],
  mayUse: (version: HeldVersion) => Promise<boolean>,
): Promise<HeldVersion | undefined> {
  const open = versions.filter(({ quarantined }) => !quarantined).reverse();
  const byChoice = [...open.filter(({ stable }) => stable), ...open.filter(({ stable }) => !stable)];
  for (const version of byChoice) if (await mayUse(version)) return version;
  return undefined;
}

function notFound(
  references: readonly (MatchedReference | undefined)[],
  { source }: ResolveOptions,
): RegistryError {
  const missing = references.flatMap((reference): MissingPackage[] => {
    if (!reference) return [];
    const { side, package: name, version } = reference;
    return [{ side, package: name, version, lookedUpstream: source.isOn(side) }];
  });
  return packageNotFound(missing);
}
