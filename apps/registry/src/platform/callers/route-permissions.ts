import type { OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { permissions } from '#access';
import { routesOf } from '../server/routes.js';

/** Knows what each route asks for. The server does not start while one of them has not been thought of. */
export class RoutePermissions implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    for (const { method, path, permission } of routesOf(this.modules)) {
      const { holder } = permissions[permission];
      if ((holder === 'maintainer' || holder === 'owner') && !path.includes(':publisher')) {
        throw new Error(`${method} ${path} is for a publisher's members, and its path names no :publisher.`);
      }
    }
  }
}
