import request from 'supertest';
import { buildWheel } from '#testing';

/** Publishes a release of `acme` whose back end is a wheel of its own. */
export function publishWheel(
  server: Parameters<typeof request>[0],
  token: string,
  name: string,
  version: string,
): request.Test {
  const yaml = `name: ${name}\nversion: ${version}\nbackend: ${name}==${version}\nbackend_component: Busy\n`;
  return request(server)
    .post('/api/v1/publishers/acme/releases')
    .set('authorization', `Bearer ${token}`)
    .attach('descriptor', Buffer.from(yaml), 'plugin.yaml')
    .attach('artifact', buildWheel({ name, version }), `${name}-${version}-py3-none-any.whl`);
}
