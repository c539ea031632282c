import { showSession } from './session.js';

void showSession();
