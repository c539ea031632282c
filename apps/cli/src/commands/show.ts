import type { Command } from 'commander';
import type { ReleaseDetailBody, ReleaseInterfaceBody } from '#client';
import { defineCommand } from '../cli-command.js';
import type { Output } from '../output.js';
import { parsePluginSpec } from '../plugin-spec.js';

/** Tells what the store knows of a plugin, or of one of its releases. */
export const show = defineCommand<object, [spec: string]>({
  name: 'show',
  group: 'Find',
  summary: 'tell about a plugin, or about one version of it',
  examples: [
    'mortise show galaxy/kubeplugin',
    'mortise show galaxy/kubeplugin@beta',
    'mortise show --json galaxy/kubeplugin',
  ],
  define: (command: Command) =>
    command.argument('<plugin>', 'publisher/plugin, or publisher/plugin@version (or @channel)'),
  run: async (context, _options, spec) => {
    const { output, signal } = context;
    const { publisher, plugin, version } = parsePluginSpec(spec);
    const store = await context.store();
    if (version !== undefined) {
      const release = await store.call('getRelease', { publisher, plugin, version }, { signal });
      output.result(release, describeRelease(release, output));
      return;
    }
    const found = await store.call('getPlugin', { publisher, plugin }, { signal });
    const channels = Object.entries(found.channels).map(([name, to]) => `${name} → ${to}`);
    const heading = [output.paint('bold', `${found.id} (${found.version})`), found.title ?? found.name];
    const about = found.latest
      ? describeRelease(found.latest, output)
      : [...heading, 'No version of it is active: `mortise versions` lists them.'];
    output.result(found, [
      ...about,
      ...field(output, 'Versions', String(found.version_count)),
      ...field(output, 'Channels', channels.join(', ')),
    ]);
  },
});

function describeRelease(release: ReleaseDetailBody, output: Output): string[] {
  const { id, version, version_label: label, title, name, summary, description, state, deprecated } = release;
  const one = (name: string, value: string | null | undefined): string[] => field(output, name, value);
  return [
    output.paint('bold', `${id}@${version}${label === null ? '' : ` (${label})`}`),
    `${title ?? name}${summary === null ? '' : `: ${summary}`}`,
    ...(state === 'active' ? [] : [output.paint('red', `${state}: ${release.state_reason ?? ''}`)]),
    ...(release.review === 'approved' ? [] : [output.paint('yellow', `review: ${release.review}`)]),
    ...(deprecated === null ? [] : [output.paint('yellow', `deprecated: ${replacement(deprecated)}`)]),
    '',
    ...(description === null ? [] : [...description.trimEnd().split('\n'), '']),
    ...Object.entries(release.interfaces).flatMap(([name, parts]) =>
      one(`Interface ${name}`, partsOf(parts)),
    ),
    ...one('Operations', release.operations.map(({ name }) => name).join(', ')),
    ...one('Trust', release.trust),
    ...one('Permissions', release.permissions.join(', ')),
    ...one(
      'Requires',
      Object.entries(release.requires)
        .map(([host, range]) => `${host} ${range}`)
        .join(', '),
    ),
    ...one('Categories', release.categories.join(', ')),
    ...one('Tags', release.tags.join(', ')),
    ...one('Maintainer', release.maintainer),
    ...one('License', release.license),
    ...one('Homepage', release.homepage),
    ...one('Repository', release.repository),
    ...one('Published', `${release.published_at} by ${release.published_by}`),
    ...one('Manifest', release.manifest_url),
  ];
}

const replacement = ({
  message,
  replaced_by: by,
}: {
  message: string;
  replaced_by: string | null;
}): string => (by === null ? message : `${message} (instead: ${by})`);

const partsOf = ({ backend, frontend, form }: ReleaseInterfaceBody): string =>
  [
    ...(backend ? [`back end ${backend.package} ${backend.version ?? ''}`.trimEnd()] : []),
    ...(frontend ? [`front end ${frontend.package} ${frontend.version ?? ''}`.trimEnd()] : []),
    ...(form ? ['form'] : []),
  ].join(', ');

const field = (output: Output, name: string, value: string | null | undefined): string[] =>
  value ? [`${output.paint('dim', `${name}:`)} ${value}`] : [];
