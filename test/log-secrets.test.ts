import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { makeApiKey } from '#kernel';
import { createApp } from '../apps/registry/src/create-app.js';
import { parseSettings } from '../apps/registry/src/platform/settings/config.js';
import { openLog } from '../apps/registry/src/platform/server/log.js';
import { plainLine } from '../apps/registry/src/platform/server/plain-line.js';

describe('the log', () => {
  let app: NestFastifyApplication;
  let folder: string;
  const lines: string[] = [];
  const log = openLog('debug', { write: (line) => void lines.push(line) });
  const secrets = { password: 'correct horse battery', secretKey: 'the key that seals what replicas share' };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mortise-log-'));
    const settings = parseSettings({
      MORTISE_DATA: folder,
      MORTISE_ADMIN_PASSWORD: secrets.password,
      MORTISE_SECRET_KEY: secrets.secretKey,
    });
    app = await createApp(settings, log);
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has every request by its route and id, and no credential, however it was sent', async () => {
    const server = app.getHttpServer();
    const signedIn = await request(server)
      .post('/api/v1/sessions')
      .send({ username: 'admin', password: secrets.password });
    const session = (signedIn.body as { access_token: string }).access_token;
    const minted = await request(server)
      .post('/api/v1/tokens')
      .set('authorization', `Bearer ${session}`)
      .send({ name: 'ci', scopes: ['read'] });
    const { token } = minted.body as { token: string };
    const strangers = makeApiKey('host').text;
    for (const credential of [session, token, strangers]) {
      const path = encodeURIComponent(credential);
      await request(server).get('/api/v1/tokens').set('authorization', `Bearer ${credential}`);
      await request(server).get(`/api/v1/plugins?q=${path}`);
      await request(server).get(`/api/v1/plugins/${path}/${path}?${path}=1`);
      await request(server).get(`/${path}`);
      await request(server).post('/oauth/introspect').type('form').send({ token: credential });
      await request(server).post('/api/v1/sessions').send({ username: credential, password: credential });
      await request(server).post('/api/v1/sessions').type('json').send(`{"password": "${credential}"`);
      await request(server).get('/health/live').set('x-request-id', `${credential} and more`);
    }
    log.error({ error: new Error(`Bearer ${token} with ${strangers}`) }, `a bug that knows ${session}`);
    await request(server).get('/health/live').set('x-request-id', 'from-the-caller');
    const text = lines.join('');
    for (const secret of [session, token, strangers, ...Object.values(secrets)]) {
      expect(text.includes(secret)).toBe(false);
      expect(text.includes(encodeURIComponent(secret))).toBe(false);
    }
    expect(text).toContain('"route":"/api/v1/plugins/:publisher/:plugin"');
    expect(text).toContain('"requestId":"from-the-caller"');
    expect(lines.every((line) => typeof (JSON.parse(line) as { level: string }).level === 'string')).toBe(
      true,
    );
  });

  it('reads as plain lines on a terminal, in which nobody moves the cursor', () => {
    const line = plainLine(
      JSON.stringify({
        level: 'info',
        time: '2026-01-02T03:04:05.678Z',
        status: 200,
        x: 'a\u001b[2Jb',
        msg: 'hi',
      }),
    );
    expect(line).toBe('03:04:05 hi status=200 x=a?[2Jb\n');
  });
});
