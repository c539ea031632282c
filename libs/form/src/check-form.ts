import { closestWord, limits } from '#kernel';
import { checkCases } from './conditional.js';
import { readCondition } from './condition.js';
import { defaultComplaint, optionComplaints } from './defaults.js';
import { elementTypes, mistakenKeys, mistakenTypes } from './element-types.js';
import type { ElementType } from './element-types.js';
import { FormScope } from './form-scope.js';
import type { FormComplaint } from './form-complaint.js';
import { validationComplaint } from './validation.js';

/** One thing that is wrong with a form. */
export interface FormProblem extends FormComplaint {
  /** JSON pointer (RFC 6901) relative to the form. */
  readonly pointer: string;
  /** `key`: the key itself is wrong, not what stands under it. */
  readonly about: 'key' | 'value';
  readonly severity: 'error' | 'warning';
}

export interface FormCheckOptions {
  /** Keys and types that a newer form may have are only worth a warning. */
  readonly unknownKeys?: 'refuse' | 'ignore';
}

/**
 * Checks a form, which is plain data, against the vocabulary of restricted elements: types, names, nesting,
 * limits, members, patterns, conditions. Answers every problem; none means that a host can show it.
 */
export function checkForm(form: unknown, options: FormCheckOptions = {}): FormProblem[] {
  const checker = new FormChecker(options.unknownKeys ?? 'refuse');
  checker.checkElements(form, '', 1, new FormScope());
  return checker.problems;
}

type Plain = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const step = (key: string | number): string => `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;

/** Keys whose values `checkElement` looks at itself. */
const nested = new Set(['type', 'elements', 'items', 'cases', 'when', 'validate', 'options', 'default']);

class FormChecker {
  readonly problems: FormProblem[] = [];
  private nodes = 0;

  constructor(private readonly unknownKeys: 'refuse' | 'ignore') {}

  report(pointer: string, complaint: FormComplaint | undefined, about: 'key' | 'value' = 'value'): void {
    if (complaint) this.problems.push({ ...complaint, pointer, about, severity: 'error' });
  }

  checkElements(elements: unknown, pointer: string, depth: number, scope: FormScope): void {
    if (!Array.isArray(elements)) {
      return this.report(pointer, notElements(elements));
    }
    if (elements.length === 0) {
      return this.report(pointer, {
        code: 'form-empty',
        message: 'A form has at least one element; add one or leave it out.',
      });
    }
    if (depth > limits.formDepth) {
      return this.report(pointer, {
        code: 'form-too-deep',
        message: `Elements nest at most ${limits.formDepth} deep; make the form flatter.`,
      });
    }
    for (const [index, element] of elements.entries())
      this.checkElement(element, pointer + step(index), depth, scope);
    this.checkScope(scope, elements, pointer);
  }

  private checkElement(element: unknown, pointer: string, depth: number, scope: FormScope): void {
    this.nodes++;
    if (this.nodes === limits.formNodes + 1) {
      this.report(pointer, {
        code: 'form-too-large',
        message: `A form has at most ${limits.formNodes} elements.`,
      });
    }
    if (this.nodes > limits.formNodes) return;
    if (!isMap(element)) return this.report(pointer, notAnElement(element));
    const type = this.typeOf(element, pointer);
    if (!type) return;
    this.checkKeys(element, type, pointer);
    this.checkName(element, type, pointer, scope);
    this.checkBounds(element, pointer);
    if (Object.hasOwn(element, 'default') && Object.hasOwn(type.keys, 'default')) {
      this.report(pointer + step('default'), defaultComplaint(element));
    }
    for (const { at, ...complaint } of optionComplaints(element)) this.report(pointer + at, complaint);
    this.checkValidations(element, type, pointer);
    this.checkNested(element, type, pointer, depth, scope);
  }

  private typeOf(element: Plain, pointer: string): ElementType | undefined {
    const { type } = element;
    if (typeof type === 'string' && Object.hasOwn(elementTypes, type))
      return elementTypes[type as keyof typeof elementTypes];
    if (type === undefined) {
      this.report(pointer, typeMissing(element));
      return undefined;
    }
    const names = Object.keys(elementTypes);
    const fix =
      typeof type !== 'string'
        ? undefined
        : Object.hasOwn(mistakenTypes, type)
          ? mistakenTypes[type]
          : closestWord(type, names);
    const hint = fix === undefined ? `the types are ${names.join(', ')}.` : `did you mean "${fix}"?`;
    this.report(pointer + step('type'), {
      code: 'form-type-unknown',
      message: `There is no element of this type; ${hint}`,
      fix,
    });
    return undefined;
  }

  private checkKeys(element: Plain, type: ElementType, pointer: string): void {
    for (const [key, value] of Object.entries(element)) {
      if (key === 'type') continue;
      if (!Object.hasOwn(type.keys, key)) this.reportUnknownKey(pointer, key, element, type);
      else if (value === null)
        this.report(pointer + step(key), {
          code: 'empty-value',
          message: `"${key}" has no value; write one or leave the line out.`,
        });
      else if (!nested.has(key) || key === 'items')
        this.report(pointer + step(key), type.keys[key]?.complaint(value));
    }
    for (const key of type.required) {
      if (Object.hasOwn(element, key)) continue;
      this.report(pointer, {
        code: 'missing-key',
        message: `An element of type ${String(element.type)} needs a "${key}".`,
        fix: key,
      });
    }
  }

  private reportUnknownKey(pointer: string, key: string, element: Plain, type: ElementType): void {
    if (key === '$ref') {
      const message = 'A form refers to nothing outside itself; write the element out.';
      return this.report(pointer + step(key), { code: 'reference-not-allowed', message }, 'key');
    }
    const known = ['type', ...Object.keys(type.keys)];
    if (key === 'default' && element.type === 'secret') {
      const message = 'A secret has no default, which everybody could read; leave it out.';
      return this.report(pointer + step(key), { code: 'unknown-key', message }, 'key');
    }
    const mistaken = Object.hasOwn(mistakenKeys, key) ? mistakenKeys[key] : undefined;
    const fix = mistaken !== undefined && known.includes(mistaken) ? mistaken : closestWord(key, known);
    const hint = fix === undefined ? `known are ${known.join(', ')}.` : `did you mean "${fix}"?`;
    this.problems.push({
      code: 'unknown-key',
      message: `"${key}" isn't a key of this type of element; ${hint}`,
      fix,
      pointer: pointer + step(key),
      about: 'key',
      severity: this.unknownKeys === 'ignore' ? 'warning' : 'error',
    });
  }

  private checkName(element: Plain, type: ElementType, pointer: string, scope: FormScope): void {
    const { name } = element;
    if (typeof name !== 'string') return;
    if (scope.has(name)) {
      this.report(pointer + step('name'), {
        code: 'form-name-taken',
        message: `Another element is called "${name}"; choose another name.`,
      });
    } else {
      scope.add(name, element, type.asks);
    }
  }

  private checkBounds(element: Plain, pointer: string): void {
    for (const [low, high] of [
      ['min', 'max'],
      ['min_length', 'max_length'],
      ['min_items', 'max_items'],
    ] as const) {
      const least = element[low];
      const most = element[high];
      if (typeof least !== typeof most || !((least as number) > (most as number))) continue;
      this.report(pointer + step(low), {
        code: 'form-bounds-crossed',
        message: `"${low}" is above "${high}"; nothing could be answered.`,
      });
    }
  }

  private checkValidations(element: Plain, type: ElementType, pointer: string): void {
    const { validate } = element;
    if (validate === undefined || validate === null || !Object.hasOwn(type.keys, 'validate')) return;
    const at = pointer + step('validate');
    if (!Array.isArray(validate))
      return this.report(at, { code: 'not-a-list', message: 'A list of validations is due here.' });
    if (validate.length > limits.formValidations) {
      this.report(at, {
        code: 'list-too-long',
        message: `An element has at most ${limits.formValidations} validations.`,
      });
    }
    validate.forEach((one, index) => this.report(at + step(index), validationComplaint(one)));
  }

  private checkNested(
    element: Plain,
    type: ElementType,
    pointer: string,
    depth: number,
    scope: FormScope,
  ): void {
    if (Object.hasOwn(type.keys, 'elements') && Object.hasOwn(element, 'elements')) {
      // A section only groups; the rows of a repeat have names of their own.
      const inner =
        element.type === 'section' && element.name === undefined ? scope.sharing() : new FormScope(scope);
      this.checkElements(element.elements, pointer + step('elements'), depth + 1, inner);
    }
    if (element.type === 'list' && Object.hasOwn(element, 'items'))
      this.checkItem(element.items, pointer + step('items'), depth + 1);
    if (element.type === 'conditional' && Object.hasOwn(element, 'cases')) {
      checkCases(this, element, pointer, depth + 1, scope);
    }
  }

  /** The element that each item of a list looks like; it needs no name. */
  private checkItem(item: unknown, pointer: string, depth: number): void {
    const simple = ['text', 'integer', 'number', 'boolean', 'select', 'date', 'secret'];
    if (
      isMap(item) &&
      typeof item.type === 'string' &&
      !simple.includes(item.type) &&
      Object.hasOwn(elementTypes, item.type)
    ) {
      return this.report(pointer + step('type'), {
        code: 'form-value-invalid',
        message: `Items of a list are of type ${simple.join(', ')}; for more use a repeat.`,
        fix: 'repeat',
      });
    }
    if (depth > limits.formDepth) return;
    this.checkElement(isMap(item) ? { name: 'item', ...item } : item, pointer, depth, new FormScope());
  }

  /** Conditions may look at elements further down, so they are judged when all names of the scope are known. */
  private checkScope(scope: FormScope, elements: readonly unknown[], pointer: string): void {
    elements.forEach((element, index) => {
      if (!isMap(element) || element.when === undefined || element.when === null) return;
      const at = pointer + step(index) + step('when');
      const { fields, complaint } = readCondition(element.when);
      this.report(at, complaint);
      scope.judgeLater(() => {
        for (const field of fields) this.report(at, scope.fieldComplaint(field));
      });
      if (typeof element.name === 'string') scope.addDependencies(element.name, fields);
    });
    scope.judge();
    for (const name of scope.circles()) {
      this.report(pointer, {
        code: 'condition-circular',
        message: `Whether "${name}" is shown depends on itself; break the circle of "when".`,
      });
    }
  }
}

function notElements(value: unknown): FormComplaint {
  const message = 'A list of elements, each a map with a type, is due here';
  const hint = !isMap(value)
    ? 'e.g. [{type: text, name: host}]'
    : 'type' in value
      ? 'put "- " before this one'
      : 'elements' in value
        ? 'leave out "elements" and put the list in its place'
        : 'put "- " before each, with its name under "name"';
  return { code: 'not-a-list', message: `${message}; ${hint}.` };
}

/** `- keep_days: {type: integer}` is how other tools name an element. */
function typeMissing(element: Plain): FormComplaint {
  const [entry, ...others] = Object.entries(element);
  const inside = entry && others.length === 0 && isMap(entry[1]) ? entry[1].type : undefined;
  const hint = typeof inside === 'string' ? `; write {type: ${inside}, name: ${entry?.[0] ?? ''}}` : '';
  return { code: 'missing-key', message: `An element needs a "type"${hint}.`, fix: 'type' };
}

function notAnElement(element: unknown): FormComplaint {
  const message = 'An element is a map with a type, e.g. {type: text, name: host}.';
  return {
    code: 'not-a-map',
    message,
    fix: typeof element === 'string' && Object.hasOwn(elementTypes, element) ? `type: ${element}` : undefined,
  };
}
