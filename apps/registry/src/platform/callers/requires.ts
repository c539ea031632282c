import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { CustomDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccountPrincipal, HostPrincipal, Permission, Principal } from '#access';

const permissionMetadata = 'mortise:permission';

/**
 * Names the permission that a route asks for. Every route has exactly one. For `maintainer` and `owner` permissions
 * the route's path has a `:publisher`, and a `:plugin` where it is about one.
 */
export const Requires = (permission: Permission): CustomDecorator =>
  SetMetadata(permissionMetadata, permission);

/** The permission that `handler` names, or its controller for all of its routes. Throws where neither does. */
export function requiredPermission(handler: object, controller: { readonly name: string }): Permission {
  const permission = (Reflect.getMetadata(permissionMetadata, handler) ??
    Reflect.getMetadata(permissionMetadata, controller)) as Permission | undefined;
  if (permission === undefined) {
    const name = 'name' in handler ? String(handler.name) : '';
    throw new Error(`${controller.name}.${name} names no permission: give it @Requires(…).`);
  }
  return permission;
}

/** A request whose caller the guard has found out. */
export interface AuthenticatedRequest extends FastifyRequest {
  principal: Principal;
  /** Throws where what let the caller in holds no longer; absent where everybody is let in. */
  admitAgain?(): Promise<void>;
}

/**
 * For routes that read a long body themselves: what the credential and its person may is asked again once all of it is
 * there, so that what was revoked meanwhile publishes nothing.
 */
export const admitAgain = async (request: FastifyRequest): Promise<void> =>
  (request as AuthenticatedRequest).admitAgain?.();

const principalOf = (context: ExecutionContext): Principal =>
  context.switchToHttp().getRequest<AuthenticatedRequest>().principal;

/** The caller, whoever it is. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(context),
);

/** The caller of a route whose permission only accounts hold. */
export const CallerAccount = createParamDecorator(
  (_: unknown, context: ExecutionContext): AccountPrincipal => {
    const principal = principalOf(context);
    if (principal.kind !== 'account') throw new Error('The permission of this route is not one of accounts.');
    return principal;
  },
);

/** The caller of a route whose permission only hosts hold. */
export const CallerHost = createParamDecorator((_: unknown, context: ExecutionContext): HostPrincipal => {
  const principal = principalOf(context);
  if (principal.kind !== 'host') throw new Error('The permission of this route is not one of hosts.');
  return principal;
});
