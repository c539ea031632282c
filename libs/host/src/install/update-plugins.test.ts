import { describe, expect, it } from '@jest/globals';
import { emptyState } from '../folder/host-state.js';
import type { HostState, InstallationState } from '../folder/host-state.js';
import { chosen } from './update-plugins.js';

const stateOf = (...versions: readonly string[]): HostState => ({
  ...emptyState,
  installations: Object.fromEntries(
    versions.map((version, at) => {
      const one = { id: `id-${at}`, plugin: 'acme/tool', current: { version }, wanted: null };
      return [one.id, one as unknown as InstallationState];
    }),
  ),
});

describe('a version that is named', () => {
  it('is said to be here more than once where it is, and not to be missing', () => {
    const state = stateOf('1.0.0', '1.0.0', '1.1.0');
    expect(() => chosen(state, 'acme/tool@1.0.0')).toThrow(
      expect.objectContaining({
        code: 'several-installed',
        message: expect.stringMatching(/installed here 2 times: 1\.0\.0 \(id-0\), 1\.0\.0 \(id-1\)\. Name/),
      }),
    );
    expect(() => chosen(state, 'acme/tool@9.0.0')).toThrow(expect.objectContaining({ code: 'wish-unclear' }));
    expect(chosen(state, 'Acme/Tool@1.1.0')).toMatchObject([{ id: 'id-2' }]);
  });
});
