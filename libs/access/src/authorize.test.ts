import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { authorize, matchesPattern } from './authorize.js';
import type { MemberRole } from './authorize.js';
import { permissions } from './permission.js';
import type { Permission } from './permission.js';
import { anonymous } from './principal.js';
import type { AccountPrincipal, Principal } from './principal.js';
import { accountScopes, hostScopes } from './scope.js';
import type { AccountScope } from './scope.js';
import { beyond } from './token-reach.js';

const ada: AccountPrincipal = {
  kind: 'account',
  accountId: '1',
  username: 'ada',
  roles: ['administrator'],
  via: 'token',
  credentialId: '2',
  scopes: accountScopes,
  publisher: null,
  plugins: [],
  packages: null,
  networks: null,
  expiresAt: null,
};
const host: Principal = { kind: 'host', hostId: '3', hostName: 'h', credentialId: '4', scopes: hostScopes };
const plugin: Principal = { kind: 'plugin', installationId: '5', credentialId: '6' };
const target = { publisher: 'galaxy', plugin: 'kube' };

async function refusal(
  principal: Principal,
  permission: Permission,
  { closed = false, role = undefined as MemberRole | undefined } = {},
): Promise<string | undefined> {
  try {
    await authorize(principal, permission, target, { closed, memberRole: async () => role });
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('authorize', () => {
  const names = Object.keys(permissions) as Permission[];
  const closed = names.filter((name) => permissions[name].holder !== 'everyone');

  it.each(closed)('asks nobody for a credential: %s', async (permission) => {
    expect(await refusal(anonymous, permission)).toBe('credential-needed');
  });

  it.each(names.filter((name) => name !== 'public' && name !== 'sign-in'))(
    'opens nothing that is closed to a plugin’s key: %s',
    async (permission) => {
      expect(await refusal(plugin, permission, { closed: true })).toBe('forbidden');
    },
  );

  it.each(closed)('needs the scope that it names: %s', async (permission) => {
    const { scope, holder } = permissions[permission];
    if (scope === null) return;
    const holding = { role: 'owner' as const };
    const isHosts = holder === 'host';
    const scopes = (isHosts ? hostScopes : accountScopes) as readonly string[];
    const without = scopes.filter((held) => held !== scope && held !== 'admin');
    const principal = isHosts ? host : ada;
    expect(await refusal(principal, permission, holding)).toBeUndefined();
    const lesser = { ...principal, scopes: without } as Principal;
    expect(await refusal(lesser, permission, holding)).toBe('scope-needed');
  });

  it('tells maintainers from owners, and both from others', async () => {
    const person = { ...ada, roles: [] };
    expect(await refusal(person, 'publish')).toBe('not-a-member');
    expect(await refusal(person, 'publish', { role: 'maintainer' })).toBeUndefined();
    expect(await refusal(person, 'manage-members', { role: 'maintainer' })).toBe('not-a-member');
    expect(await refusal(person, 'manage-members', { role: 'owner' })).toBeUndefined();
  });

  it('keeps a token within its publisher and plugins', async () => {
    const owner = { role: 'owner' as const };
    expect(await refusal({ ...ada, publisher: 'other' }, 'publish', owner)).toBe('token-too-narrow');
    expect(await refusal({ ...ada, plugins: ['galaxy/x*'] }, 'manage', owner)).toBe('token-too-narrow');
    expect(await refusal({ ...ada, plugins: ['galaxy/k*'] }, 'manage', owner)).toBeUndefined();
  });
});

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
const id = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });

describe('patterns of plugins', () => {
  it('match as the regular expression that they stand for', () => {
    fc.assert(
      fc.property(id, pattern, (text, written) => {
        const expected = new RegExp(`^${written.replaceAll('*', '.*')}$`).test(text);
        expect(matchesPattern(text, written)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('that a token may mint reach nothing that it does not reach', () => {
    fc.assert(
      fc.property(pattern, pattern, id, (asked, held, run) => {
        const text = asked.replaceAll('*', run);
        const scopes: AccountScope[] = [];
        const reach = {
          scopes,
          publisher: null,
          plugins: [asked],
          packages: null,
          networks: null,
          expiresAt: 0,
        };
        const isWithin = beyond({ ...ada, plugins: [held] }, reach) === undefined;
        expect(!isWithin || matchesPattern(text, held)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('full of stars end', () => {
    // One that tries every way to spread the stars doesn't in a lifetime.
    expect(matchesPattern('a'.repeat(100), `${'*a'.repeat(50)}*b`)).toBe(false);
  });
});
