import { title } from './plugin.js';

/**
 * The page of the plugin. A host calls it with an element of its own; what it returns takes the page away again.
 *
 * @param {HTMLElement} element where the page goes
 * @param {{
 *   config: import('./plugin.js').Config,
 *   call: (action: string, input?: object) => Promise<any>,
 * }} host `call` reaches an action of the plugin's own back end
 */
export function Page(element, { call }) {
  const page = element.ownerDocument;
  const heading = page.createElement('h2');
  const button = page.createElement('button');
  const answer = page.createElement('output');
  heading.textContent = title;
  button.textContent = 'Say hello';
  const greet = async () => {
    try {
      const { greeting } = await call('greet', { name: 'world' });
      answer.textContent = greeting;
    } catch (error) {
      answer.textContent = `That did not work: ${error.message}`;
    }
  };
  button.addEventListener('click', greet);
  element.replaceChildren(heading, button, answer);
  return () => {
    button.removeEventListener('click', greet);
    element.replaceChildren();
  };
}
