import { ValidateBy } from './body-rules.js';

const controlOrHalfCharacter = /[\p{Cc}\p{Cs}]/u;

/** Text that says something, in as many lines as it likes: no other control characters, no halves of characters. */
export function IsProse(maxCharacters: number): PropertyDecorator {
  return ValidateBy({
    name: 'isProse',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        value.trim() !== '' &&
        value.length <= maxCharacters &&
        !controlOrHalfCharacter.test(value.replace(/[\t\r\n]/g, '')),
      defaultMessage: (context) =>
        `${context?.property ?? 'it'} must be text of 1 to ${maxCharacters} characters`,
    },
  });
}
