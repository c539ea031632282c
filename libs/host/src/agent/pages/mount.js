/**
 * Puts the front-end component of a plugin into a page. Served by the agent beside `plugins.json`; a page whose import
 * map is the agent's imports it as `mortise/mount`.
 *
 *     import { mount } from 'mortise/mount';
 *     const unmount = await mount(document.querySelector('#panel'), 'acme/tool');
 */

/** Where the agent's addresses begin for this page: this module is at `web/mortise/` below it. */
const start = new URL('../../', import.meta.url);

/** Browsers say "Failed to fetch", or something else, where nobody answers at all. */
async function reach(address, options = {}) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Error('The agent does not answer.', { cause: error });
  }
}

/** What is served now: the `plugins` of `plugins.json`, asked for anew each time (and mostly answered with 304). */
export async function plugins() {
  const answer = await reach(new URL('web/plugins.json', start));
  if (!answer.ok) throw new Error(`The list of plugins can't be read (${answer.status}).`);
  return (await answer.json()).plugins;
}

/**
 * Mounts the component of `publisher/plugin[:interface][@version]` into the element. `config` goes over the plugin's
 * default, `headers` go with every call (a CSRF token, say). Resolves with the function that takes it away again.
 */
export async function mount(element, name, { config = {}, headers = {} } = {}) {
  const { plugin, interfaceName, web } = find(await plugins(), name);
  if (!web.frontend) throw new Error(`${name} has no front end.`);
  const module = await import(new URL(web.frontend.module, start).href);
  const component = module[web.frontend.component ?? 'default'];
  if (component === undefined)
    throw new Error(`The front end of ${name} has no export "${web.frontend.component ?? 'default'}".`);
  const given = {
    config: { ...plugin.config, ...config },
    call: caller(plugin.id, interfaceName, web, headers),
    plugin: plugin.id,
    interface: interfaceName,
  };
  return isElement(component)
    ? place(element, component, given)
    : await startMount(element, component, given);
}

/** Calls an action of a plugin's back end: what a component does with its `call`, for a page without one. */
export async function callAction(name, action, input = {}, { headers = {}, signal } = {}) {
  const { plugin, interfaceName, web } = find(await plugins(), name);
  return caller(plugin.id, interfaceName, web, headers)(action, input, { signal });
}

function find(list, name) {
  const [, id, wanted, version] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(name) ?? [];
  const plugin = list.find((one) => one.id === id && (version ? one.version === version : one.usual));
  if (!plugin) throw new Error(`${name} is not served here.`);
  const names = Object.keys(plugin.interfaces);
  const withFrontend = names.filter((one) => plugin.interfaces[one].frontend);
  const candidates = withFrontend.length > 0 ? withFrontend : names;
  const interfaceName = wanted ?? (candidates.includes('default') ? 'default' : candidates[0]);
  const web = plugin.interfaces[interfaceName];
  if (!web) throw new Error(`${id} has no interface "${wanted}"; it has: ${names.join(', ')}.`);
  return { plugin, interfaceName, web };
}

const isElement = (component) =>
  typeof component === 'function' && component.prototype instanceof HTMLElement;

let count = 0;

function place(element, component, given) {
  // A class of its own each time: a class is one element's, and two versions may be on one page.
  const tag = `mortise-${given.plugin.replace(/[^a-z0-9]+/g, '-')}-${(count += 1)}`;
  customElements.define(tag, class extends component {});
  const made = Object.assign(document.createElement(tag), given);
  element.append(made);
  return () => made.remove();
}

async function startMount(element, component, given) {
  const mountIt = typeof component === 'function' ? component : component.mount?.bind(component);
  if (!mountIt) throw new Error(`The component of ${given.plugin} is neither an element nor has it "mount".`);
  const end = await mountIt(element, given);
  return typeof end === 'function' ? end : () => element.replaceChildren();
}

/** `call(action, input)`: to the back end of the same version, so that both fit; once that has gone, to its successor. */
function caller(id, interfaceName, web, headers) {
  const addresses = [web.address, new URL(`plugins/${id}:${interfaceName}`, start).href];
  return async (action, input = {}, { signal } = {}) => {
    if (!web.address) throw new Error(`The interface "${interfaceName}" of ${id} has no back end.`);
    for (const address of addresses) {
      const answer = await reach(
        `${new URL(address, start).href}/api/v1/actions/${encodeURIComponent(action)}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ version: 'v1', type: 'action_start', body: { action, input, meta: {} } }),
          signal: signal ?? null,
        },
      );
      const said = await answer.json().catch(() => ({}));
      if (said.code === 'version-not-served') continue;
      if (answer.ok && said.body?.status === 'ok') return said.body.output;
      throw failure(said, answer);
    }
    throw new Error(`${id} is not served any more.`);
  };
}

function failure(said, answer) {
  const { error, exception } = said.body ?? {};
  const message =
    exception?.cause ?? error ?? said.detail ?? said.error ?? `The back end answered ${answer.status}.`;
  return Object.assign(new Error(message), {
    status: answer.status,
    code: said.code,
    assistance: exception?.assistance,
    data: exception?.data,
  });
}
