import { RequestMethod } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { permissions } from '#access';
import type { Permission } from '#access';
import { requiredPermission } from './requires.js';

export interface RoutePermission {
  readonly method: string;
  readonly path: string;
  readonly permission: Permission;
}

/** Knows what each route asks for. The server does not start while one of them has not been thought of. */
export class RoutePermissions implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    for (const { method, path, permission } of this.list()) {
      const { holder } = permissions[permission];
      if ((holder === 'maintainer' || holder === 'owner') && !path.includes(':publisher')) {
        throw new Error(`${method} ${path} is for a publisher's members, and its path names no :publisher.`);
      }
    }
  }

  /** Every route of every controller. Throws where one names no permission. */
  list(): RoutePermission[] {
    return this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (typeof metatype === 'function' ? this.routesOf(metatype as Type) : []));
  }

  private routesOf(controller: Type): RoutePermission[] {
    const prototype = controller.prototype as Record<string, (...parameters: unknown[]) => unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
      const permission = requiredPermission(handler, controller);
      return pathsOf(controller).flatMap((parent) =>
        pathsOf(handler).map((path) => ({ method, path: join(parent, path), permission })),
      );
    });
  }
}

function pathsOf(target: object): string[] {
  const paths = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return typeof paths === 'string' ? [paths] : (paths ?? ['']);
}

const join = (parent: string, path: string): string =>
  `/${parent}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
