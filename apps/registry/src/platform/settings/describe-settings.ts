import { settingsTable } from './config.js';
import type { Settings } from './config.js';
import type { Setting } from './setting.js';

/** The settings that hold, a `variable=value` each below what it is for; secrets are only said to be set. */
export function settingsLines(settings: Settings): string {
  return Object.entries(settingsTable)
    .map(([name, setting]) => {
      const { variable, about, allowed, byDefault } = setting;
      const value = (setting as Setting<unknown>).write(settings[name as keyof Settings]);
      return `# ${about}\n# Write ${allowed}. By default: ${byDefault}.\n${variable}=${value}`;
    })
    .join('\n\n');
}

/** The rows of the table in docs/settings.md. */
export function settingsRows(): string {
  const rows = Object.values(settingsTable).map(
    ({ variable, about, allowed, byDefault }) => `| \`${variable}\` | ${about} | ${allowed} | ${byDefault} |`,
  );
  return ['| variable | what it is for | write | by default |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
