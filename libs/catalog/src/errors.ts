import { limits, RegistryError } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Problem } from '#descriptor';
import { stateOf, stateReasonOf } from './release.js';
import type { PackagePin, Standing } from './release.js';

/** Something that is wrong with an artifact, or with artifacts that are missing. */
export interface ArtifactProblem {
  readonly code: string;
  readonly filename: string | null;
  readonly message: string;
}

export function invalidDescriptor(problems: readonly Problem[]): RegistryError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const first = errors[0];
  const beginning =
    errors.length === 1
      ? 'The descriptor has an error'
      : `The descriptor has ${errors.length} errors; the first`;
  const place = first ? ` on line ${first.line}: ${first.message}` : '.';
  return new RegistryError('invalid', 'invalid-descriptor', `${beginning}${place}`, {
    details: { problems },
  });
}

export const severalReleases = (count: number, publisher: string): RegistryError =>
  new RegistryError(
    'invalid',
    'several-releases',
    `The descriptor has ${count} versions, and each is a release: send it to /api/v1/publishers/${publisher}/imports.`,
  );

/** The code is the first problem's; all are told. */
export function artifactsRefused(problems: readonly ArtifactProblem[]): RegistryError {
  const messages = problems.map((problem) => problem.message);
  return new RegistryError('invalid', problems[0]?.code ?? 'artifact-unused', messages.join(' '), {
    details: { problems },
  });
}

/** All that a lock names and that can't be had. */
export const lockNotSatisfied = (problems: readonly ArtifactProblem[]): RegistryError =>
  new RegistryError('unprocessable', 'lock-not-satisfied', problems.map(({ message }) => message).join(' '), {
    details: { problems },
  });

export const versionTaken = (plugin: PluginId, version: Version): RegistryError =>
  new RegistryError(
    'conflict',
    'version-taken',
    `${plugin} ${version} is published already, with other bytes, and never changes: raise the version.`,
  );

export const packageOwned = (pin: PackagePin): RegistryError =>
  new RegistryError(
    'forbidden',
    'package-owned',
    `The ${pin.side} package "${pin.package}" belongs to another publisher: upload under a name of your own, or leave its files out to use what the store holds.`,
    { details: { package: pin.package } },
  );

export const fileTaken = (pin: PackagePin, filename: string): RegistryError =>
  new RegistryError(
    'conflict',
    'file-taken',
    `${pin.package} ${pin.version} was uploaded, or pulled from upstream, before, and "${filename}" isn't what it had then: raise the package's version.`,
    { details: { package: pin.package, filename } },
  );

export const packageQuarantined = (pin: PackagePin, reason: string | null): RegistryError =>
  new RegistryError(
    'forbidden',
    'package-quarantined',
    `${pin.package} ${pin.version} is quarantined (${reason ?? 'no reason given'}): use another version.`,
    { details: { package: pin.package, version: pin.version, reason } },
  );

export interface MissingPackage {
  readonly side: PackagePin['side'];
  readonly package: string;
  readonly version: string | null;
  /** Whether upstream was asked, too. */
  readonly lookedUpstream: boolean;
}

export function packageNotFound(missing: readonly MissingPackage[]): RegistryError {
  const names = missing.map(({ package: name, version }) => (version === null ? name : `${name} ${version}`));
  const everywhere = missing.every(({ lookedUpstream }) => lookedUpstream);
  const looked = missing.some(({ lookedUpstream }) => lookedUpstream);
  const sentence = everywhere
    ? `Neither the store nor its upstream has ${names.join(', nor ')}: correct the name or the version`
    : `The store has no ${names.join(', no ')}${looked ? ', nor has its upstream where there is one' : ', and has no upstream to look in'}: correct the name or the version`;
  return new RegistryError(
    'unprocessable',
    'package-not-found',
    `${sentence}, or send the files with the descriptor, as parts named "artifact".`,
    {
      details: {
        packages: missing.map(({ lookedUpstream, ...reference }) => ({
          ...reference,
          looked_in: lookedUpstream ? ['store', 'upstream'] : ['store'],
        })),
      },
    },
  );
}

/** What a sentence repeats of what was asked for. */
const shown = (text: string): string => text.slice(0, limits.nameInSentenceCharacters);

const jobsRetryAfterSeconds = 10;

export const tooManyJobs = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'too-many-jobs',
    'Too many releases wait for packages from upstream: ask again after the seconds that Retry-After says.',
    { retryAfterSeconds: jobsRetryAfterSeconds },
  );

export const jobNotFound = (): RegistryError =>
  new RegistryError(
    'not-found',
    'job-not-found',
    'There is no such job for you: take its address from the answer that began it, within seven days after its end.',
  );

export const jobNotDead = (): RegistryError =>
  new RegistryError(
    'conflict',
    'job-not-dead',
    'Only a job that was given up can be requeued or dismissed: GET /api/v1/jobs?dead=true lists those.',
  );

export const publishAlone = (publisher: string): RegistryError =>
  new RegistryError(
    'unprocessable',
    'publish-alone',
    `It names packages that are fetched from upstream, which may take long: publish it by itself, at /api/v1/publishers/${publisher}/releases.`,
  );

export const pluginNotFound = (plugin: string, near?: PluginId): RegistryError =>
  new RegistryError(
    'not-found',
    'plugin-not-found',
    near === undefined
      ? `There is no plugin "${shown(plugin)}": look for it at /api/v1/plugins?q=.`
      : `There is no plugin "${shown(plugin)}". Did you mean "${near}"?`,
    { details: near === undefined ? {} : { did_you_mean: near } },
  );

export const versionNotFound = (plugin: PluginId, wanted: string, near?: string): RegistryError =>
  new RegistryError(
    'not-found',
    'version-not-found',
    near === undefined
      ? `${plugin} has no version or channel "${shown(wanted)}": see its versions.`
      : `${plugin} has no version or channel "${shown(wanted)}"; it has ${near}, for instance: see its versions.`,
    { details: near === undefined ? {} : { nearest: near } },
  );

export const noLatestVersion = (plugin: PluginId): RegistryError =>
  new RegistryError(
    'not-found',
    'version-not-found',
    `${plugin} has no latest version, since none of its versions is active: see its versions for what became of them.`,
  );

/** Told with the reason, whatever became of what the channel points to. */
export const channelWithdrawn = (
  plugin: PluginId,
  channel: string,
  version: Version,
  standing: Standing,
): RegistryError =>
  new RegistryError(
    'conflict',
    stateOf(standing),
    `The channel "${channel}" of ${plugin} points to ${version}, which is ${stateOf(standing)}: ${stateReasonOf(standing) ?? ''}. Name an exact version until it is moved.`,
    { details: { version, reason: stateReasonOf(standing) } },
  );

export const channelComputed = (): RegistryError =>
  new RegistryError(
    'conflict',
    'channel-computed',
    'The channel "latest" is computed from the releases and can\'t be set: yank a release to pass it over, or use another channel.',
  );

export const invalidChannel = (written: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-channel',
    `"${shown(written)}" can't be a channel: use up to 32 lower-case letters, digits and hyphens that begin with a letter, and nothing that reads as a version or range.`,
  );

export const channelNotFound = (plugin: PluginId, channel: string): RegistryError =>
  new RegistryError(
    'not-found',
    'channel-not-found',
    `${plugin} never had a channel "${channel}": see its channels.`,
  );

export const releaseNotApproved = (plugin: PluginId, version: Version, review: string): RegistryError =>
  new RegistryError(
    'conflict',
    'not-approved',
    `${plugin} ${version} is ${review}: a channel can point to it once a moderator approves it.`,
  );

export const releaseNotActive = (plugin: PluginId, version: Version, standing: Standing): RegistryError =>
  new RegistryError(
    'conflict',
    stateOf(standing),
    `${plugin} ${version} is ${stateOf(standing)}: ${stateReasonOf(standing) ?? ''}. Point the channel to another version.`,
    { details: { version, reason: stateReasonOf(standing) } },
  );

export const releaseQuarantined = (plugin: PluginId, version: Version, reason: string): RegistryError =>
  new RegistryError(
    'forbidden',
    'quarantined',
    `${plugin} ${version} is quarantined: ${reason}. Use another version.`,
    { details: { reason } },
  );

export const replacedByItself = (plugin: PluginId): RegistryError =>
  new RegistryError(
    'invalid',
    'replaced-by-itself',
    `${plugin} can't be replaced by itself: name another plugin in "replaced_by", or leave it out.`,
  );

export const invalidRange = (range: string): RegistryError =>
  new RegistryError(
    'invalid',
    'invalid-range',
    `"${shown(range)}" is no version range: write one as npm reads them, e.g. "^1.2".`,
  );
