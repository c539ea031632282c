import type * as Swagger from '@nestjs/swagger';

/**
 * The decorators of @nestjs/swagger, by their own names, at no cost to a server that starts: that package takes a
 * third of the time to the first answer, and only the contract needs it. What is decorated here is kept and handed
 * to the package when the contract is generated. Import them from here, never from the package itself.
 */
type DecoratorName = Extract<keyof typeof Swagger, `Api${string}`>;
type AnyDecorator = (target: object, key?: string | symbol, descriptor?: unknown) => unknown;

const kept: ((swagger: typeof Swagger) => void)[] = [];

function deferred<Name extends DecoratorName>(name: Name): (typeof Swagger)[Name] {
  const make = (...options: unknown[]): AnyDecorator => {
    return (target, key, descriptor) => {
      kept.push((swagger) => {
        const decorator = swagger[name] as unknown as (...options: unknown[]) => AnyDecorator;
        decorator(...options)(target, key, descriptor);
      });
    };
  };
  return make as unknown as (typeof Swagger)[Name];
}

/** Hands all that was decorated so far to the package, in the order in which it was written; once each. */
export function applyKeptDecorators(swagger: typeof Swagger): void {
  for (const apply of kept.splice(0)) apply(swagger);
}

/** A reference to a shape of the contract, for schemas that are written by hand. */
export const schemaPath = (shape: { readonly name: string }): string => `#/components/schemas/${shape.name}`;

const deferredQuery = deferred('ApiQuery');

export const ApiAcceptedResponse = deferred('ApiAcceptedResponse');
export const ApiBody = deferred('ApiBody');
export const ApiConsumes = deferred('ApiConsumes');
export const ApiExcludeController = deferred('ApiExcludeController');
export const ApiExtraModels = deferred('ApiExtraModels');
export const ApiHeader = deferred('ApiHeader');
export const ApiOperation = deferred('ApiOperation');
export const ApiParam = deferred('ApiParam');
export const ApiProduces = deferred('ApiProduces');
export const ApiProperty = deferred('ApiProperty');
export const ApiPropertyOptional = deferred('ApiPropertyOptional');
export const ApiResponse = deferred('ApiResponse');
export const ApiOkResponse = deferred('ApiOkResponse');
export const ApiCreatedResponse = deferred('ApiCreatedResponse');
export const ApiNoContentResponse = deferred('ApiNoContentResponse');
export const ApiNotModifiedResponse = deferred('ApiNotModifiedResponse');

const queryMetadata = 'mortise:query-parameters';

/** As of @nestjs/swagger; what is declared is also what the route takes (see `QueryGuard`). Always give the name. */
export function ApiQuery(options: Swagger.ApiQueryOptions & { name: string }): MethodDecorator {
  const document = deferredQuery(options);
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const isList = 'isArray' in options && options.isArray === true;
    Reflect.defineMetadata(
      queryMetadata,
      [...declaredQueryOf(handler), { name: options.name, isList }],
      handler,
    );
    document(target, key, descriptor);
  };
}

export interface DeclaredParameter {
  readonly name: string;
  /** Whether it may be repeated. */
  readonly isList: boolean;
}

/** The parameters that `@ApiQuery` names on a handler. */
export function declaredQueryOf(handler: object): readonly DeclaredParameter[] {
  return (Reflect.getOwnMetadata(queryMetadata, handler) as DeclaredParameter[] | undefined) ?? [];
}
