import { RegistryError } from '#kernel';

/** What a text that is no JSON is refused with. Says where it breaks, and nothing of what it holds. */
export function notJson(text: string): RegistryError {
  if (text.trim() === '') return malformed('The body is empty: send the JSON that this route takes.');
  return malformed(`The body is not JSON: ${flawOf(text)}.`);
}

const malformed = (sentence: string): RegistryError =>
  new RegistryError('invalid', 'malformed-request', sentence);

/** Engines word it differently, and most quote the text: only the position is taken from theirs. */
function flawOf(text: string): string {
  try {
    JSON.parse(text);
    return 'it has a member "__proto__", or a "constructor" with a "prototype", which is not taken';
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /\bat position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return `it breaks at position ${position}`;
    if (message.endsWith('end of JSON input')) return `it ends too early, at position ${text.length}`;
    return `it breaks at position ${firstFlaw(text)}`;
  }
}

/**
 * Where the message gives no position, by halves: a beginning of JSON that is cut off fails only for its end, and
 * one that holds the flaw fails for that.
 */
function firstFlaw(text: string): number {
  let sound = 0;
  let broken = text.length;
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (isOnlyCutOff(text.slice(0, middle))) sound = middle;
    else broken = middle;
  }
  return sound;
}

function isOnlyCutOff(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /\bat position (\d+)/.exec(message)?.[1];
    return message.endsWith('end of JSON input') || Number(position) >= beginning.length;
  }
}
