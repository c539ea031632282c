/** A pyproject.toml with another name or version; all else stays as it is written. What is dynamic is left alone. */
export function editPyproject(
  text: string,
  wanted: { readonly name?: string; readonly version: string },
): string {
  return text.replace(/^\[project\][^\n]*\n[^]*?(?=^\[|(?![^]))/m, (section) =>
    Object.entries(wanted).reduce(
      (edited, [key, value]) =>
        edited.replace(
          new RegExp(`^(${key}\\s*=\\s*)("[^"\\n]*"|'[^'\\n]*')`, 'm'),
          (_, before: string) => `${before}"${value}"`,
        ),
      section,
    ),
  );
}

/** A package.json likewise: only members of the outermost map are touched. */
export function editPackageJson(
  text: string,
  wanted: { readonly name?: string; readonly version: string },
): string {
  const current = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).reduce((edited, [key, value]) => {
    const place = current[key] === value ? undefined : placeOfText(edited, key);
    if (place === undefined) return edited;
    return edited.slice(0, place.from) + JSON.stringify(value) + edited.slice(place.to);
  }, text);
}

/** Where the text of a member of the outermost map stands; undefined where there is none, or it is no text. */
function placeOfText(json: string, key: string): { readonly from: number; readonly to: number } | undefined {
  let depth = 0;
  let isNext = false;
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    const to = index + token.length;
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (isNext) return token.startsWith('"') ? { from: index, to } : undefined;
    isNext = depth === 1 && token === JSON.stringify(key) && /^\s*:/.test(json.slice(to));
  }
  return undefined;
}
