import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseSettings, SettingsInvalid } from './config.js';
import { settingsLines } from './describe-settings.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseSettings(environment);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('need nothing to be set', () => {
    expect(parseSettings({ PATH: '/bin', HOME: '/root' })).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: null,
      role: 'all',
      dataFolder: resolve('data'),
      database: resolve('data/mortise.sqlite'),
      blobs: resolve('data/blobs'),
      downloads: 'proxy',
      blobGraceMs: 86_400_000,
      demo: null,
      read: 'everyone',
      review: 'none',
      signUp: 'open',
    });
  });

  it('treat what is empty as not set', () => {
    expect(parseSettings({ MORTISE_PORT: '', MORTISE_SECRET_KEY: '' })).toEqual(parseSettings({}));
  });

  it('are taken as they are written', () => {
    const written = {
      MORTISE_HOST: '0.0.0.0',
      MORTISE_PORT: '0',
      MORTISE_PUBLIC_URL: 'https://plugins.example.org/store/',
      MORTISE_ROLE: 'serve',
      MORTISE_DATA: '/srv/mortise',
      MORTISE_DEMO: 'off',
      MORTISE_REQUESTS_IN_FLIGHT: '64',
      MORTISE_SHUTDOWN_SECONDS: '30',
    };
    expect(parseSettings(written)).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      publicUrl: 'https://plugins.example.org/store',
      role: 'serve',
      dataFolder: '/srv/mortise',
      database: '/srv/mortise/mortise.sqlite',
      demo: false,
      requestsInFlight: 64,
      shutdownMs: 30_000,
    });
  });

  it('are refused where no setting has that name, with the one that was probably meant', () => {
    expect(problemsOf({ MORTISE_PUBLIC_ULR: 'x' })).toEqual([
      'MORTISE_PUBLIC_ULR is not a setting. Did you mean MORTISE_PUBLIC_URL?',
    ]);
    expect(problemsOf({ MORTISE_COLOUR: 'red' })[0]).toContain('Known are: MORTISE_HOST');
  });

  it('leave the command line’s own alone', () => {
    expect(problemsOf({ MORTISE_CLI_COLOUR: 'red' })).toEqual([]);
  });

  it.each([
    ['MORTISE_PORT', '80a'],
    ['MORTISE_PORT', '65536'],
    ['MORTISE_PORT', '-1'],
    ['MORTISE_PUBLIC_URL', 'plugins.example.org'],
    ['MORTISE_PUBLIC_URL', 'ftp://plugins.example.org'],
    ['MORTISE_PUBLIC_URL', 'https://ada:secret@plugins.example.org'],
    ['MORTISE_PUBLIC_URL', 'https://plugins.example.org/?a=b'],
    ['MORTISE_PUBLIC_URL', 'https://plugins.example.org/#top'],
    ['MORTISE_PUBLIC_URL', 'https://plugins.example.org/?'],
    ['MORTISE_ROLE', 'everything'],
    ['MORTISE_DEMO', 'yes'],
    ['MORTISE_DEMO', 'constructor'],
    ['MORTISE_READ', 'nobody'],
    ['MORTISE_REVIEW', 'true'],
    ['MORTISE_SIGN_UP', 'maybe'],
    ['MORTISE_LOG_LEVEL', 'loud'],
    ['MORTISE_DATABASE', 'postgres://localhost'],
    ['MORTISE_DATABASE', 'postgres://localhost/'],
    ['MORTISE_DATABASE', 'postgres://:@/mortise'],
    ['MORTISE_DATABASE', 'mysql://localhost/mortise'],
    ['MORTISE_BLOBS', 's3://key:secret@bucket'],
    ['MORTISE_SEARCH', 'search.example.org:9200'],
    ['MORTISE_REQUESTS_IN_FLIGHT', '0'],
    ['MORTISE_SHUTDOWN_SECONDS', '1.5'],
  ])('are refused with a sentence that names them: %s=%s', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  it.each([
    ['MORTISE_DATABASE', 'postgres://me:hunter2@db/mortise?sslrootcert=', 'certificate'],
    ['MORTISE_DATABASE', 'postgres://me:hunter2@db/mortise?sslmode=verify-full&sslcert=', 'certificate'],
    ['MORTISE_DATABASE', 'postgres://me:hunter2@db/mortise?sslkey=', 'private key'],
    ['MORTISE_SEARCH', 'https://me:hunter2@search:9200?ca=', 'certificate'],
  ])(
    'are refused where the file that they name is missing or not what it must be: %s=%s',
    (name, address, what) => {
      const folder = mkdtempSync(join(tmpdir(), 'mortise-config-'));
      const file = join(folder, 'own.pem');
      const [missing, ...others] = problemsOf({ [name]: address + file });
      expect(others).toEqual([]);
      expect(missing).toMatch(
        new RegExp(`^${name} names by \\w+ the file "${file}", which can't be read \\(ENOENT\\);`),
      );
      writeFileSync(file, `-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n`);
      const [wrong] = problemsOf({ [name]: address + file });
      expect(wrong).toContain(`"${file}", which holds no ${what}; write the path`);
      expect([missing, wrong].join()).not.toContain('hunter2');
      expect(problemsOf({ [name]: address.replace(/[?&]\w+=$/, '') })).toEqual([]);
      rmSync(folder, { recursive: true });
    },
  );

  it('tell every problem at once', () => {
    const wrong = { MORTISE_PORT: 'x', MORTISE_DEMO: 'x', MORTISE_XYZ: 'x' };
    expect(problemsOf(wrong)).toHaveLength(3);
  });

  it('are printable without their secrets', () => {
    const settings = parseSettings({
      MORTISE_ADMIN_PASSWORD: 'hunter2 hunter2',
      MORTISE_SECRET_KEY: 'sealing wax',
    });
    const printed = settingsLines(settings);
    expect(printed).not.toMatch(/hunter2|sealing wax/);
    expect(printed).toContain('\nMORTISE_ADMIN_PASSWORD=(set)');
    expect(settingsLines(parseSettings({}))).toContain('\nMORTISE_SECRET_KEY=\n');
  });

  it('are printed as they could be written again', () => {
    const written = { MORTISE_DEMO: 'off', MORTISE_SHUTDOWN_SECONDS: '30', MORTISE_DATA: '/srv/mortise' };
    const settings = parseSettings(written);
    const lines = settingsLines(settings).split('\n');
    for (const [name, value] of Object.entries(written)) expect(lines).toContain(`${name}=${value}`);
    const again = lines.filter((line) => line.startsWith('MORTISE_')).map((line) => line.split('='));
    expect(parseSettings(Object.fromEntries(again) as Record<string, string>)).toEqual(settings);
  });

  it('show and repeat no password of an address', () => {
    const shown = (database: string) => settingsLines(parseSettings({ MORTISE_DATABASE: database }));
    expect(problemsOf({ MORTISE_DATABASE: 'postgres://me:hunter2@db' })[0]).not.toContain('hunter2');
    expect(problemsOf({ MORTISE_DATABASE: 'mysql://me:hunter2@db/mortise' })[0]).not.toContain('hunter2');
    const address = 'postgres://me:hunter2@db:5433/mortise?sslmode=require&password=hunter3';
    expect(parseSettings({ MORTISE_DATABASE: address }).database).toBe(address);
    expect(shown(address)).not.toMatch(/hunter/);
    expect(shown(address)).toContain(
      'MORTISE_DATABASE=postgres://me:***@db:5433/mortise?sslmode=require&password=***',
    );
    expect(shown('postgresql://me@db/mortise')).toContain('=postgresql://me@db/mortise\n');
  });
});
