/** Every cap of `mortise dev`, named, with its unit last. */
export const devLimits = {
  /** After the last change of a file: editors write several. */
  settleMs: 150,
  /** For making the environment, and for installing into it. */
  programMs: 10 * 60_000,
  programCharacters: 8_000,
  /** Folders below a plugin's that are looked into for projects. */
  folders: 200,
} as const;
