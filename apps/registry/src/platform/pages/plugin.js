/** The page of a plugin, at `/plugins/{publisher}/{plugin}`. What its publisher wrote is text or Markdown here, never HTML. */
import { ask, reasonOf } from './ask.js';
import { command } from './commands.js';
import { deprecationBadge, badge, element } from './element.js';
import { day, facts, iconOf } from './facts.js';
import { markdown } from './markdown.js';
import { invitation, showSession } from './session.js';

const main = document.getElementById('plugin');
const [publisher, name] = location.pathname.split('/').slice(-2).map(decodeURIComponent);
const id = `${publisher}/${name}`;
const api = `api/v1/plugins/${[publisher, name].map(encodeURIComponent).join('/')}`;
const wanted = new URLSearchParams(location.search).get('version');

async function show() {
  const [plugin, asked] = await Promise.all([
    ask(api),
    wanted ? ask(`${api}/versions/${encodeURIComponent(wanted)}`) : undefined,
  ]);
  const release = asked ?? plugin.latest;
  const title = release?.title ?? plugin.title ?? plugin.name;
  // Marks of direction would turn around what follows it.
  document.title = `${title.replace(/\p{Bidi_C}/gu, '')} ${release?.version ?? ''} · Mortise`;
  main.replaceChildren(
    element('h1', { dir: 'auto' }, iconOf(release), title),
    head(plugin, release),
    element('p', { className: 'lead', dir: 'auto' }, release?.summary ?? plugin.summary ?? ''),
    ...(release ? [...warnings(release), ...aboutRelease(plugin, release)] : [nothingToInstall()]),
    ...(await versions(release)),
  );
}

function head({ trust, kind, withdrawn }, release) {
  const shownTrust = release?.trust ?? trust;
  return element(
    'div',
    { className: 'marks' },
    element('span', { className: 'id' }, `${id}${release ? ` ${release.version}` : ''}`),
    release?.version_label ? element('span', {}, release.version_label) : null,
    badge(shownTrust, shownTrust === 'trusted' ? 'trusted' : 'untrusted'),
    kind && kind !== 'native' ? badge(kind) : null,
    withdrawn ? badge('withdrawn', 'withdrawn') : null,
    release?.deprecated ? deprecationBadge(release.deprecated) : null,
  );
}

const warning = (...words) => element('p', { className: 'warning' }, ...words);

function warnings({ state, state_reason: reason, review, deprecated, version }) {
  const successor = deprecated?.replaced_by;
  const told = [
    state !== 'active' && warning(`${version} is ${state}${reason ? `: ${reason}` : '.'}`),
    review !== 'approved' && warning(`The review of ${version} says: ${review}.`),
    deprecated &&
      warning(
        `Deprecated: ${deprecated.message} `,
        successor ? element('a', { href: pageOf(successor) }, `See ${successor}.`) : null,
      ),
  ];
  return told.filter(Boolean);
}

const pageOf = (plugin) => `../${plugin.split('/').map(encodeURIComponent).join('/')}`;

const nothingToInstall = () =>
  element('p', { className: 'empty' }, 'It has no version that can be installed. See below what there was.');

/** What its manifest is refused with. */
const namesNoPackages =
  'It is listed from a registry entry that names components without packages, so there is nothing to install. Its publisher can publish a descriptor that names them.';

function aboutRelease(plugin, release) {
  return [
    ...installing(release),
    ...text('What it is', release.description),
    ...text(`What is new in ${release.version}`, release.changelog),
    element('h2', {}, 'Facts'),
    facts(plugin, release, pageOf),
  ];
}

/** What can't be installed offers no command; the warnings say why. */
function installing(release) {
  if (release.kind === 'cloudlaunch') return [element('p', { className: 'empty' }, namesNoPackages)];
  if (release.state !== 'active' || release.review !== 'approved') return [];
  const needsContainer =
    release.trust !== 'trusted' && Object.values(release.interfaces).some(({ backend }) => backend);
  return [
    element('h2', {}, 'Install it'),
    element(
      'p',
      {},
      element('code', {}, 'mortise'),
      ' comes with the store’s own checkout: ',
      element('a', { href: '../../#install-title' }, 'how a machine becomes a host of this store'),
      '.',
    ),
    needsContainer
      ? warning(
          'It is untrusted, so its back end runs in a container alone: the host needs Docker or Podman.',
        )
      : null,
    command(
      'On a host of this store, which mortise init makes',
      `mortise install ${release.latest ? id : `${id}@${release.version}`}`,
    ),
    command('From any host: the address of its manifest', release.manifest_url),
  ].filter(Boolean);
}

const text = (title, words) =>
  words
    ? [element('h2', {}, title), element('div', { className: 'prose', dir: 'auto' }, ...markdown(words))]
    : [];

/** As many as the API gives in one answer. */
const versionsAtOnce = 100;

async function versions(shown) {
  const list = element('ol', { className: 'versions', reversed: '' });
  const more = element('button', { className: 'quiet', type: 'button' });
  let next;
  const load = async () => {
    const page = await ask(
      `${api}/versions`,
      new URLSearchParams({ limit: versionsAtOnce, ...(next && { cursor: next }) }),
    );
    next = page.next;
    more.textContent = 'Show older versions';
    more.hidden = next === null;
    const first = list.children.length;
    list.append(...page.items.map((one) => versionLine(one, one.version === shown?.version)));
    return list.children[first];
  };
  more.addEventListener('click', async () => {
    try {
      (await load())?.querySelector('a')?.focus();
    } catch (error) {
      more.textContent = `${reasonOf(error)} Try again`;
    }
  });
  await load();
  return [element('h2', { id: 'versions' }, 'Versions'), list, more];
}

function versionLine(release, isShown) {
  const {
    version,
    published_at: published,
    state,
    state_reason: reason,
    channels,
    latest,
    deprecated,
  } = release;
  const link = element('a', { href: `?${new URLSearchParams({ version })}` }, version);
  if (isShown) link.setAttribute('aria-current', 'page');
  return element(
    'li',
    {},
    link,
    element('span', { className: 'id' }, day(published)),
    latest ? badge('latest', 'trusted') : null,
    ...channels.map((channel) => badge(channel)),
    state !== 'active' ? badge(state, 'withdrawn') : null,
    reason ? element('span', { className: 'reason', dir: 'auto' }, reason) : null,
    deprecated ? badge('deprecated', 'deprecated') : null,
  );
}

function adviceOn(error) {
  const reason = element('p', {}, reasonOf(error));
  if (error.code === 'plugin-not-found') {
    const search = element('a', { href: `../../?${new URLSearchParams({ q: name })}` }, 'Search for it');
    const near = error.near && element('a', { href: pageOf(error.near) }, error.near);
    return [
      element('p', {}, `There is no plugin ${id} in this store.`),
      near ? element('p', {}, 'Did you mean ', near, '?') : null,
      search,
    ];
  }
  return [reason, element('button', { className: 'quiet', type: 'button', onclick: start }, 'Try again')];
}

async function start() {
  try {
    await show();
  } catch (error) {
    document.title = `${id} · Mortise`;
    const problem =
      error.status === 401
        ? element('div', { className: 'empty' }, ...invitation())
        : element('div', { className: 'problem', role: 'alert' }, ...adviceOn(error));
    main.replaceChildren(element('h1', {}, id), problem);
  } finally {
    main.ariaBusy = 'false';
  }
}

void showSession();
await start();
