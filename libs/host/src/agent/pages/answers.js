/** What is wrong with an answer, in a sentence for the person who gave it; undefined where it is right. */
export function complaintOf(element, value) {
  if (isEmpty(value)) return element.required ? 'An answer is needed here.' : undefined;
  const rules = (element.validate ?? []).map(({ message, ...rule }) => {
    const said = ruleComplaint(rule, value);
    return said && (message ?? said);
  });
  return ownComplaint(element, value) ?? rules.find((said) => said !== undefined);
}

/** Whether a condition of the form's language holds for these answers. */
export function holds(condition, answers) {
  if (condition === undefined) return true;
  const [[kind, value]] = Object.entries(condition);
  if (kind === 'not') return !holds(value, answers);
  if (kind === 'all') return value.every((one) => holds(one, answers));
  if (kind === 'any') return value.some((one) => holds(one, answers));
  if (kind === 'present') return !isEmpty(answers[value]);
  const [[field, compared]] = Object.entries(value);
  return kind === 'in' ? compared.includes(answers[field]) : answers[field] === compared;
}

const isEmpty = (value) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function ownComplaint(element, value) {
  switch (element.type) {
    case 'integer':
    case 'number':
      return numberComplaint(element, value);
    case 'text':
    case 'secret':
      return (
        between(value.length, element.min_length, mostCharacters(element), 'characters') ??
        patternComplaint(element.pattern, value) ??
        formatComplaint(element.format, value)
      );
    case 'date':
      return dateComplaint(element, value);
    case 'file':
      return fileComplaint(element, [value].flat()) ?? itemsComplaint(element, value);
    default:
      return itemsComplaint(element, value);
  }
}

/** Where the form names no limit of its own, the store's for forms holds. */
const mostCharacters = ({ max_length: most, multiline }) => most ?? (multiline ? 65_536 : 4096);

function numberComplaint({ type, min, max, step }, value) {
  if (!Number.isFinite(value)) return 'A number is due here.';
  if (type === 'integer' && !Number.isSafeInteger(value)) return 'A whole number is due here.';
  const fits = step === undefined || isMultiple(value - (min ?? 0), step);
  return between(value, min, max) ?? (fits ? undefined : `It goes in steps of ${step}.`);
}

/** 0.3 is three times 0.1, though not to the last bit. */
function isMultiple(value, unit) {
  const times = value / unit;
  return Math.abs(times - Math.round(times)) <= 1e-6;
}

/** Days, times and instants are in order as texts are once they are written alike; durations are not compared. */
function dateComplaint({ format, min, max }, value) {
  if (format === 'duration')
    return duration.test(value)
      ? undefined
      : 'A duration is due here, such as P1DT2H for a day and two hours.';
  const order = format === 'date-time' ? (said) => Date.parse(said) : (said) => said;
  if (min !== undefined && order(value) < order(min)) return `Not before ${min}.`;
  return max !== undefined && order(value) > order(max) ? `Not after ${max}.` : undefined;
}

const duration =
  /^P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/u;

/** A call takes 16 MiB, in which files are in base64. */
export const mostFileBytes = 11 * 2 ** 20;

function fileComplaint({ max_bytes: most = mostFileBytes }, files) {
  const bound = Math.min(most, mostFileBytes);
  const large = files.find(({ size }) => size > bound);
  return large && `${large.name} is larger than ${sizeOf(bound)}.`;
}

export function sizeOf(bytes) {
  const [unit, name] = [
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ].find(([unit]) => bytes >= unit) ?? [1, 'bytes'];
  return `${Number((bytes / unit).toFixed(1))} ${name}`;
}

function itemsComplaint(element, value) {
  if (!Array.isArray(value)) return undefined;
  const { type, min, max, min_items: least = min, max_items: most = max } = element;
  const bounds = between(value.length, least, most, type === 'repeat' ? 'rows' : 'items');
  return bounds ?? (element.unique ? ruleComplaint({ unique: true }, value) : undefined);
}

function between(value, min, max, what = '') {
  const unit = what === '' ? '' : ` ${what}`;
  if (min !== undefined && value < min) return `At least ${min}${unit}.`;
  return max !== undefined && value > max ? `At most ${max}${unit}.` : undefined;
}

const patternComplaint = (pattern, value) =>
  pattern === undefined || new RegExp(pattern, 'u').test(value) ? undefined : `It has to be like ${pattern}.`;

/** What people mistype; the other formats are the back end's to judge. */
const formats = {
  email: /^[^\s@]+@[^\s@]+$/u,
  url: /^https?:\/\/\S+$/iu,
  color: /^#[0-9a-f]{6}$/iu,
};

const formatComplaint = (format, value) =>
  formats[format] && !formats[format].test(value) ? `This is no ${format}.` : undefined;

function ruleComplaint(rule, value) {
  const [[kind, wanted]] = Object.entries(rule);
  switch (kind) {
    case 'length':
      return between(value.length, wanted.min, wanted.max, 'characters');
    case 'range':
      return between(value, wanted.min, wanted.max);
    case 'items':
      return between(value.length, wanted.min, wanted.max, 'items');
    case 'modulo':
      return isMultiple(value, wanted) ? undefined : `A multiple of ${wanted} is due here.`;
    case 'pattern':
      return patternComplaint(wanted, value);
    case 'format':
      return formatComplaint(wanted, value);
    case 'allowed':
      return [value].flat().every((one) => wanted.includes(one))
        ? undefined
        : `One of ${wanted.join(', ')} is due here.`;
    case 'not_empty':
      return wanted && String(value).trim() === '' ? 'An answer is needed here.' : undefined;
    case 'unique':
      return wanted &&
        Array.isArray(value) &&
        new Set(value.map((one) => JSON.stringify(one))).size < value.length
        ? 'Each may be there once.'
        : undefined;
    default:
      return undefined;
  }
}
