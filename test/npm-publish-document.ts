import { createHash } from 'node:crypto';

interface Plan {
  readonly name?: string;
  readonly version?: string;
  readonly tag?: string | null;
  readonly access?: string | null;
  /** Over what npm would send as the version's package.json. */
  readonly manifest?: Record<string, unknown>;
  readonly attachments?: Record<string, unknown>;
}

/** What `npm publish` sends for a tarball, its members in npm's order. */
export function npmPublishDocument(tarball: Buffer, plan: Plan = {}) {
  const { name = '@acme/zephyr-tool', version = '1.2.0', tag = 'latest', access = null } = plan;
  const digest = (algorithm: string) => createHash(algorithm).update(tarball);
  const dist = {
    integrity: `sha512-${digest('sha512').digest('base64')}`,
    shasum: digest('sha1').digest('hex'),
    tarball: `http://localhost/npm/${name}/-/${name}-${version}.tgz`,
  };
  const file = { content_type: 'application/octet-stream', data: tarball.toString('base64') };
  return {
    _id: name,
    name,
    'dist-tags': tag === null ? {} : { [tag]: version },
    versions: { [version]: { name, version, _id: `${name}@${version}`, dist, ...plan.manifest } },
    access,
    _attachments: { [`${name}-${version}.tgz`]: { ...file, length: tarball.length }, ...plan.attachments },
  };
}
