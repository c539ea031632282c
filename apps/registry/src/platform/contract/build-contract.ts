import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { applyKeptDecorators } from './api-decorators.js';
import { describeOperation } from './describe-operation.js';
import { ProblemBody } from './problem.body.js';
import { routesOf } from '../server/routes.js';
import type { Route } from '../server/routes.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

const introduction = `The plugin app store that a team can run itself. Its packages are for npm's clients at \`/npm/\` and for Python's at
\`/pypi/simple/\`, with uploads at \`/pypi/legacy/\`.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\` and a sentence that says what to do. Field names
are snake_case, codes and other values kebab-case, times ISO 8601 in UTC. Lists answer \`{"items": [...], "next": "<cursor>" | null}\`.
Query parameters and body fields that are not described here are refused. Every request has an id: send your own as
\`x-request-id\`, or read the one that the answer carries.`;

const securitySchemes = {
  session: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A session, from `POST /api/v1/sessions`: it may do whatever its person may.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'mrt_pat_…',
    description: 'A token of an account, from `POST /api/v1/tokens`, with the scopes that it was made with.',
  },
  host_key: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'mrt_host_…',
    description: 'A key of a host, from `POST /api/v1/hosts`.',
  },
} as const;

const roomDescriptions: Readonly<Record<string, string>> = {
  access: 'Accounts, sessions, tokens, publishers and their members.',
  catalog: 'Publishing, plugins, versions, channels, withdrawal and what changed.',
  packages: 'Artifacts, and the npm and Python indexes.',
  search: 'Finding plugins.',
  install: 'Manifests, hosts, installations and their keys.',
  trust: 'What moderators decide, and the audit log.',
  platform: 'Health, metrics and this contract.',
};

/**
 * The contract (OpenAPI 3.1), from the code: routes and bodies as they are decorated, permissions from `@Requires`,
 * errors from `@Refuses` and from what the platform refuses for all. The same code gives the same bytes.
 */
export async function buildContract(app: INestApplication): Promise<OpenAPIObject> {
  const swagger = await import('@nestjs/swagger');
  applyKeptDecorators(swagger);
  const base = new swagger.DocumentBuilder()
    .setTitle('Mortise')
    .setDescription(introduction)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .build();
  const generated = swagger.SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemBody],
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  const routes = new Map(
    routesOf(app.get(ModulesContainer)).map((route) => [operationKey(route.method, route.path), route]),
  );
  const paths = describePaths(generated, routes);
  const rooms = [...new Set([...routes.values()].map((route) => route.room))].sort();
  return {
    openapi: generated.openapi,
    info: generated.info,
    servers: [{ url: '/' }],
    tags: rooms
      .filter((room) => JSON.stringify(paths).includes(`"tags":["${room}"]`))
      .map((name) => ({ name, description: roomDescriptions[name] ?? name })),
    paths,
    components: { schemas: sorted(generated.components?.schemas ?? {}), securitySchemes },
  };
}

function describePaths(generated: OpenAPIObject, routes: ReadonlyMap<string, Route>): OpenAPIObject['paths'] {
  return sorted(
    Object.fromEntries(
      Object.entries(generated.paths).map(([path, item]) => {
        const described = methods.flatMap((method) => {
          const operation = item[method];
          if (operation === undefined) return [];
          const route = routes.get(operationKey(method, path));
          if (route === undefined) throw new Error(`${method} ${path} is of no controller.`);
          return [[method, describeOperation(operation, route, path)] as const];
        });
        return [path, Object.fromEntries(described)];
      }),
    ),
  );
}

/** The same for Nest's way of writing a path and for OpenAPI's, which calls the rest of a path `path`. */
const operationKey = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')}`;

const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
