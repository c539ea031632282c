export { readBackendLimits } from './runners/backend-limits.js';
export type { BackendLimits, LimitBounds } from './runners/backend-limits.js';
export { EnvironmentBuilder, Runner } from './runners/runner.js';
export type {
  BackendAddress,
  BackendToRun,
  EndingLimit,
  Ending,
  EnvironmentRequest,
  RunningBackend,
} from './runners/runner.js';
