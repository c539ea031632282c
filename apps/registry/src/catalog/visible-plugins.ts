import { closestWord, splitPluginId } from '#kernel';
import type { PluginId } from '#kernel';
import { PluginCatalog, pluginNotFound, publicPlugin } from '#catalog';
import type { Plugin } from '#catalog';
import type { Viewer } from '../platform/answers/plugin-documents.js';

/** Finds plugins as their viewers may see them. */
export class VisiblePlugins {
  constructor(private readonly catalog: PluginCatalog) {}

  /** Throws `plugin-not-found`, also where there is nothing in it that the viewer may see. */
  async find({ plugin: id, seesAll }: Viewer): Promise<Plugin> {
    const plugin = await this.catalog.find(id);
    const visible = plugin && !seesAll ? publicPlugin(plugin) : plugin;
    if (visible && visible.releases.length > 0) return visible;
    throw pluginNotFound(id, await this.nearest(id));
  }

  private async nearest(id: PluginId): Promise<PluginId | undefined> {
    const { publisher, name } = splitPluginId(id);
    const siblings = (await this.catalog.visibleSiblings(publisher)).map((sibling) => splitPluginId(sibling));
    const near = closestWord(
      name,
      siblings.map((sibling) => sibling.name),
    );
    return near === undefined ? undefined : `${publisher}/${near}`;
  }
}
