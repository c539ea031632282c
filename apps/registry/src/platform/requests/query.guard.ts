import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { closestWord, RegistryError } from '#kernel';
import { ruledMembers } from './body-rules.js';
import { declaredQueryOf } from '../contract/api-decorators.js';
import type { DeclaredParameter } from '../contract/api-decorators.js';

type Handler = (...values: unknown[]) => unknown;
type Controller = abstract new (...values: never[]) => object;
/** Name to whether it may be repeated. */
type Parameters = ReadonlyMap<string, boolean>;

/**
 * Refuses query parameters under `/api/v1` that the route does not declare, so that a misspelt filter never means
 * "everything"; and a repeated one where one value is due. What a route declares is read from its own code: the class
 * or the names that its `@Query` takes, and `@ApiQuery`.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  private readonly declared = new WeakMap<Handler, Parameters>();

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.url.includes('?') || !request.url.startsWith('/api/v1/')) return true;
    const known = this.parametersOf(context.getClass(), context.getHandler() as Handler);
    for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
      const mayRepeat = known.get(name);
      if (mayRepeat === undefined) throw unknownParameter(name, [...known.keys()]);
      if (Array.isArray(value) && !mayRepeat) throw repeatedParameter(name);
    }
    return true;
  }

  private parametersOf(controller: Controller, handler: Handler): Parameters {
    const found = this.declared.get(handler);
    if (found) return found;
    const parameters = [...queryParametersOf(controller, handler.name), ...declaredQueryOf(handler)];
    const known = new Map(parameters.map(({ name, isList }) => [name, isList]));
    this.declared.set(handler, known);
    return known;
  }
}

const queryParameter: number = RouteParamtypes.QUERY;

function queryParametersOf(controller: Controller, method: string): DeclaredParameter[] {
  const prototype = controller.prototype as object;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    { index: number; data?: unknown }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as Controller[];
  return Object.entries(parameters).flatMap(([key, { index, data }]) => {
    if (Number(key.split(':')[0]) !== queryParameter) return [];
    const type = types[index];
    if (typeof data === 'string') return [{ name: data, isList: (type as unknown) === Array }];
    return type === undefined ? [] : membersOf(type);
  });
}

function membersOf(shape: Controller): DeclaredParameter[] {
  return ruledMembers(shape).map((name) => ({
    name,
    isList: Reflect.getMetadata('design:type', shape.prototype as object, name) === Array,
  }));
}

const shownCharacters = 64;

function unknownParameter(name: string, known: readonly string[]): RegistryError {
  const near = closestWord(name, known);
  const shown = name.slice(0, shownCharacters);
  const takes =
    known.length === 0
      ? 'This address takes no parameters.'
      : `This address takes: ${[...known].sort().join(', ')}.`;
  const hint = near === undefined ? takes : `Did you mean "${near}"?`;
  return new RegistryError('invalid', 'unknown-parameter', `There is no parameter "${shown}" here. ${hint}`, {
    details: { parameter: shown, ...(near === undefined ? {} : { did_you_mean: near }) },
  });
}

function repeatedParameter(name: string): RegistryError {
  return new RegistryError('invalid', 'repeated-parameter', `Give the parameter "${name}" once.`, {
    details: { parameter: name },
  });
}
