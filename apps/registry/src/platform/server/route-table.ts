import type { FastifyInstance } from 'fastify';

/** Knows which methods each address takes, for 405, `Allow` and OPTIONS; asked only when no route fits. */
export class RouteTable {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** To be told of every route; call it before the first is made. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      for (const name of [method].flat()) this.add(url, name);
    });
  }

  /** The methods that `path` (without query) takes, sorted; none where no route is at all. */
  methodsOf(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const route of this.routes.values()) {
      if (route.pattern.test(path)) route.methods.forEach((method) => methods.add(method));
    }
    if (methods.size > 0) methods.add('OPTIONS');
    return [...methods].sort();
  }

  /** The templates of all addresses. */
  paths(): readonly string[] {
    return [...this.routes.keys()].sort();
  }

  private add(url: string, method: string): void {
    const route = this.routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    route.methods.add(method);
    this.routes.set(url, route);
  }
}

/** Fastify's templates: `:name` is one segment or a part of one, `*` the rest. */
function patternOf(url: string): RegExp {
  const source = url
    .split(/(:\w+|\*)/)
    .map((part) => {
      if (part === '*') return '.*';
      return part.startsWith(':') ? '[^/]+' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
