import { ValidateBy } from './body-rules.js';

const controlOrHalfCharacter = /[\p{Cc}\p{Cs}]/u;

/** One line of text that says something: no control characters, no halves of characters, not only space. */
export function IsLine(maxCharacters: number): PropertyDecorator {
  return ValidateBy({
    name: 'isLine',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        value.trim() !== '' &&
        value.length <= maxCharacters &&
        !controlOrHalfCharacter.test(value),
      defaultMessage: (context) =>
        `${context?.property ?? 'it'} must be one line of 1 to ${maxCharacters} characters`,
    },
  });
}
