import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../src/index.js';

/** As much of an element as the page needs. */
class Element extends EventTarget {
  children = [];
  textContent = '';
  ownerDocument = { createElement: () => new Element() };
  replaceChildren(...children) {
    this.children = children;
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('shows what the back end answers', async () => {
  const element = new Element();
  const calls = [];
  const call = async (...asked) => {
    calls.push(asked);
    return { greeting: 'Hello, world!' };
  };
  Page(element, { call, config: {} });
  const [, button, answer] = element.children;
  button.dispatchEvent(new Event('click'));
  await settled();
  assert.deepEqual(calls, [['greet', { name: 'world' }]]);
  assert.equal(answer.textContent, 'Hello, world!');
});

test('says so when the back end does not answer', async () => {
  const element = new Element();
  Page(element, { call: () => Promise.reject(new Error('it is away')), config: {} });
  const [, button, answer] = element.children;
  button.dispatchEvent(new Event('click'));
  await settled();
  assert.match(answer.textContent, /it is away/);
});

test('leaves nothing behind', () => {
  const element = new Element();
  const unmount = Page(element, { call: async () => ({}), config: {} });
  unmount();
  assert.deepEqual(element.children, []);
});
