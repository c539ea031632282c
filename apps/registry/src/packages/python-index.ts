import { Database } from '#database';
import { Clock } from '#kernel';
import { PackageIndex, PullThrough } from '#packages';
import { DocumentCache } from '../platform/document-cache.js';
import { provide } from '../platform/provide.js';
import { StoreSettings } from '../platform/store-settings.js';
import { PythonFiles } from './python-files.js';
import { PythonFilesController } from './python-files.controller.js';
import { PythonIndexController, pythonListSubject } from './python-index.controller.js';
import { PythonNames } from './python-names.js';
import { PythonPages } from './python-pages.js';
import { PythonUploadController } from './python-upload.controller.js';
import { ServedFiles } from './served-files.js';
import { simpleForms } from './simple-form.js';

/** What of the packages room is the Python index: its pages, its files, and uploads to it. */
export const pythonIndex = {
  controllers: [PythonIndexController, PythonFilesController, PythonUploadController],
  providers: [
    provide(PythonFiles, PythonFiles, [PackageIndex, PullThrough, ServedFiles]),
    provide(PythonPages, PythonPages, [PackageIndex, PullThrough, PythonNames, StoreSettings, Clock]),
    { provide: PythonNames, inject: [PackageIndex, Database, DocumentCache], useFactory: makePythonNames },
  ],
};

function makePythonNames(index: PackageIndex, database: Database, documents: DocumentCache): PythonNames {
  const names = new PythonNames(index);
  // Any change of a package may have brought its name into the list, or taken it away.
  database.notices.subscribe('package', (name) => {
    if (!name.startsWith('python:')) return;
    names.forget();
    for (const form of simpleForms) documents.forget(pythonListSubject(form));
  });
  return names;
}
