import { Clock } from '#kernel';
import { PackageIndex, PullThrough } from '#packages';
import { provide } from '../../platform/provide.js';
import { StoreSettings } from '../../platform/settings/store-settings.js';
import { PythonFiles } from './python-files.js';
import { PythonFilesController } from './python-files.controller.js';
import { PythonIndexController } from './python-index.controller.js';
import { PythonNames } from './python-names.js';
import { PythonPages } from './python-pages.js';
import { PythonUploadController } from './python-upload.controller.js';
import { ServedFiles } from '../served-files.js';

/** What of the packages room is the Python index: its pages, its files, and uploads to it. */
export const pythonIndex = {
  controllers: [PythonIndexController, PythonFilesController, PythonUploadController],
  providers: [
    provide(PythonFiles, PythonFiles, [PackageIndex, PullThrough, ServedFiles]),
    provide(PythonPages, PythonPages, [PackageIndex, PullThrough, PythonNames, StoreSettings, Clock]),
    provide(PythonNames, PythonNames, [PackageIndex]),
  ],
};
