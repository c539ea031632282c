import { buildNpmTarball, buildWheel } from '#testing';
import { processAdmin } from '../store-process.js';
import type { Member } from './chaos-cluster.js';

const patienceMs = 20_000;

export interface Answer {
  /** 0 where there was none. */
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Asks one replica; what can't be reached or breaks off is an answer, too. */
export async function ask(member: Member, path: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const answer = await fetch(`${member.address}${path}`, {
      ...init,
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
    return { status: answer.status, body, headers: answer.headers };
  } catch {
    return { status: 0, body: {}, headers: new Headers() };
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

export const asJson = (method: string, body: object, token?: string): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...(token === undefined ? {} : bearer(token)) },
  body: JSON.stringify(body),
});

export async function signIn(member: Member): Promise<string> {
  const { status, body } = await ask(member, '/api/v1/sessions', asJson('POST', processAdmin));
  if (status !== 201) throw new Error(`Signing in at ${member.name} was answered with ${status}.`);
  return String(body['access_token']);
}

/** A release with a back end and a front end of its own: whole, or not there. */
export function pairRelease(name: string, version: string): FormData {
  const form = new FormData();
  form.append(
    'descriptor',
    new Blob([
      `name: ${name}\nversion: ${version}\nbackend: ${name}-back\nbackend_component: Plugin\nfront_end: "@acme/${name}"\nfrontend_component: Panel\n`,
    ]),
    'plugin.yaml',
  );
  const wheel = buildWheel({ name: `${name}_back`, version });
  form.append('artifact', new Blob([new Uint8Array(wheel)]), `${name}_back-${version}-py3-none-any.whl`);
  const tarball = buildNpmTarball({ manifest: { name: `@acme/${name}`, version, main: 'dist/index.js' } });
  form.append('artifact', new Blob([new Uint8Array(tarball)]), `${name}-${version}.tgz`);
  return form;
}

export const publishForm = (member: Member, token: string, form: FormData): Promise<Answer> =>
  ask(member, '/api/v1/publishers/acme/releases', { method: 'POST', headers: bearer(token), body: form });

export const publishText = (
  member: Member,
  token: string,
  yaml: string,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  ask(member, '/api/v1/publishers/acme/releases', {
    method: 'POST',
    headers: { 'content-type': 'application/yaml', ...bearer(token), ...headers },
    body: yaml,
  });

/** A release with nothing but a form. */
export const formRelease = (name: string, version: string, label = 'Keep for'): string =>
  `name: ${name}\nversion: ${version}\ninterfaces:\n  backup:\n    form: [{type: integer, name: keep_days, label: ${label}}]\n`;
