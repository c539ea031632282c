import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildNpmTarball, buildWheel } from '#testing';

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: Buffer | string;
  readonly etag?: boolean;
}

const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes);

export interface FakePackument {
  'dist-tags': Record<string, string | undefined>;
  versions: Record<string, { name: string; deprecated?: string; dist: Record<string, unknown> } & object>;
}

/** An npm registry (below /npm/) and a Python index (below /simple/) that answer what a test tells them to. */
export class FakeRegistries {
  readonly address: string;
  /** `GET path`, in the order of their arrival. */
  readonly asked: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Before each answer. */
  delayMs = 0;
  /** Answers by path; a function is asked each time. */
  readonly answers = new Map<
    string,
    Answer | ((request: IncomingMessage, response: ServerResponse) => void)
  >();

  private constructor(private readonly server: Server) {
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(port = 0): Promise<FakeRegistries> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const fake = new FakeRegistries(server);
    server.on('request', (request, response) => void fake.answer(request, response));
    return fake;
  }

  get environment(): Record<string, string> {
    return {
      MORTISE_UPSTREAM_NPM: `${this.address}/npm/`,
      MORTISE_UPSTREAM_PYTHON: `${this.address}/simple`,
    };
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  count(path: string): number {
    return this.asked.filter((one) => one === path).length;
  }

  /** Offers the versions of an npm package, and returns their tarballs. */
  npm(
    name: string,
    versions: readonly string[],
    change: (packument: FakePackument) => void = () => undefined,
  ): Buffer[] {
    const tarballs = versions.map((version) => buildNpmTarball({ manifest: { name, version } }));
    const packument = {
      _id: name,
      name,
      'dist-tags': { latest: versions.at(-1) },
      time: Object.fromEntries(versions.map((version) => [version, '2024-01-01T00:00:00.000Z'])),
      versions: Object.fromEntries(
        versions.map((version, at) => [version, this.npmVersion(name, version, tarballs[at]!)]),
      ),
    };
    change(packument);
    this.answers.set(`/npm/${name.replace('/', '%2f')}`, {
      body: JSON.stringify(packument),
      type: 'application/json',
    });
    return tarballs;
  }

  private npmVersion(name: string, version: string, tarball: Buffer) {
    const path = `/npm/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    this.answers.set(path, { body: tarball });
    return {
      name,
      version,
      readme: 'long '.repeat(100),
      scripts: { install: 'node-gyp rebuild' },
      dist: {
        tarball: `${this.address}${path}`,
        integrity: `sha512-${digest('sha512', tarball).digest('base64')}`,
        shasum: digest('sha1', tarball).digest('hex'),
        signatures: [{ keyid: 'SHA256:upstream', sig: 'abc' }],
      },
    };
  }

  /** Offers wheels of a Python project, in JSON, and returns them. */
  python(
    name: string,
    versions: readonly string[],
    form: 'json' | 'html' = 'json',
    requires: readonly string[] = [],
  ): Buffer[] {
    const lines = requires.map((one) => `Requires-Dist: ${one}\n`).join('');
    const metadataOf = (version: string): string =>
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${lines}`;
    const wheels = versions.map((version) =>
      buildWheel({ name: name.replaceAll('-', '_'), version, metadata: `${metadataOf(version)}\n` }),
    );
    const files = wheels.map((wheel, at) => {
      const filename = `${name.replaceAll('-', '_')}-${versions[at]}-py3-none-any.whl`;
      const metadata = Buffer.from(metadataOf(versions[at]!));
      this.answers.set(`/files/${filename}`, { body: wheel });
      this.answers.set(`/files/${filename}.metadata`, { body: metadata });
      const [sha256, core] = [wheel, metadata].map((bytes) => digest('sha256', bytes).digest('hex'));
      return { filename, sha256, core, size: wheel.length };
    });
    const json = {
      meta: { 'api-version': '1.1' },
      name,
      versions,
      files: files.map(({ filename, sha256, core, size }) => ({
        filename,
        url: `../../files/${filename}`,
        hashes: { sha256 },
        size,
        'requires-python': '>=3.8',
        'core-metadata': { sha256: core },
      })),
    };
    const html = files.map(
      ({ filename, sha256 }) =>
        `<a href="../../files/${filename}#sha256=${sha256}" data-requires-python="&gt;=3.8">${filename}</a><br/>`,
    );
    this.answers.set(
      `/simple/${name}/`,
      form === 'json'
        ? { body: JSON.stringify(json), type: 'application/vnd.pypi.simple.v1+json' }
        : { body: `<!DOCTYPE html><html><body>${html.join('\n')}</body></html>`, type: 'text/html' },
    );
    return wheels;
  }

  get isClosed(): boolean {
    return !this.server.listening;
  }

  /** Offers nothing any more, and remembers nothing. */
  forget(): void {
    this.answers.clear();
    this.asked.length = 0;
    this.headers.length = 0;
    this.delayMs = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.asked.push(path);
    this.headers.push(request.headers);
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const answer = this.answers.get(path);
    if (typeof answer === 'function') return answer(request, response);
    if (answer === undefined) return void response.writeHead(404).end('no such thing');
    const bytes = Buffer.from(answer.body);
    const etag = `"${digest('sha1', bytes).digest('hex')}"`;
    if (answer.etag !== false && request.headers['if-none-match'] === etag)
      return void response.writeHead(304, { etag }).end();
    response
      .writeHead(answer.status ?? 200, {
        'content-type': answer.type ?? 'application/octet-stream',
        'content-length': bytes.length,
        ...(answer.etag === false ? {} : { etag }),
      })
      .end(bytes);
  }
}
