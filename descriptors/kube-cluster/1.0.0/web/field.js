/** A labelled input, or a choice when `kind` is a list. */
export function field(text, name, kind, value) {
  const label = document.createElement('label');
  const input = document.createElement(Array.isArray(kind) ? 'select' : 'input');
  if (Array.isArray(kind)) input.append(...kind.map((option) => new Option(option)));
  else input.type = kind;
  Object.assign(input, { name, value });
  label.append(text, ' ', input);
  return label;
}
