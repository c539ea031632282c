import { createApp } from './create-app.js';
import { parseSettings, processEnvironment } from './platform/config.js';
import { StoreSettings } from './platform/store-settings.js';

const settings = parseSettings(processEnvironment());
const app = await createApp(settings);
await app.listen(settings.port, settings.host);
app.get(StoreSettings).listensOn(await app.getUrl());
