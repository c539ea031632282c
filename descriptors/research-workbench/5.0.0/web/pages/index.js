export { AdminPage } from './admin-page.js';
export { LaunchPage } from './launch-page.js';
