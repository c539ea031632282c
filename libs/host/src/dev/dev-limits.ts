/** Every cap of `mortise dev`, named, with its unit last. */
export const devLimits = {
  /** After the last change of a file: editors write several. */
  settleMs: 150,
  /** Between looks for the plugin's folder while it is away. */
  returnMs: 500,
  /** For making the environment, and for installing into it. */
  programMs: 10 * 60_000,
  programCharacters: 8_000,
  /** Folders below a plugin's that are looked into for projects. */
  folders: 200,
} as const;
