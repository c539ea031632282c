import { hash } from 'node:crypto';
import type { Clock } from '#kernel';
import {
  packageNotFound,
  simpleApiVersion,
  simpleListPage,
  simplePageStyle,
  simpleProject,
  simpleProjectPage,
} from '#packages';
import type { PackageIndex, PulledDocument, PullThrough, SimpleProject } from '#packages';
import type { MadeDocument } from '../../platform/answers/document-cache.js';
import type { StoreSettings } from '../../platform/settings/store-settings.js';
import type { PythonNames } from './python-names.js';
import type { SimpleForm } from './simple-form.js';

const jsonForm: SimpleForm = 'application/vnd.pypi.simple.v1+json';

/** The pages are read by persons too, and may show themselves in their own style and nothing else. */
const pageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', simplePageStyle, 'base64')}'; frame-ancestors 'none'`,
};

/** Makes the pages of the Python index, each form from the same JSON. */
export class PythonPages {
  constructor(
    private readonly index: PackageIndex,
    private readonly upstream: PullThrough,
    private readonly names: PythonNames,
    private readonly settings: StoreSettings,
    private readonly clock: Clock,
  ) {}

  /** Throws `package-not-found` where neither the store nor upstream has the project. */
  async project(name: string, form: SimpleForm, via?: string): Promise<MadeDocument> {
    const base = this.settings.publicUrl;
    const own = await this.index.find('python', name);
    if (own !== undefined && own.publisher !== null) return madeOf(simpleProject(own, base), form);
    // A name that has an owner is never looked up upstream, not even while nothing of it may be seen.
    const owner = await this.index.owner('python', name);
    const pulled =
      typeof owner === 'string'
        ? undefined
        : await this.upstream.document('python', name, 'simple', base, via);
    if (pulled === undefined) throw packageNotFound(name);
    return this.pulledPage(pulled, form);
  }

  /** Every name that has an owner. */
  async list(form: SimpleForm): Promise<MadeDocument> {
    const names = await this.names.all();
    if (form !== jsonForm) return inHtml(simpleListPage(names), form);
    const list = { meta: { 'api-version': simpleApiVersion }, projects: names.map((name) => ({ name })) };
    return inJson(Buffer.from(JSON.stringify(list)));
  }

  private pulledPage(pulled: PulledDocument, form: SimpleForm): MadeDocument {
    const made =
      form === jsonForm
        ? inJson(pulled.body)
        : inHtml(simpleProjectPage(JSON.parse(pulled.body.toString()) as SimpleProject), form);
    const headers = pulled.stale ? { ...made.headers, ...this.staleness(pulled) } : made.headers;
    return { ...made, makeAnewAt: pulled.freshUntil, headers };
  }

  /** RFC 9211: what is answered is older than it should be, since upstream did not answer. */
  private staleness({ checkedAt }: PulledDocument): Record<string, string> {
    const age = Math.max(0, Math.floor((this.clock.now() - checkedAt) / 1000));
    return { age: String(age), 'cache-status': 'mortise; hit; detail=stale' };
  }
}

const madeOf = (project: SimpleProject, form: SimpleForm): MadeDocument =>
  form === jsonForm ? inJson(Buffer.from(JSON.stringify(project))) : inHtml(simpleProjectPage(project), form);

const vary = { vary: 'accept' };

const inJson = (body: Buffer): MadeDocument => ({ body, contentType: jsonForm, headers: vary });

const inHtml = (page: string, form: SimpleForm): MadeDocument => ({
  body: Buffer.from(page),
  contentType: form === 'text/html' ? 'text/html; charset=utf-8' : form,
  headers: { ...vary, ...pageHeaders },
});
