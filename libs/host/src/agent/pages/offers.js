import { make } from './element.js';

/** As many as a form may name by itself. */
const mostOffered = 1000;
/** Until somebody has typed what it depends on. */
const typingMs = 300;
const againFirstMs = 2000;
const againLastMs = 60_000;

/**
 * The part, which the back end is asked to offer something for: when it is first shown, and when what that depends on has
 * changed. Only the last answer counts. Where there is none it is asked again, each time later.
 */
export function follow({ operation, depends_on: fields = [] }, { call }, offer, part) {
  const note = make('span', { role: 'status' });
  part.node.append(note);
  let asked;
  let waiting;
  const say = (text, kind = 'soft') => {
    note.className = kind;
    note.textContent = text;
  };
  const ask = async (input, wish, againMs = againFirstMs) => {
    say('Asking the plugin…');
    try {
      const list = listIn(await call(operation, input));
      if (asked !== wish) return;
      const isCut = list.length > mostOffered;
      say(isCut ? `Only the first ${mostOffered} of ${list.length} are shown.` : '');
      offer(list.slice(0, mostOffered));
    } catch (error) {
      if (asked !== wish) return;
      say(error.message, 'bad');
      waiting = setTimeout(() => {
        if (note.isConnected) void ask(input, wish, Math.min(againMs * 2, againLastMs));
      }, againMs);
    }
  };
  const refresh = (answers) => {
    const input = Object.fromEntries(fields.map((name) => [name, answers[name]]));
    const wish = JSON.stringify(input);
    if (asked === wish || fields.some((name) => answers[name] === undefined)) return;
    const isFirst = asked === undefined;
    asked = wish;
    clearTimeout(waiting);
    if (isFirst && fields.length === 0) void ask(input, wish);
    else waiting = setTimeout(() => void ask(input, wish), typingMs);
  };
  return { ...part, refresh };
}

/** An operation answers with the list, or with an object that has one. */
const listIn = (said) =>
  Array.isArray(said) ? said : (Object.values(said ?? {}).find((one) => Array.isArray(one)) ?? []);
