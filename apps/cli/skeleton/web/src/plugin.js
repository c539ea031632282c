// Written by `mortise refresh` from the descriptor: change that, and run it again.
/** @typedef {{ "greeting"?: string }} Config */
/** @typedef {{ "name"?: string }} DefaultForm */

export const name = "SamplePlugin";
export const title = "Sample Plugin";
export const version = "1.0.0";
export const permissions = [];
/** @type {Config} */
export const defaultConfig = {
  "greeting": "Hello"
};
