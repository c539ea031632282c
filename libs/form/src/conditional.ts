import { optionValue } from './defaults.js';
import type { FormComplaint } from './form-complaint.js';
import { FormScope } from './form-scope.js';

type Element = Readonly<Record<string, unknown>>;

const step = (key: string): string => `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;

/** What a conditional needs of the checker that met it. */
interface ConditionalReport {
  report(pointer: string, complaint: FormComplaint | undefined, about?: 'key' | 'value'): void;
  checkElements(elements: unknown, pointer: string, depth: number, scope: FormScope): void;
}

/**
 * A conditional looks at a boolean or select of the same form and has a case, which may be empty, for each of
 * its values; a value without one would leave the form undefined.
 */
export function checkCases(
  checker: ConditionalReport,
  element: Element,
  pointer: string,
  depth: number,
  scope: FormScope,
): void {
  const { cases } = element;
  const at = `${pointer}/cases`;
  if (typeof cases !== 'object' || cases === null || Array.isArray(cases)) {
    const message = 'A map from each value of the tested element to a list of elements is due here.';
    return checker.report(at, { code: 'not-a-map', message });
  }
  for (const [value, elements] of Object.entries(cases)) {
    if (Array.isArray(elements) && elements.length === 0) continue;
    checker.checkElements(elements, at + step(value), depth, new FormScope(scope));
  }
  scope.judgeLater(() => checkCovered(checker, element, pointer, Object.keys(cases), scope));
}

function checkCovered(
  checker: ConditionalReport,
  element: Element,
  pointer: string,
  cases: readonly string[],
  scope: FormScope,
): void {
  const tested = typeof element.test === 'string' ? scope.find(element.test)?.element : undefined;
  const values = tested && valuesOf(tested);
  if (!values) {
    const message =
      'A conditional tests a boolean, or a select with fixed options, of the same form, by its name.';
    return checker.report(`${pointer}/test`, { code: 'conditional-test-unknown', message });
  }
  const missing = values.filter((value) => !cases.includes(value));
  if (missing.length > 0) {
    const message = `There is no case for ${missing.slice(0, 10).join(', ')}; add it, empty if need be: ${missing[0] ?? ''}: [].`;
    checker.report(`${pointer}/cases`, { code: 'conditional-case-missing', message });
  }
  for (const value of cases.filter((one) => !values.includes(one))) {
    const message = `"${value.slice(0, 64)}" isn't a value of the tested element; it has ${values.slice(0, 10).join(', ')}.`;
    checker.report(`${pointer}/cases${step(value)}`, { code: 'conditional-case-unknown', message }, 'key');
  }
}

function valuesOf(tested: Element): string[] | undefined {
  if (tested.type === 'boolean') return ['true', 'false'];
  if (tested.type !== 'select' || !Array.isArray(tested.options)) return undefined;
  return tested.options.map((option) => String(optionValue(option)));
}
