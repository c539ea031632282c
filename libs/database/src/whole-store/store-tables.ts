/** Tables whose rows make up a store, those first that others refer to. */
export const movedTables = [
  'account',
  'session',
  'token',
  'publisher',
  'publisher_member',
  'cluster_secret',
  'audit_entry',
  'plugin',
  'plugin_release',
  'package',
  'package_version',
  'package_file',
  'package_tag',
  'package_maintainer',
  'upstream_page',
  'upstream_metadata',
  'release_pin',
  'release_artifact',
  'release_download',
  'job',
  'job_blob',
  'channel',
  'channel_move',
  'change',
  'quarantine',
  'host',
  'installation',
  'api_key',
  'installation_report',
] as const;

/** What only the processes of one place have to do with: who leads, what they tell each other, what is on its way out there. */
export const leftTables = ['web_login', 'blob_removal', 'lease', 'notice'] as const;

/** Of those, the ones that number their rows. */
export const numberedTables = ['audit_entry', 'change', 'channel_move', 'installation_report'] as const;
