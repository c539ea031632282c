import { limits } from '#kernel';

/** A form of the pages of the Python index, by its media type (PEP 691). */
export type SimpleForm =
  'application/vnd.pypi.simple.v1+json' | 'application/vnd.pypi.simple.v1+html' | 'text/html';

interface Offer {
  readonly form: SimpleForm;
  /** The media types that mean it. */
  readonly types: readonly string[];
}

/** In the order in which they are given to whoever names several alike. */
const offers: readonly Offer[] = [
  {
    form: 'application/vnd.pypi.simple.v1+json',
    // A person with curl asks for the last.
    types: [
      'application/vnd.pypi.simple.v1+json',
      'application/vnd.pypi.simple.latest+json',
      'application/json',
    ],
  },
  {
    form: 'application/vnd.pypi.simple.v1+html',
    types: ['application/vnd.pypi.simple.v1+html', 'application/vnd.pypi.simple.latest+html'],
  },
  { form: 'text/html', types: ['text/html'] },
];

/** What browsers and the oldest clients read, for those who take anything. */
const forAnybody: SimpleForm = 'text/html';

export const simpleForms: readonly SimpleForm[] = offers.map(({ form }) => form);

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** What was answered to each header. A client sends the same one with every request. */
const answers = new Map<string, SimpleForm | undefined>();

/** The form that an `Accept` header asks for (RFC 9110, section 12.5.1); undefined where it takes none of them. */
export function simpleFormFor(accept: string | undefined): SimpleForm | undefined {
  if (accept === undefined) return forAnybody;
  if (answers.has(accept)) return answers.get(accept);
  if (answers.size >= limits.acceptHeadersKept) answers.clear();
  const form = chooseForm(accept);
  answers.set(accept, form);
  return form;
}

function chooseForm(accept: string): SimpleForm | undefined {
  if (accept.trim() === '' || accept === '*/*') return forAnybody;
  const ranges = accept.split(',').map(parseRange);
  const graded = offers
    .map((offer) => ({ form: offer.form, ...gradeOf(offer, ranges) }))
    .filter(({ quality }) => quality > 0);
  const best = Math.max(...graded.map(({ quality }) => quality));
  const liked = graded.filter(({ quality }) => quality === best);
  const named = liked.find(({ isNamed }) => isNamed);
  return named?.form ?? liked.find(({ form }) => form === forAnybody)?.form ?? liked[0]?.form;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const value = quality === undefined ? 1 : Number(quality);
  return { type, quality: value >= 0 && value <= 1 ? value : 0 };
}

/** The most specific range that covers the offer decides, whatever wider ones say. */
function gradeOf({ types, form }: Offer, ranges: readonly Range[]): { quality: number; isNamed: boolean } {
  const qualityOf = (wanted: readonly string[]): number | undefined => {
    const found = ranges.filter(({ type }) => wanted.includes(type)).map(({ quality }) => quality);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  const named = qualityOf(types);
  if (named !== undefined) return { quality: named, isNamed: true };
  const quality = qualityOf([`${form.split('/')[0]}/*`]) ?? qualityOf(['*/*']) ?? 0;
  return { quality, isNamed: false };
}
