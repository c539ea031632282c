/** The folder of package.json: the build lies in `dist` below it, in the folders of the sources. */
export const projectRoot = new URL('../../../../../', import.meta.url);
