import { limits } from '#kernel';
import { contentComplaint } from './content.js';
import type { FormComplaint } from './form-complaint.js';
import { flagKey, meantNumber, numberKey, textKey } from './key-rule.js';

type Element = Readonly<Record<string, unknown>>;

const wrong = (message: string, fix?: string): FormComplaint => ({
  code: 'form-default-invalid',
  message,
  fix,
});

/** What is wrong with an element's default: it must be an answer that the element itself would take. */
export function defaultComplaint(element: Element): FormComplaint | undefined {
  const value = element.default;
  if (value === null) return undefined;
  switch (element.type) {
    case 'integer':
    case 'number':
      return numberDefault(value, element);
    case 'boolean':
      return (
        flagKey.complaint(value) &&
        wrong('The default of a boolean is true or false.', flagKey.complaint(value)?.fix)
      );
    case 'select':
      return selectDefault(value, element);
    case 'list':
      return listDefault(value, element);
    default:
      return textDefault(value, element);
  }
}

function numberDefault(value: unknown, { type, min, max }: Element): FormComplaint | undefined {
  if (typeof value !== 'number')
    return wrong(
      `The default of an element of type ${String(type)} is a number, without quotes.`,
      meantNumber(value),
    );
  if (type === 'integer' && !Number.isSafeInteger(value))
    return wrong('The default of an integer is a whole number.');
  if (typeof min === 'number' && value < min) return wrong(`The default is below "min", which is ${min}.`);
  if (typeof max === 'number' && value > max) return wrong(`The default is above "max", which is ${max}.`);
  return undefined;
}

function textDefault(value: unknown, element: Element): FormComplaint | undefined {
  if (typeof value !== 'string') {
    const fix =
      typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(String(value)) : undefined;
    return wrong(`The default here is a text${fix === undefined ? '' : `; write ${fix}`}.`, fix);
  }
  const most = typeof element.max_length === 'number' ? element.max_length : defaultCharacters(element);
  if (value.length > most)
    return wrong(`The default is longer than the ${most} characters that are allowed.`);
  if (typeof element.min_length === 'number' && value.length < element.min_length) {
    return wrong(`The default is shorter than "min_length", which is ${element.min_length}.`);
  }
  return contentComplaint(value, false);
}

const defaultCharacters = ({ multiline }: Element): number =>
  multiline === true ? limits.formAreaCharacters : limits.formTextCharacters;

function selectDefault(value: unknown, element: Element): FormComplaint | undefined {
  const chosen: unknown[] = element.multiple === true && Array.isArray(value) ? value : [value];
  if (!Array.isArray(element.options)) return undefined;
  const values = element.options.map(optionValue);
  const stranger = chosen.find((one) => !values.includes(one));
  if (stranger === undefined) return undefined;
  const names = values
    .slice(0, 10)
    .map((one) => JSON.stringify(one))
    .join(', ');
  return wrong(`The default is one of the options: ${names}${values.length > 10 ? ', …' : ''}.`);
}

function listDefault(value: unknown, { items, max_items: most }: Element): FormComplaint | undefined {
  if (!Array.isArray(value)) return wrong('The default of a list is a list.');
  if (typeof most === 'number' && value.length > most)
    return wrong(`The default has more than the ${most} items that are allowed.`);
  if (typeof items !== 'object' || items === null) return undefined;
  return value
    .map((one: unknown) => defaultComplaint({ ...items, default: one }))
    .find((complaint) => complaint !== undefined);
}

/** The value of an option, which is a scalar or a map with one. */
export const optionValue = (option: unknown): unknown =>
  typeof option === 'object' && option !== null && 'value' in option ? option.value : option;

interface OptionComplaint extends FormComplaint {
  /** Pointer from the element. */
  readonly at: string;
}

/** What is wrong with the options of a select. */
export function optionComplaints(element: Element): OptionComplaint[] {
  if (element.type !== 'select') return [];
  const { options, options_from: source } = element;
  if (options === undefined) {
    const message = 'A select has "options", or "options_from" one of the plugin\'s own operations.';
    return source === undefined ? [{ at: '', code: 'missing-key', message, fix: 'options' }] : [];
  }
  if (!Array.isArray(options) || options.length === 0) {
    const message =
      'A list of at least one option is due here, e.g. [night, noon] or [{value: 1, label: One}].';
    return [{ at: '/options', code: 'not-a-list', message }];
  }
  if (options.length > limits.formOptions) {
    return [
      {
        at: '/options',
        code: 'list-too-long',
        message: `A select has at most ${limits.formOptions} options.`,
      },
    ];
  }
  const seen = new Set<unknown>();
  return options.flatMap((option: unknown, index) => {
    const complaint = optionComplaint(option) ?? (seen.has(optionValue(option)) ? optionTwice : undefined);
    seen.add(optionValue(option));
    return complaint ? [{ ...complaint, at: `/options/${index}` }] : [];
  });
}

const optionTwice: FormComplaint = { code: 'duplicate-item', message: 'This option is there already.' };
const anyNumber = numberKey();
const optionText = textKey(limits.formHelpCharacters);

function optionComplaint(option: unknown): FormComplaint | undefined {
  if (typeof option !== 'object' || option === null) return optionValueComplaint(option);
  const { value, label, help, selected, ...rest } = option as Record<string, unknown>;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) {
    return {
      code: 'unknown-key',
      message: `"${stranger}" isn't a key of an option; known are value, label, help, selected.`,
    };
  }
  if (selected !== undefined && typeof selected !== 'boolean')
    return { code: 'not-boolean', message: '"selected" is true or false.' };
  const texts = [label, help].map((text) => (text === undefined ? undefined : optionText.complaint(text)));
  return optionValueComplaint(value) ?? texts.find((complaint) => complaint !== undefined);
}

function optionValueComplaint(value: unknown): FormComplaint | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return optionText.complaint(value);
  if (typeof value === 'number') return anyNumber.complaint(value);
  return { code: 'form-value-invalid', message: 'An option is a text, a number, or a map {value, label}.' };
}
