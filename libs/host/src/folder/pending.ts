import type { HostState, InstallationState, PendingAct } from './host-state.js';

export const withPending = (state: HostState, act: PendingAct): HostState => ({
  ...state,
  pending: [...state.pending, act],
});

export const withoutPending = (state: HostState, isDone: (act: PendingAct) => boolean): HostState =>
  state.pending.some(isDone) ? { ...state, pending: state.pending.filter((act) => !isDone(act)) } : state;

/** The state with that installation, of which nothing is pending any more. */
export const withSettled = (state: HostState, installation: InstallationState): HostState =>
  withoutPending(
    { ...state, installations: { ...state.installations, [installation.id]: installation } },
    (act) => act.installation === installation.id,
  );

export function withoutInstallation(state: HostState, id: string): HostState {
  const { [id]: gone, ...others } = state.installations;
  return gone === undefined ? state : { ...state, installations: others };
}
