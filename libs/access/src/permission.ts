import type { Role } from './role.js';
import type { Scope } from './scope.js';

type Holder = 'everyone' | 'account' | 'host' | 'maintainer' | 'owner' | 'maintainer-or-moderator' | Role;

/**
 * What a narrowed token must reach: all that the path names; its publisher alone, where the plugin is learned later; the
 * whole store; or anything at all that isn't packages. Null: nothing here, since the route asks once it knows for what.
 */
type Reach = 'path' | 'publisher' | 'store' | 'beyond-packages';

export interface PermissionRule {
  /** Who may: `maintainer` and `owner` of the publisher that the route names, owners being maintainers too. */
  readonly holder: Holder;
  /** What a token or key needs; null where any credential of the holder does. */
  readonly scope: Scope | null;
  readonly reach: Reach | null;
  readonly description: string;
}

/** Every permission that a route can ask for. Each route names exactly one. */
export const permissions = {
  public: { holder: 'everyone', scope: null, reach: null, description: 'Everyone, always.' },
  'sign-in': {
    holder: 'everyone',
    scope: null,
    reach: null,
    description: 'Everyone; whichever credential is sent along is not looked at.',
  },
  read: {
    holder: 'everyone',
    scope: 'read',
    reach: null,
    description: 'Everyone; members only when the store is closed to others.',
  },
  'own-account': {
    holder: 'account',
    scope: null,
    reach: null,
    description: 'Any account, for what is its own.',
  },
  'create-publisher': {
    holder: 'account',
    scope: 'manage',
    reach: 'beyond-packages',
    description: 'Any account.',
  },
  'create-host': { holder: 'account', scope: 'manage', reach: 'store', description: 'Any account.' },
  'manage-host': {
    holder: 'account',
    scope: 'manage',
    reach: 'store',
    description: 'The host’s maker, or a member of its publisher.',
  },
  publish: {
    holder: 'maintainer',
    scope: 'publish',
    reach: 'publisher',
    description: 'An owner or maintainer of the publisher.',
  },
  upload: {
    holder: 'account',
    scope: 'publish',
    reach: null,
    description:
      'An owner or maintainer of the package’s publisher, or somebody who was added to the package; for a new name, a member of any publisher.',
  },
  'manage-package': {
    holder: 'account',
    scope: 'manage',
    reach: null,
    description: 'An owner or maintainer of the package’s publisher.',
  },
  'write-package': {
    holder: 'account',
    scope: null,
    reach: null,
    description:
      'Whoever may upload to the package, with the scope `publish`; what changes no bytes is for those who may manage it, with the scope `manage`.',
  },
  manage: {
    holder: 'maintainer',
    scope: 'manage',
    reach: 'path',
    description: 'An owner or maintainer of the publisher.',
  },
  'end-membership': {
    holder: 'maintainer',
    scope: 'manage',
    reach: 'path',
    description: 'An owner of the publisher; a maintainer for themselves.',
  },
  'manage-members': {
    holder: 'owner',
    scope: 'manage',
    reach: 'path',
    description: 'An owner of the publisher.',
  },
  'see-reports': {
    holder: 'maintainer-or-moderator',
    scope: 'manage',
    reach: 'path',
    description: 'An owner or maintainer of the publisher, or a moderator.',
  },
  moderate: { holder: 'moderator', scope: 'moderate', reach: 'path', description: 'A moderator.' },
  administer: { holder: 'administrator', scope: 'admin', reach: 'path', description: 'An administrator.' },
  install: { holder: 'host', scope: 'install', reach: null, description: 'A host, by its key.' },
  introspect: { holder: 'host', scope: 'introspect', reach: null, description: 'A host, by its key.' },
  report: { holder: 'host', scope: 'report', reach: null, description: 'A host, by its key.' },
} as const satisfies Record<string, PermissionRule>;

export type Permission = keyof typeof permissions;
