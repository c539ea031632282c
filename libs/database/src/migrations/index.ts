import { Access1760000000000 } from './1760000000000-access.js';
import { Catalog1760000001000 } from './1760000001000-catalog.js';
import { Install1760000002000 } from './1760000002000-install.js';
import { Quarantine1760000003000 } from './1760000003000-quarantine.js';
import { Packages1760000004000 } from './1760000004000-packages.js';
import { WideSequences1760000005000 } from './1760000005000-wide-sequences.js';
import { Replicas1760000006000 } from './1760000006000-replicas.js';
import { BlobRemovals1760000008000 } from './1760000008000-blob-removals.js';
import { PagesAnew1760000009000 } from './1760000009000-pages-anew.js';

/** In the order in which they are applied. Never edited once landed. */
export const migrations = [
  Access1760000000000,
  Catalog1760000001000,
  Install1760000002000,
  Quarantine1760000003000,
  Packages1760000004000,
  WideSequences1760000005000,
  Replicas1760000006000,
  BlobRemovals1760000008000,
  PagesAnew1760000009000,
];
