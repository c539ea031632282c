/**
 * The typed client's shapes and routes, from the contract: one interface for each shape, one entry of
 * `StoreOperations` (input and answer) for each call, and a table of where each call goes. The same contract gives the
 * same bytes. What is asked in other ways than these is asked by npm's and Python's own clients.
 */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

export const clientFile = 'libs/client/src/store-operations-data.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

interface Content {
  readonly [mediaType: string]: { readonly schema?: Schema };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const covered = /^\/(?:api\/v1|oauth|health|\.well-known)\//;
const typedBodies = ['application/json', 'application/x-www-form-urlencoded'];

const comment = (text: string | undefined): string =>
  text === undefined ? '' : `/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`;

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ');
  const types = schema.type === undefined ? ['unknown'] : [schema.type].flat();
  return types.map((type) => plainType(type, schema)).join(' | ');
}

function plainType(type: string, schema: Schema): string {
  if (type === 'integer') return 'number';
  if (type === 'array') return `readonly (${typeOf(schema.items ?? {})})[]`;
  if (type !== 'object') return type;
  if (schema.properties !== undefined) return `{ ${membersOf(schema)} }`;
  const values = schema.additionalProperties;
  return `Readonly<Record<string, ${typeof values === 'object' ? typeOf(values) : 'unknown'}>>`;
}

function membersOf({ properties = {}, required = [] }: Schema): string {
  return Object.entries(properties)
    .map(([name, schema]) => member(name, required.includes(name), typeOf(schema), schema.description))
    .join('');
}

const member = (name: string, required: boolean, type: string, description?: string): string =>
  `${comment(description)}readonly ${name}${required ? '' : '?'}: ${type};\n`;

/** Parameters of path and query side by side, and `body`; two of one name would be a fault of the contract. */
function inputOf({ parameters = [], requestBody }: Operation): string {
  const named = parameters.filter((parameter) => parameter.in === 'path' || parameter.in === 'query');
  if (new Set(named.map(({ name }) => name)).size < named.length)
    throw new Error('A parameter is named twice.');
  const members = named.map(({ name, required = false, schema, description }) =>
    member(name, required, typeOf(schema), description),
  );
  if (requestBody !== undefined)
    members.push(member('body', requestBody.required === true, bodyType(requestBody)));
  return members.length === 0 ? 'NoInput' : `{ ${members.join('')} }`;
}

const typedBody = ({ content }: { readonly content: Content }): string | undefined =>
  typedBodies.find((mediaType) => content[mediaType]?.schema !== undefined);

function bodyType(requestBody: { readonly content: Content }): string {
  const mediaType = typedBody(requestBody);
  return mediaType === undefined ? 'BodyToSend' : typeOf(requestBody.content[mediaType]?.schema ?? {});
}

const goodContents = ({ responses }: Operation): Content[] =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    status.startsWith('2') && content ? [content] : [],
  );

/** JSON where there is JSON, else bytes; nothing where no answer has a body. */
function answerKind(operation: Operation): 'json' | 'bytes' | 'none' {
  const contents = goodContents(operation);
  if (contents.length === 0) return 'none';
  return contents.some((content) => 'application/json' in content) ? 'json' : 'bytes';
}

function answerType(operation: Operation): string {
  const kind = answerKind(operation);
  if (kind !== 'json') return kind === 'none' ? 'undefined' : 'Uint8Array';
  const schemas = goodContents(operation).flatMap((content) => content['application/json']?.schema ?? []);
  return [...new Set(schemas.map(typeOf))].join(' | ');
}

function routeOf(method: string, path: string, operation: Operation): string {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const sends = operation.requestBody && (typedBody(operation.requestBody) ?? 'stream');
  return JSON.stringify({
    method: method.toUpperCase(),
    path,
    query: query.map(({ name }) => name),
    sends: sends ?? 'none',
    answers: answerKind(operation),
  });
}

/** The text of `clientFile`; shapes that no covered call mentions are left out. */
export async function generateClient(): Promise<string> {
  const contract = JSON.parse(readFileSync('contracts/openapi.v1.json', 'utf8')) as Contract;
  const calls = Object.entries(contract.paths)
    .filter(([path]) => covered.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );
  const operations = calls.map(
    ({ operation }) =>
      `${comment(operation.summary)}readonly ${operation.operationId}: { readonly input: ${inputOf(operation)}; readonly answer: ${answerType(operation)} };`,
  );
  const routes = calls.map(
    ({ method, path, operation }) => `${operation.operationId}: ${routeOf(method, path, operation)},`,
  );
  const shapes = shapesNamedIn(operations.join('\n'), contract.components.schemas);
  const text = `// Generated from the contract by \`npm run contract\`; not for hand editing.
import type { BodyToSend, NoInput, OperationRoute } from './operation-route.js';
${shapes.join('\n')}
/** Every call of the store, by the operation's name in the contract. */
export interface StoreOperations { ${operations.join('\n')} }
/** Where each call goes, and what it sends and answers. */
export const storeOperations: { readonly [Name in keyof StoreOperations]: OperationRoute } = { ${routes.join('\n')} };
`;
  return await format(text, { ...(await resolveConfig(clientFile)), parser: 'typescript' });
}

function shapesNamedIn(text: string, schemas: Readonly<Record<string, Schema>>): string[] {
  const found = new Map<string, string>();
  const look = (within: string): void => {
    for (const [name = ''] of within.matchAll(/\b[A-Z]\w+\b/g)) {
      const schema = schemas[name];
      if (schema === undefined || found.has(name)) continue;
      const shape = `${comment(schema.description)}export interface ${name} { ${membersOf(schema)} }`;
      found.set(name, shape);
      look(shape);
    }
  };
  look(text);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, shape]) => shape);
}
