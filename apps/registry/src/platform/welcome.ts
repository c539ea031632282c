import { existsSync } from 'node:fs';
import type { StoreSettings } from './settings/store-settings.js';

/** What a person reads when the store is up: four lines. */
export function welcome(settings: StoreSettings, passwordFile: string): readonly string[] {
  const { publicUrl, values } = settings;
  return [
    `Mortise is up at ${publicUrl}`,
    `The API, to read and to try: ${publicUrl}/docs`,
    passwordLine(passwordFile, values.adminUsername, values.adminPassword !== null),
    values.read === 'members'
      ? `Search, as a member: mortise login --store ${publicUrl}, then mortise search kubernetes`
      : `Search: curl '${publicUrl}/api/v1/plugins?q=kubernets'`,
  ];
}

function passwordLine(path: string, username: string, isGiven: boolean): string {
  if (existsSync(path)) return `Sign in as "${username}" with the password in ${path}`;
  if (isGiven)
    return `Sign in as "${username}" with the password that MORTISE_ADMIN_PASSWORD gave at the first start`;
  return `Sign in as "${username}" with the password of its own`;
}
