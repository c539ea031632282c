import { describe } from '@jest/globals';

const {
  TEST_CONTAINER: command,
  TEST_CONTAINER_OPTIONS: options = '',
  TEST_CONTAINER_IMAGE: image,
} = process.env;

/** Whether there is an engine to try with: `npm run test:containers` names each, as libs/host/src/runners/container-runner.test.ts says. */
export const canRunContainers = command !== undefined;

/** On real containers. */
export const containerProofs = canRunContainers ? describe : describe.skip;

/** For a host that runs them. */
export const containerSettings = {
  container_command: command ?? 'auto',
  container_options: options.split(' ').filter(Boolean),
  container_image: image ?? null,
};
