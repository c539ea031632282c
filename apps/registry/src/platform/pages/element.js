/** Makes an element; members that aren't properties are attributes, children are nodes or text. */
export function element(name, { className = '', ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A mark of a plugin: whether it is trusted, of which kind it is, what became of it. */
export const badge = (text, className = '') => element('span', { className: `badge ${className}` }, text);

export function deprecationBadge({ message, replaced_by: successor }) {
  const shown = badge(successor ? `deprecated: use ${successor}` : 'deprecated', 'deprecated');
  shown.title = message;
  return shown;
}
