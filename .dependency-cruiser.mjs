/**
 * The doors of the house: which room may import which. Every rule here has a planted violation in
 * tools/doors.test.ts; a rule without one fails that test.
 */
const either = (names) => `(?:${names.join('|')})`;

const pure = ['kernel', 'form', 'descriptor'];
const domains = ['catalog', 'packages', 'search', 'install', 'access', 'trust', 'sources'];
const adapters = [
  'database',
  'search-embedded',
  'search-opensearch',
  'blobs-files',
  'blobs-s3',
  'upstream-http',
];
const edges = ['client', 'host'];
/** Choose among packages for whoever opens a file; hold nothing of the product. */
const bindings = ['sqlite'];

const rooms = [...pure, ...domains, ...adapters, ...edges, ...bindings, 'testing'];

const test = '\\.test\\.ts$';
const anyRoom = '^(?:apps|libs|test|tools)/';
const libraries = (names) => `^libs/${either(names)}/`;
const packages = (names) => `(?:^|node_modules/)${either(names)}(?:/|$)`;
const nodeModules = (names) => `^(?:node:)?${either(names)}(?:/|$)`;

/** A pure library knows only those named; its tests may also use libs/testing. */
const pureRoom = (name, room, known) => ({
  name,
  severity: 'error',
  from: { path: `^libs/${room}/` },
  to: { path: anyRoom, pathNot: [libraries([room, ...known, 'testing'])] },
});

const forbidden = [
  pureRoom('kernel-knows-nobody', 'kernel', []),
  pureRoom('form-knows-kernel', 'form', ['kernel']),
  pureRoom('descriptor-knows-kernel-and-form', 'descriptor', ['kernel', 'form']),
  {
    name: 'domains-never-each-other',
    comment: 'A domain that needs another one’s data declares a narrow port of its own.',
    severity: 'error',
    from: { path: `^libs/(${domains.join('|')})/` },
    to: { path: libraries(domains), pathNot: '^libs/$1/' },
  },
  {
    name: 'domains-know-only-the-pure',
    severity: 'error',
    from: { path: libraries(domains) },
    to: { path: anyRoom, pathNot: [libraries([...domains, ...pure, 'testing'])] },
  },
  {
    name: 'no-framework-in-the-core',
    comment: 'Pure libraries and domains know neither Nest, TypeORM, a web server nor a database.',
    severity: 'error',
    from: { path: libraries([...pure, ...domains]), pathNot: test },
    to: {
      path: packages([
        '@nestjs',
        '@fastify',
        'fastify',
        'express',
        'passport',
        'passport-jwt',
        'class-validator',
        'class-transformer',
        'reflect-metadata',
        'rxjs',
        'pino',
        'prom-client',
        'typeorm',
        'better-sqlite3',
        'pg',
        '@opensearch-project',
        '@aws-sdk',
        'undici',
      ]),
    },
  },
  {
    name: 'no-network-or-files-in-the-core',
    comment: 'Pure libraries and domains reach the machine through ports.',
    severity: 'error',
    from: { path: libraries([...pure, ...domains]), pathNot: test },
    to: {
      path: nodeModules([
        'http',
        'https',
        'http2',
        'net',
        'tls',
        'dgram',
        'dns',
        'fs',
        'child_process',
        'cluster',
        'worker_threads',
        'sqlite',
      ]),
    },
  },
  {
    name: 'adapters-never-each-other',
    severity: 'error',
    from: { path: `^libs/(${adapters.join('|')})/` },
    to: { path: libraries(adapters), pathNot: '^libs/$1/' },
  },
  {
    name: 'adapters-know-pure-and-domains',
    comment: 'Their tests are also told by test/services which services there are to run on.',
    severity: 'error',
    from: { path: libraries(adapters) },
    to: {
      path: anyRoom,
      pathNot: [libraries([...adapters, ...pure, ...domains, ...bindings, 'testing']), '^test/services/'],
    },
  },
  {
    name: 'adapters-named-by-wiring-only',
    comment: 'Only platform/ and the domain modules of the registry (and tests, benches) name adapters.',
    severity: 'error',
    from: {
      path: '^(?:apps|tools)/',
      pathNot: ['^apps/registry/src/platform/', '^apps/registry/src/[^/]+/[^/]+\\.module\\.ts$', test],
    },
    to: { path: libraries(adapters) },
  },
  {
    name: 'technology-in-its-adapter',
    comment:
      'SQL, TypeORM, OpenSearch and S3 are mentioned in the adapters of that name only. The lock of a host’s folder is SQLite’s, and holds no data.',
    severity: 'error',
    from: {
      path: '^(?:apps|libs)/',
      pathNot: [libraries([...adapters, ...bindings]), '^libs/host/src/folder/folder-lock\\.ts$', test],
    },
    to: {
      path: [packages(['typeorm', 'pg', '@opensearch-project', '@aws-sdk']), libraries(bindings)],
    },
  },
  {
    name: 'sqlite-by-its-binding',
    comment: 'libs/sqlite says which binding this Node can run; whoever opens a file asks it.',
    severity: 'error',
    from: { path: anyRoom, pathNot: libraries(bindings) },
    to: { path: packages(['better-sqlite3', 'better-sqlite3-napi']) },
  },
  {
    name: 'bindings-know-nobody',
    severity: 'error',
    from: { path: libraries(bindings) },
    to: { path: anyRoom, pathNot: libraries(bindings) },
  },
  {
    name: 'typeorm-in-database-only',
    severity: 'error',
    from: { path: anyRoom, pathNot: '^libs/database/' },
    to: { path: packages(['typeorm']) },
  },
  {
    name: 'files-behind-adapters',
    comment: 'In the registry only platform/ and main.ts touch the file system; the rest asks a port.',
    severity: 'error',
    from: { path: '^apps/registry/src/[^/]+/', pathNot: ['^apps/registry/src/platform/', test] },
    to: { path: nodeModules(['fs', 'child_process', 'worker_threads']) },
  },
  {
    name: 'edges-see-the-wire',
    comment: 'Client, host, command line and web store know the store as strangers do.',
    severity: 'error',
    from: { path: ['^libs/(?:client|host)/', '^apps/(?:cli|store)/'] },
    to: { path: '^libs/', pathNot: [libraries([...pure, ...edges, ...bindings, 'testing'])] },
  },
  {
    name: 'registry-knows-no-edge',
    severity: 'error',
    from: { path: '^apps/registry/', pathNot: test },
    to: { path: libraries(edges) },
  },
  {
    name: 'nothing-imports-apps',
    comment: 'Except end-to-end tests, and the tool that writes the contract down.',
    severity: 'error',
    from: { path: '^(?:libs|tools)/', pathNot: '^tools/[^/]*contract' },
    to: { path: '^apps/' },
  },
  {
    name: 'apps-never-each-other',
    severity: 'error',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'product-never-imports-tests',
    comment: 'test/ and tools/ look at the product; the product does not look back.',
    severity: 'error',
    from: { path: '^(?:apps|libs)/', pathNot: test },
    to: { path: ['^(?:test|tools)/', test] },
  },
  {
    name: 'testing-for-tests-only',
    severity: 'error',
    from: { path: anyRoom, pathNot: ['^libs/testing/', '^test/', test] },
    to: { path: '^libs/testing/' },
  },
  {
    name: 'testing-knows-no-adapter',
    comment: 'A conformance suite is handed the adapter that it tries; a fake leans on none.',
    severity: 'error',
    from: { path: '^libs/testing/' },
    to: { path: anyRoom, pathNot: [libraries(['testing', ...pure, ...domains])] },
  },
  {
    name: 'libraries-entered-by-index',
    severity: 'error',
    from: { path: '^libs/([^/]+)/' },
    to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
  },
  {
    name: 'libraries-entered-by-index-from-outside',
    severity: 'error',
    from: { path: '^(?:apps|test|tools)/' },
    to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
  },
  {
    name: 'libraries-named-by-hash',
    comment: 'Another library is imported as `#name`, never by a relative path.',
    severity: 'error',
    from: { path: '^(?:libs/([^/]+)|apps|test|tools)/' },
    to: { path: '^libs/', pathNot: '^libs/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
  },
  {
    name: 'own-library-by-relative-path',
    severity: 'error',
    from: { path: '^libs/([^/]+)/' },
    to: { path: '^libs/$1/src/index\\.ts$', dependencyTypes: ['aliased-subpath-import'] },
  },
  {
    name: 'room-in-the-plan',
    comment: 'A new library gets its doors here before its first import.',
    severity: 'error',
    from: { path: '^libs/', pathNot: libraries(rooms) },
    to: {},
  },
  {
    name: 'no-circular',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    severity: 'error',
    from: { pathNot: '/pages/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'resolvable-beside-a-page',
    severity: 'error',
    comment: 'A browser has the modules of markdownModules beside each page that imports them.',
    from: { path: '/pages/' },
    to: { couldNotResolve: true, pathNot: '^\\./(?:markdown|lexer)\\.js$' },
  },
  {
    name: 'product-needs-no-development-package',
    severity: 'error',
    from: { path: '^(?:apps|libs)/', pathNot: ['^libs/testing/', test] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
];

export default {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      conditionNames: ['types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs'],
    },
    skipAnalysisNotInRules: true,
  },
};
