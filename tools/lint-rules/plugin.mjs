import { fileName } from './file-name.mjs';
import { namedAfterExport } from './named-after-export.mjs';
import { noDefaultExport } from './no-default-export.mjs';
import { noEnvironment } from './no-environment.mjs';
import { noSystemClock } from './no-system-clock.mjs';
import { reasonedException } from './reasoned-exception.mjs';
import { sqlInItsRoom } from './sql-in-its-room.mjs';
import { sqlThroughDatabase } from './sql-through-database.mjs';
import { statedPromise } from './stated-promise.mjs';

/** The manners of this house that no public rule knows. */
export const house = {
  meta: { name: 'house' },
  rules: {
    'file-name': fileName,
    'named-after-export': namedAfterExport,
    'no-default-export': noDefaultExport,
    'no-environment': noEnvironment,
    'no-system-clock': noSystemClock,
    'reasoned-exception': reasonedException,
    'sql-in-its-room': sqlInItsRoom,
    'sql-through-database': sqlThroughDatabase,
    'stated-promise': statedPromise,
  },
};
