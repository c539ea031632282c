export { HostError } from './host-error.js';
export type { HostErrorOptions } from './host-error.js';
export { onOneLine } from './one-line.js';
export { hostLimits } from './host-limits.js';

// the library
export { createHost, Host } from './host.js';
export type { InstallOptions, NewHost, UpdateOptions } from './host.js';
export type { PluginKeyCheck } from './install/plugin-key-checks.js';
export { noticesOf } from './install/ask-status.js';
export type { ToldStatus } from './install/ask-status.js';
export type { FollowResult } from './install/follow-store.js';
export type { HostProgress, OperationOptions } from './install/host-work.js';
export type { InstallResult } from './install/install-plugin.js';
export { pinOf, thumbprint } from './install/manifest/pinned-keys.js';
export { ProcessEnvironmentBuilder } from './install/environment/process-environment-builder.js';
export type { SwitchOutcome } from './install/switch-release.js';
export type { UpdateResult } from './install/update-plugins.js';
export { describePythonScript, runPythonScript } from './machine/python.js';
export { reachAsNode } from './machine/reach-as-node.js';

export { initHost } from './init-host.js';
export type { InitWish } from './init-host.js';
export type { Finding } from './install/doctor/examine-host.js';

// the folder
export { FolderLock } from './folder/folder-lock.js';
export { defaultSettings } from './folder/host-file.js';
export type { HostFile, HostSettings, PinnedKey } from './folder/host-file.js';
export { HostFolder } from './folder/host-folder.js';
export { HostPaths } from './folder/host-paths.js';
export {
  emptyState,
  hasVersion,
  nameIn,
  namedReleases,
  notInstalled,
  switched,
  switchRefused,
  withInstallation,
} from './folder/host-state.js';
export type { HostState, InstallationState, InstalledRelease } from './folder/host-state.js';
export { updateHint } from './install/update-hint.js';
export type { Manifest, ManifestBackend, ManifestFrontend, Runtime } from './install/manifest/manifest.js';

// what runs back ends
export { readBackendLimits } from './runners/backend-limits.js';
export type { BackendLimits, LimitBounds } from './runners/backend-limits.js';
export { ContainerEnvironmentBuilder } from './runners/container-environment-builder.js';
export { ContainerRunner } from './runners/container-runner.js';
export type { ContainerSettings } from './runners/container-engine.js';
export { ProcessRunner } from './runners/process-runner.js';
export type { ProcessRunnerOptions } from './runners/process-runner.js';
export { EnvironmentBuilder, Runner } from './runners/runner.js';
export type {
  BackendAddress,
  BackendToRun,
  EndingLimit,
  Ending,
  EnvironmentRequest,
  RunningBackend,
  TargetPython,
} from './runners/runner.js';

// the agent
export { Agent } from './agent/agent.js';
export type { AgentOptions } from './agent/agent.js';
export { callAgent } from './agent/call-agent.js';
export { readAgentFile } from './folder/agent-file.js';
export type { AgentFile } from './folder/agent-file.js';
export { followLogs, lastLogLines, shownLogLines } from './agent/plugin-logs.js';
export type { AgentEvent, AgentEventType } from './agent/agent-event.js';
export type { AgentStatus } from './agent/agent-status.js';
export { DevHost } from './dev/dev-host.js';
export type { DevOptions } from './dev/dev-host.js';
export { projectFolders } from './dev/plugin-sources.js';

export { exportIndexName } from './archive/export-index.js';
export type { ExportedFile, ExportedKind, ExportIndex } from './archive/export-index.js';
export { openArchive } from './archive/open-archive.js';
export type { OpenedArchive } from './archive/open-archive.js';
export { readMetadata as readWheelMetadata } from './install/environment/wheel-metadata.js';
