/** The login and password that a netrc file has for the host, else for any (`default`). */
export function findInNetrc(
  text: string,
  host: string,
): { readonly login: string; readonly password: string } | undefined {
  const words = text.replace(/^\s*#.*$/gm, '').match(/"[^"]*"|\S+/g) ?? [];
  let machine: string | undefined;
  const found = new Map<string, { login: string; password: string }>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === 'default') machine = '';
    else if (word === 'machine') machine = plain(words[++at]);
    else if ((word === 'login' || word === 'password') && machine !== undefined) {
      const entry = found.get(machine) ?? { login: '', password: '' };
      found.set(machine, { ...entry, [word]: plain(words[++at]) });
    } else if (word === 'account') at += 1;
  }
  return found.get(host) ?? found.get('');
}

const plain = (word: string | undefined): string => (word ?? '').replace(/^"(.*)"$/, '$1');
