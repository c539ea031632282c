import type { StoreClient } from '#client';
import type { HostFolder } from '../folder/host-folder.js';
import type { ContainerEnvironmentBuilder } from '../runners/container-environment-builder.js';
import type { ProcessEnvironmentBuilder } from './environment/process-environment-builder.js';

/** What an operation is doing, for whoever shows it. */
export interface HostProgress {
  /** `warn`: nothing is being done, and `what` is a sentence for the owner. */
  readonly step: 'wait' | 'register' | 'fetch' | 'resolve' | 'build' | 'switch' | 'remove' | 'warn';
  /** In a few words, e.g. `numpy-1.26.4-….whl`. */
  readonly what: string;
  /** Bytes, where bytes are counted. */
  readonly done?: number;
  readonly of?: number;
}

export interface OperationOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: HostProgress) => void;
}

/** What every operation works with. */
export interface HostWork {
  readonly folder: HostFolder;
  readonly store: StoreClient;
  readonly processBuilder: ProcessEnvironmentBuilder;
  /** Builds what runs in containers. */
  readonly containerBuilder: ContainerEnvironmentBuilder;
  readonly signal: AbortSignal;
  readonly tell: (progress: HostProgress) => void;
}
