/** Who looks at the pages: the cookie says it to the store alone, and no script sees that. */
import { store } from './ask.js';
import { element } from './element.js';

const session = `${store}/session`;

/** The page to sign in on, which leads back to the one that is shown. */
export const signInAddress = () =>
  `${store}/login?${new URLSearchParams({ next: location.href.slice(store.length + 1) })}`;

/** What is told to a stranger where members alone may read. */
export const invitation = () => [
  element('p', {}, 'This store shows its plugins to its members alone.'),
  element('a', { className: 'button', href: signInAddress() }, 'Sign in'),
];

/** Nobody, where the store does not say. */
export async function whoLooks() {
  const answer = await fetch(session, { cache: 'no-store' }).catch(() => null);
  return answer?.ok ? (await answer.json()).username : null;
}

async function signOut(event) {
  const answer = await fetch(session, { method: 'DELETE' }).catch(() => null);
  if (answer?.ok) location.reload();
  else event.target.textContent = 'Still signed in: try again';
}

/** Puts into the navigation who is signed in, or where to. */
export async function showSession() {
  const link = document.getElementById('sign-in');
  link.addEventListener('click', () => (link.href = signInAddress()));
  const username = await whoLooks();
  if (username === null) return;
  const button = element('button', { className: 'plain', type: 'button', onclick: signOut }, 'Sign out');
  button.title = `Signed in as ${username}`;
  link.replaceWith(button);
}

// A page that the browser has kept whole would show what the one before has seen.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
