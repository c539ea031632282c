/** The two sides of the store: npm's names and versions (SemVer), and Python's (PEP 503, PEP 440). */
export type PackageSide = 'npm' | 'python';
