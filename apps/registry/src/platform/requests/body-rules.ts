import type * as Transformer from 'class-transformer';
import type * as Validator from 'class-validator';

/**
 * The rules of class-validator (and `Type` of class-transformer), by their own names. What is decorated is kept, and
 * handed to these packages when the first body or query is checked: with the two hundred files of theirs that come
 * along, loading them would take a tenth of a second from the first answer. Import the rules from here, never from
 * the packages themselves.
 */
type Rules = typeof Validator & Pick<typeof Transformer, 'Type'>;
type AnyDecorator = (target: object, key: string | symbol) => void;

let kept: ((rules: Rules) => void)[] = [];
const members = new WeakMap<object, Set<string>>();

function deferred<Name extends keyof Rules>(name: Name): Rules[Name] {
  const make = (...options: unknown[]): AnyDecorator => {
    return (target, key) => {
      const names = members.get(target) ?? new Set<string>();
      members.set(target, names.add(String(key)));
      kept.push((rules) => {
        const rule = rules[name] as unknown as (...options: unknown[]) => AnyDecorator;
        rule(...options)(target, key);
      });
    };
  };
  return make as unknown as Rules[Name];
}

/** Loads the packages and tells them all that was decorated so far; done once for each rule. */
export async function applyKeptRules(): Promise<void> {
  if (kept.length === 0) return;
  const [validator, transformer] = await Promise.all([
    import('class-validator'),
    import('class-transformer'),
  ]);
  const rules: Rules = { ...validator, Type: transformer.Type };
  const now = kept;
  kept = [];
  for (const apply of now) apply(rules);
}

/** The members of a class that have rules, those that it inherits included. */
export function ruledMembers(shape: abstract new (...values: never[]) => object): readonly string[] {
  const names = new Set<string>();
  let prototype = shape.prototype as object | null;
  while (prototype !== null) {
    members.get(prototype)?.forEach((name) => names.add(name));
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return [...names];
}

export const ArrayMaxSize = deferred('ArrayMaxSize');
export const ArrayNotEmpty = deferred('ArrayNotEmpty');
export const ArrayUnique = deferred('ArrayUnique');
export const IsArray = deferred('IsArray');
export const IsBoolean = deferred('IsBoolean');
export const IsEmail = deferred('IsEmail');
export const IsIn = deferred('IsIn');
export const IsInt = deferred('IsInt');
export const IsOptional = deferred('IsOptional');
export const IsString = deferred('IsString');
export const Matches = deferred('Matches');
export const Max = deferred('Max');
export const MaxLength = deferred('MaxLength');
export const Min = deferred('Min');
export const Type = deferred('Type');
export const ValidateBy = deferred('ValidateBy');
