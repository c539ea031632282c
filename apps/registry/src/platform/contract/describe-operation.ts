import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { permissions } from '#access';
import type { Permission } from '#access';
import { refusalStatus } from '../answers/refusal-status.js';
import { schemaPath } from './api-decorators.js';
import { impliedRefusals } from './implied-refusals.js';
import { pathParameters } from './path-parameters.js';
import { ProblemBody } from './problem.body.js';
import { refusalsOf } from './refuses.js';
import type { DeclaredRefusal } from './refuses.js';
import type { Route } from '../server/routes.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];
type Response = Exclude<NonNullable<Responses[string]>, { $ref: string }>;
type Parameters = NonNullable<Operation['parameters']>;

/** An operation as generated, with its name, room, permission and every refusal. */
export function describeOperation(operation: Operation, route: Route, path: string): Operation {
  const { permission } = route;
  const parameters = [...undeclared(operation, path), ...(operation.parameters ?? [])].map(describeParameter);
  const queries = parameters.flatMap((one) => ('in' in one && one.in === 'query' ? [one.name] : []));
  const refusals = [
    ...refusalsOf(route.controller),
    ...refusalsOf(route.handler),
    ...impliedRefusals({
      permission,
      isUnderApi: path.startsWith('/api/v1/'),
      isForPackages: /^\/(?:npm|pypi)(?:\/|$)/.test(path),
      needsDatabase: route.room !== 'platform',
      hasParameters: /\{(publisher|plugin)\}/.test(path),
      hasQuery: queries.length > 0,
      hasCursor: queries.includes('cursor'),
      mayHaveBody: route.method !== 'GET',
      hasBody: operation.requestBody !== undefined,
    }),
  ];
  return {
    operationId: operationId(operation, route),
    tags: [route.room],
    ...(operation.summary === undefined ? {} : { summary: operation.summary }),
    description: [operation.description, permissionSentence(permission)].filter(Boolean).join('\n\n'),
    ...extensionsOf(operation),
    ...({ 'x-permission': permission } as object),
    security: securityOf(permission),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.requestBody === undefined ? {} : { requestBody: operation.requestBody }),
    responses: withRefusals({ ...notModifiedOf(route, path), ...operation.responses }, refusals),
  };
}

/** Every read has an ETag, whether its route says so or not. */
const notModifiedOf = (route: Route, path: string): Responses =>
  route.method === 'GET' && /^\/(?:api\/|\.well-known\/)/.test(path)
    ? { '304': { description: 'The caller has it: `If-None-Match` has its `ETag`.' } }
    : {};

/** `PluginsController.versions` is `pluginsVersions`, unless the route names itself. */
function operationId(operation: Operation, route: Route): string {
  if (operation.operationId !== `${route.controller.name}.${route.handler.name}`) {
    return operation.operationId ?? '';
  }
  const room = route.controller.name.replace(/Controller$/, '');
  const method = route.handler.name;
  return `${room.charAt(0).toLowerCase()}${room.slice(1)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}

function extensionsOf(operation: Operation): Partial<Operation> {
  return Object.fromEntries(
    Object.entries(operation).filter(([name]) => name.startsWith('x-') || name === 'deprecated'),
  );
}

function permissionSentence(permission: Permission): string {
  const { description, scope } = permissions[permission];
  const needed = scope === null ? '' : ` A token or key needs the scope \`${scope}\`.`;
  return `**Who may** (\`${permission}\`): ${description}${needed}`;
}

function securityOf(permission: Permission): Record<string, string[]>[] {
  const { holder, scope } = permissions[permission];
  const scopes = scope === null ? [] : [scope];
  if (permission === 'public' || permission === 'sign-in') return [{}];
  if (holder === 'host') return [{ host_key: scopes }];
  if (holder === 'everyone') return [{}, { session: [] }, { token: scopes }, { host_key: [] }];
  return [{ session: [] }, { token: scopes }];
}

/** What a path names and its handler doesn't take as an argument. */
function undeclared(operation: Operation, path: string): Parameters {
  const declared = (operation.parameters ?? []).flatMap((one) =>
    'in' in one && one.in === 'path' ? [one.name] : [],
  );
  const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return named
    .filter((name) => !declared.includes(name))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function describeParameter(parameter: Parameters[number]): Parameters[number] {
  if ('$ref' in parameter || parameter.in !== 'path') return parameter;
  const known = pathParameters[parameter.name];
  return known === undefined ? parameter : { ...known, ...parameter };
}

function withRefusals(responses: Responses, refusals: readonly DeclaredRefusal[]): Responses {
  const described: Record<string, Response> = Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [status, named(response as Response, status)]),
  );
  for (const refusal of refusals) {
    const status = String(refusalStatus[refusal.kind]);
    described[status] = withRefusal(described[status], refusal, Number(status));
  }
  return Object.fromEntries(Object.entries(described).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A description is required, and controllers need not repeat what the status says. */
const named = (response: Response, status: string): Response => ({
  ...response,
  description: response.description || (STATUS_CODES[Number(status)] ?? status),
});

function withRefusal(response: Response | undefined, refusal: DeclaredRefusal, status: number): Response {
  const media = response?.content?.['application/problem+json'];
  if (media?.examples?.[refusal.code]) return response as Response;
  const sentence = `\`${refusal.code}\`: ${refusal.when}`;
  const example = {
    summary: refusal.when,
    value: {
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      code: refusal.code,
      detail: refusal.when,
      request_id: 'e5b0ff4c-1f2a-4a57-8b6e-2f9d0c1c7a11',
    },
  };
  return {
    ...response,
    description: response?.description ? `${response.description}\n\n${sentence}` : sentence,
    ...(status === 429 || status === 503 ? { headers: { ...response?.headers, ...retryAfter } } : {}),
    content: {
      ...response?.content,
      'application/problem+json': {
        schema: media?.schema ?? { $ref: schemaPath(ProblemBody) },
        examples: { ...media?.examples, [refusal.code]: example },
      },
    },
  };
}

const retryAfter = {
  'Retry-After': {
    description: 'Seconds to wait before asking again.',
    schema: { type: 'integer', minimum: 1 },
  },
} as const;
