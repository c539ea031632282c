/** Our own keys, any bearer or basic credential, and anything of the form of a JSON web token. */
const secrets =
  /\bmrt_(pat|host|plugin)_[0-9A-Za-z]+|\b(Bearer|Basic)\s+[^\s"\\]+|\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** What every one of them has in it: looking for these is all that an ordinary line costs. */
const marks = ['mrt_', 'Bearer', 'Basic', 'eyJ'];

/** The second line of defence: nothing should hand a secret to the log, and if it does, it is not written. */
export function withoutSecrets(line: string): string {
  if (!marks.some((mark) => line.includes(mark))) return line;
  return line.replace(secrets, (_found, kind?: string, scheme?: string) =>
    kind ? `mrt_${kind}_(hidden)` : scheme ? `${scheme} (hidden)` : '(hidden)',
  );
}
