import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import type { Permission } from '#access';
import { requiredPermission } from '../callers/requires.js';

export type Handler = (...values: unknown[]) => unknown;
export type Controller = abstract new (...values: never[]) => object;

/** One method of a controller that answers at one path. */
export interface Route {
  /** Upper case. */
  readonly method: string;
  /** As Nest writes it, e.g. `/api/v1/plugins/:publisher/:plugin`. */
  readonly path: string;
  /** The name of the room, e.g. `catalog`. */
  readonly room: string;
  readonly controller: Controller;
  readonly handler: Handler;
  readonly permission: Permission;
}

/** Every route that the rooms declare, in the order of paths and methods. Throws where one names no permission. */
export function routesOf(modules: ModulesContainer): readonly Route[] {
  const routes = [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) =>
      routesOfController(metatype as unknown as Controller, roomOf(module.metatype.name)),
    ),
  );
  return routes.sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const roomOf = (module: string): string => module.replace(/Module$/, '').toLowerCase();

function routesOfController(controller: Controller, room: string): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? 'GET';
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => ({
        method,
        path: join(prefix, path),
        room,
        controller,
        handler: handler as Handler,
        permission: requiredPermission(handler, controller),
      })),
    );
  });
}

const pathsOf = (owner: object): string[] =>
  [(Reflect.getMetadata(PATH_METADATA, owner) ?? '') as string | string[]].flat();

const join = (...parts: string[]): string =>
  `/${parts
    .join('/')
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
