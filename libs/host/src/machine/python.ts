import { HostError } from '../host-error.js';
import { runProgram } from './run-program.js';
import { lastLines } from './run-program.js';

/**
 * The start of every script that needs the `packaging` library: pip brings it along, and where pip is not installed the
 * copy of pip that `ensurepip` installs from.
 */
export const findPackagingScript = `
import json, sys
def find():
    try:
        from pip._vendor.packaging import markers, tags
        return markers, tags
    except ImportError:
        pass
    try:
        from packaging import markers, tags
        return markers, tags
    except ImportError:
        pass
    import glob, os
    places = ['/usr/share/python-wheels']
    try:
        import ensurepip
        places.insert(0, os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'))
    except ImportError:
        pass
    for wheel in [w for p in places for w in sorted(glob.glob(os.path.join(p, 'pip-*.whl')), reverse=True)]:
        sys.path.insert(0, wheel)
        try:
            from pip._vendor.packaging import markers, tags
            return markers, tags
        except ImportError:
            sys.path.pop(0)
    sys.exit('packaging is missing')
markers, tags = find()
`;

/** Prints a TargetPython and where this Python is, as JSON. Needs nothing but what most Pythons have. */
export const describePythonScript = `${findPackagingScript}
print(json.dumps({
    'version': '.'.join(map(str, sys.version_info[:3])),
    'executable': sys.executable,
    'tags': [str(tag) for tag in tags.sys_tags()],
    'markers': markers.default_environment(),
}))
`;

/** Runs a script apart from whatever is set up for this user's Python; gives it JSON, takes JSON. */
export async function runPythonScript(
  python: string,
  script: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const args = ['-I', '-c', script];
  const { code, stdout, stderr } = await runProgram({
    command: python,
    args,
    input: JSON.stringify(input),
    signal,
  });
  if (code === 0) return JSON.parse(stdout) as unknown;
  if (stderr.includes('packaging is missing'))
    throw new HostError(
      'python-without-pip',
      `${python} has neither pip nor ensurepip: install them (Debian: apt install python3-pip python3-venv), or name another Python in host.json.`,
    );
  throw new HostError('python-failed', `${python} can't be used: ${lastLines(stderr)}`);
}
