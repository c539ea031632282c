import type { ThreadProfile } from './probe.js';

interface Place {
  readonly name: string;
  readonly where: string;
}

const shownFunctions = 14;
const leastShare = 0.008;

/** Which functions a thread spent its time in, themselves and not what they called: lines to be printed. */
export function summarizeProfile({ thread, profile }: ThreadProfile): string[] {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const byPlace = new Map<string, number>();
  const byRoom = new Map<string, number>();
  let total = 0;
  (profile.samples ?? []).forEach((id, at) => {
    const place = places.get(id);
    const spent = profile.timeDeltas?.[at] ?? 0;
    if (!place || place.name === '(idle)') return;
    total += spent;
    add(byPlace, `${place.name}  ${place.where}`, spent);
    add(byRoom, roomOf(place), spent);
  });
  const seconds = ((profile.endTime - profile.startTime) / 1e6).toFixed(1);
  const busy = total / (profile.endTime - profile.startTime);
  return [
    `${thread}: busy ${percent(busy)} of ${seconds} s`,
    `  by room: ${ranked(byRoom, total)
      .map(([room, share]) => `${room} ${percent(share)}`)
      .join(', ')}`,
    ...ranked(byPlace, total)
      .slice(0, shownFunctions)
      .map(([place, share]) => `  ${percent(share).padStart(6)}  ${place}`),
  ];
}

function placeOf({ functionName, url, lineNumber }: Frame): Place {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const short = url.replace(/^.*\/(?=dist\/|node_modules\/)/, '');
  return { name, where: short === '' ? '' : `${short}:${lineNumber + 1}` };
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

function roomOf({ name, where }: Place): string {
  if (where === '') return name === '(garbage collector)' ? 'garbage collection' : 'native';
  const found =
    /^node_modules\/((?:@[^/]+\/)?[^/:]+)/.exec(where) ?? /^dist\/((?:libs|apps)\/[^/]+)/.exec(where);
  return found?.[1] ?? 'node itself';
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function ranked(sums: ReadonlyMap<string, number>, total: number): [string, number][] {
  return [...sums]
    .map(([key, sum]): [string, number] => [key, sum / total])
    .filter(([, share]) => share >= leastShare)
    .sort(([, one], [, other]) => other - one);
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
