import { ValidateBy } from './body-rules.js';

const dateTimeAndZone = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A moment as ISO 8601: a date (its first moment in UTC), or a date, a time and a zone. `Date.parse` reads it. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && dateTimeAndZone.test(value) && !Number.isNaN(Date.parse(value)),
      defaultMessage: (context) =>
        `${context?.property ?? 'it'} must be a moment in ISO 8601, e.g. 2027-01-31T12:00:00Z`,
    },
  });
}
