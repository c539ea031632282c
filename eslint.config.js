import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { house } from './tools/lint-rules/plugin.mjs';

const sources = ['apps/**/*.{ts,tsx}', 'libs/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'tools/**/*.ts'];
const tests = ['**/*.test.{ts,tsx}', 'test/**', 'libs/testing/**'];
const product = ['apps/**/*.{ts,tsx}', 'libs/**/*.{ts,tsx}'];
const core = `libs/{kernel,form,descriptor,catalog,packages,search,install,access,trust,sources}/**/*.ts`;

const typedRules = {
  // Empty classes are how Nest modules are written; async methods without await are how ports are implemented.
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  // Frameworks declare their options as classes, and are handed plain objects.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  // Code points are what descriptors and queries are counted in.
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  // Asks the type checker for every member access and repeats what an editor strikes through.
  '@typescript-eslint/no-deprecated': 'off',
  '@typescript-eslint/unified-signatures': 'off',
  '@typescript-eslint/naming-convention': [
    'error',
    { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
    { selector: ['class', 'typeAlias', 'enum'], format: ['PascalCase'] },
  ],
};

const manners = {
  'max-lines-per-function': ['error', { max: 60 }],
  'max-lines': ['error', { max: 300 }],
  'max-depth': ['error', 3],
  'no-else-return': ['error', { allowElseIf: false }],
  'no-param-reassign': 'error',
  'prefer-const': 'error',
  'no-console': 'error',
  eqeqeq: 'error',
};

export default tseslint.config(
  // What the first minutes of README.md make here is a person's own.
  {
    ignores: [
      'dist/**',
      'data/**',
      'mortise-host/**',
      'weather-station/**',
      'contracts/**',
      'descriptors/**',
      '**/*.d.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { house } },
  js.configs.recommended,
  { rules: { 'house/file-name': 'error', 'house/reasoned-exception': 'error', ...manners } },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        Event: 'readonly',
        EventTarget: 'readonly',
      },
    },
  },
  {
    files: ['apps/registry/src/platform/pages/*.js', 'libs/*/pages/*.js', 'libs/host/src/agent/pages/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortController',
          'EventSource',
          'HTMLElement',
          'URLSearchParams',
          'customElements',
          'document',
          'fetch',
          'history',
          'location',
          'matchMedia',
          'navigator',
          'window',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: sources,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: typedRules,
  },
  {
    files: product,
    rules: {
      'house/named-after-export': 'error',
      'house/no-default-export': 'error',
      'house/no-environment': 'error',
      'house/sql-in-its-room': 'error',
      'house/stated-promise': 'error',
    },
  },
  {
    // The shapes of the wire are classes for their decorators' sake; their values are plain objects.
    files: ['apps/registry/src/**/*.body.ts'],
    rules: { '@typescript-eslint/no-misused-spread': 'off' },
  },
  {
    files: [core],
    ignores: tests,
    rules: {
      'house/no-system-clock': 'error',
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'HTTP is spoken by adapters; declare a port.' },
      ],
    },
  },
  {
    files: ['libs/database/src/**/*.ts'],
    ignores: ['libs/database/src/engines/**', 'libs/database/src/migrations/**', ...tests],
    rules: { 'house/sql-through-database': 'error' },
  },
  { files: ['**/errors.ts', '**/*.body.ts'], rules: { 'house/named-after-export': 'off' } },
  {
    files: ['apps/registry/src/platform/settings/config.ts', 'apps/cli/src/cli-settings.ts', ...tests],
    rules: { 'house/no-environment': 'off' },
  },
  {
    files: ['libs/{database,search-embedded}/**/*.ts', ...tests],
    rules: { 'house/sql-in-its-room': 'off' },
  },
  { files: ['libs/database/src/migrations/**'], rules: { 'house/named-after-export': 'off' } },
  {
    // Tests, migrations, markup and tables are as long as what they tell.
    files: [...tests, '**/migrations/**', '**/*.tsx', '**/*-data.ts', 'libs/kernel/src/limits.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    // What a test reads from the wire has the type that the assertion gives it.
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['libs/testing/src/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          name: '@jest/globals',
          allowTypeImports: true,
          message: 'It throws outside of jest, where the bench is; take it from jest-globals.ts.',
        },
      ],
    },
  },
  { files: ['tools/**', 'examples/**'], rules: { 'no-console': 'off' } },
);
