import type { PluginId } from '#kernel';

/** Whether what was committed can be seen at every door of this process. */
export abstract class Visibility {
  /**
   * Resolves once searches find the plugin as the last commit left it, or when the longest wait is over: what is
   * committed is never refused because an index is late.
   */
  abstract reached(plugin: PluginId): Promise<void>;
}
