import { mostFileBytes, sizeOf } from './answers.js';
import { make } from './element.js';
import { field } from './fields.js';

export function file(element) {
  const many = element.multiple === true;
  const accept = element.accept?.join(',');
  const control = make('input', {
    name: element.name,
    type: 'file',
    accept,
    multiple: many ? '' : undefined,
  });
  return field(element, control, () => (many ? [...control.files] : control.files[0]));
}

/** Files go as InsightConnect's type `file` has them: a name, and the bytes in base64. */
export async function withContents(answers) {
  const sizes = filesIn(answers).map(({ size }) => size);
  if (sizes.reduce((sum, size) => sum + size, 0) > mostFileBytes)
    throw new Error(
      `These files have more than ${sizeOf(mostFileBytes)} together, which is what a call takes.`,
    );
  return read(answers);
}

const isFile = (value) => value instanceof window.File;
const isNested = (value) => typeof value === 'object' && value !== null;
const filesIn = (value) =>
  isFile(value) ? [value] : isNested(value) ? Object.values(value).flatMap(filesIn) : [];

async function read(value) {
  if (isFile(value)) return { filename: value.name, content: await inBase64(value) };
  if (Array.isArray(value)) return Promise.all(value.map(read));
  if (!isNested(value)) return value;
  const entries = Object.entries(value).map(async ([name, one]) => [name, await read(one)]);
  return Object.fromEntries(await Promise.all(entries));
}

const inBase64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new window.FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(new Error(`${file.name} can't be read any more: choose it anew.`));
    reader.readAsDataURL(file);
  });
