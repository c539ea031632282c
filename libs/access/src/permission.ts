import type { Role } from './role.js';
import type { Scope } from './scope.js';

type Holder = 'everyone' | 'account' | 'host' | 'maintainer' | 'owner' | 'maintainer-or-moderator' | Role;

export interface PermissionRule {
  /** Who may: `maintainer` and `owner` of the publisher that the route names, owners being maintainers too. */
  readonly holder: Holder;
  /** What a token or key needs; null where any credential of the holder does. */
  readonly scope: Scope | null;
  readonly description: string;
}

/** Every permission that a route can ask for. Each route names exactly one. */
export const permissions = {
  public: { holder: 'everyone', scope: null, description: 'Everyone, always.' },
  'sign-in': {
    holder: 'everyone',
    scope: null,
    description: 'Everyone; whichever credential is sent along is not looked at.',
  },
  read: {
    holder: 'everyone',
    scope: 'read',
    description: 'Everyone; members only when the store is closed to others.',
  },
  'own-account': { holder: 'account', scope: null, description: 'Any account, for what is its own.' },
  'create-publisher': { holder: 'account', scope: 'manage', description: 'Any account.' },
  'create-host': { holder: 'account', scope: 'manage', description: 'Any account.' },
  'manage-host': {
    holder: 'account',
    scope: 'manage',
    description: 'The host’s maker, or a member of its publisher.',
  },
  publish: {
    holder: 'maintainer',
    scope: 'publish',
    description: 'An owner or maintainer of the publisher.',
  },
  upload: {
    holder: 'account',
    scope: 'publish',
    description:
      'An owner or maintainer of the package’s publisher, or somebody who was added to the package; for a new name, a member of any publisher.',
  },
  'manage-package': {
    holder: 'account',
    scope: 'manage',
    description: 'An owner or maintainer of the package’s publisher.',
  },
  'write-package': {
    holder: 'account',
    scope: null,
    description:
      'Whoever may upload to the package, with the scope `publish`; what changes no bytes is for those who may manage it, with the scope `manage`.',
  },
  manage: { holder: 'maintainer', scope: 'manage', description: 'An owner or maintainer of the publisher.' },
  'end-membership': {
    holder: 'maintainer',
    scope: 'manage',
    description: 'An owner of the publisher; a maintainer for themselves.',
  },
  'manage-members': { holder: 'owner', scope: 'manage', description: 'An owner of the publisher.' },
  'see-reports': {
    holder: 'maintainer-or-moderator',
    scope: 'manage',
    description: 'An owner or maintainer of the publisher, or a moderator.',
  },
  moderate: { holder: 'moderator', scope: 'moderate', description: 'A moderator.' },
  administer: { holder: 'administrator', scope: 'admin', description: 'An administrator.' },
  install: { holder: 'host', scope: 'install', description: 'A host, by its key.' },
  introspect: { holder: 'host', scope: 'introspect', description: 'A host, by its key.' },
  report: { holder: 'host', scope: 'report', description: 'A host, by its key.' },
} as const satisfies Record<string, PermissionRule>;

export type Permission = keyof typeof permissions;
