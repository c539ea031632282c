import { Database } from '#database';
import { Clock } from '#kernel';
import { PackageIndex, PullThrough } from '#packages';
import { DocumentCache } from '../platform/document-cache.js';
import { provide } from '../platform/provide.js';
import { StoreSettings } from '../platform/store-settings.js';
import { PythonFiles } from './python-files.js';
import { PythonFilesController } from './python-files.controller.js';
import { PythonIndexController, pythonListSubject } from './python-index.controller.js';
import { PythonPages } from './python-pages.js';
import { PythonUploadController } from './python-upload.controller.js';
import { ServedFiles } from './served-files.js';

/** What of the packages room is the Python index: its pages, its files, and uploads to it. */
export const pythonIndex = {
  controllers: [PythonIndexController, PythonFilesController, PythonUploadController],
  providers: [
    provide(PythonFiles, PythonFiles, [PackageIndex, PullThrough, ServedFiles]),
    {
      provide: PythonPages,
      inject: [PackageIndex, PullThrough, StoreSettings, Clock, Database, DocumentCache],
      useFactory: makePythonPages,
    },
  ],
};

function makePythonPages(
  index: PackageIndex,
  upstream: PullThrough,
  settings: StoreSettings,
  clock: Clock,
  database: Database,
  documents: DocumentCache,
): PythonPages {
  // Any change of a package may have brought its name into the list, or taken it away.
  database.notices.subscribe('package', (name) => {
    if (name.startsWith('python:')) documents.forget(pythonListSubject);
  });
  return new PythonPages(index, upstream, settings, clock);
}
