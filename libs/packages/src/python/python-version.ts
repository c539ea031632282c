const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const maxCharacters = 200;

const spellings: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

interface PythonVersion {
  readonly epoch: bigint;
  readonly release: readonly bigint[];
  readonly pre: readonly ['a' | 'b' | 'rc', bigint] | null;
  readonly post: bigint | null;
  readonly dev: bigint | null;
  readonly local: readonly (string | bigint)[];
}

function parse(text: string): PythonVersion | null {
  if (text.length > maxCharacters) return null;
  const match = pattern.exec(text.trim().toLowerCase());
  if (match === null) return null;
  const [
    ,
    epoch,
    release = '',
    preWord,
    preNumber,
    postDash,
    postWord,
    postNumber,
    devWord,
    devNumber,
    local,
  ] = match;
  return {
    epoch: BigInt(epoch ?? 0),
    release: release.split('.').map(BigInt),
    pre:
      preWord === undefined ? null : [(spellings[preWord] ?? preWord) as 'a' | 'b' | 'rc', number(preNumber)],
    post: postDash !== undefined ? BigInt(postDash) : postWord === undefined ? null : number(postNumber),
    dev: devWord === undefined ? null : number(devNumber),
    local:
      local === undefined
        ? []
        : local.split(/[-_.]/).map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)),
  };
}

function number(digits: string | undefined): bigint {
  return BigInt(digits === undefined || digits === '' ? 0 : digits);
}

/** The one canonical spelling of a PEP 440 version, or null when it isn't one: `1.0-Beta.2` is `1.0b2`. */
export function normalizePythonVersion(text: string): string | null {
  const version = parse(text);
  if (version === null) return null;
  const { epoch, release, pre, post, dev, local } = version;
  return [
    epoch === 0n ? '' : `${epoch}!`,
    release.join('.'),
    pre === null ? '' : pre.join(''),
    post === null ? '' : `.post${post}`,
    dev === null ? '' : `.dev${dev}`,
    local.length === 0 ? '' : `+${local.join('.')}`,
  ].join('');
}

/** PEP 440 precedence, negative when `a` is lower; `1.0` and `1.0.0` are equal. What is no version comes first. */
export function comparePythonVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)];
  if (first === null || second === null) return Number(first !== null) - Number(second !== null);
  return (
    compare(first.epoch, second.epoch) ||
    compareReleases(first.release, second.release) ||
    comparePhases(first, second) ||
    compare(first.post ?? -1n, second.post ?? -1n) ||
    compareDevelopment(first.dev, second.dev) ||
    compareLocals(first.local, second.local)
  );
}

export function isPythonPrerelease(text: string): boolean {
  const version = parse(text);
  return version !== null && (version.pre !== null || version.dev !== null);
}

function compare(a: bigint | string, b: bigint | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareReleases(a: readonly bigint[], b: readonly bigint[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = compare(a[index] ?? 0n, b[index] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

const phases = { development: 0n, a: 1n, b: 2n, rc: 3n, final: 4n };

/** `1.0.dev1` comes before `1.0a1`, though `1.0a1.dev1` is a development of the pre-release. */
function comparePhases(a: PythonVersion, b: PythonVersion): number {
  return compare(phaseOf(a), phaseOf(b)) || compare(a.pre?.[1] ?? 0n, b.pre?.[1] ?? 0n);
}

function phaseOf({ pre, post, dev }: PythonVersion): bigint {
  if (pre !== null) return phases[pre[0]];
  return post === null && dev !== null ? phases.development : phases.final;
}

function compareDevelopment(a: bigint | null, b: bigint | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compare(a, b);
}

/** Numbers come after words, and a longer local version after its own beginning. */
function compareLocals(a: readonly (string | bigint)[], b: readonly (string | bigint)[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [first, second] = [a[index], b[index]];
    if (first === undefined || second === undefined) return first === undefined ? -1 : 1;
    const order =
      typeof first === typeof second ? compare(first, second) : typeof first === 'bigint' ? 1 : -1;
    if (order !== 0) return order;
  }
  return 0;
}
