import type { HostSettings } from '../folder/host-file.js';
import type { ContainerSettings } from './container-engine.js';

/** What the owner of a host decided about containers. */
export const containerSettings = (settings: HostSettings): ContainerSettings => ({
  command: settings.container_command,
  options: settings.container_options,
  image: settings.container_image,
  allowNetwork: settings.allow_network,
});
