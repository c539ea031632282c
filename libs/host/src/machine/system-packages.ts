/** What a system's own package manager says of the packages that a descriptor asks for. */
export interface SystemPackages {
  /** What was asked; null where the system has none that is known here, so that nothing can be said. */
  readonly manager: 'dpkg' | 'apk' | 'rpm' | null;
  /** Of those that were asked for, as written. All of them where nothing can be said. */
  readonly missing: readonly string[];
}

/**
 * Prints SystemPackages as JSON. Each name may have a version behind `=`, and an architecture where dpkg is the manager;
 * a package that another one provides is there.
 */
export const systemPackagesScript = (names: readonly string[]): string => `
import json, re, shutil, subprocess
def say(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        universal_newlines=True)
    return done.stdout if done.returncode == 0 else ''
def dpkg(asked):
    name, _, version = asked.partition('=')
    found = [line.split() for line in
        say('dpkg-query', '--show', '--showformat=\${db:Status-Status} \${Version}\\\\n', name).splitlines()]
    if any(line[0] == 'installed' and version in ('', line[1]) for line in found):
        return True
    provided = say('dpkg-query', '--show', '--showformat=\${db:Status-Status}, \${Provides}\\\\n').splitlines()
    return not version and any(line.startswith('installed,') and name in re.findall(r', ([^ ,]+)', line) for line in provided)
def apk(asked):
    return say('apk', 'info', '--installed', asked) != ''
def rpm(asked):
    return say('rpm', '--query', '--whatprovides', asked.replace('=', ' = ', 1)) != ''
managers = [('dpkg', 'dpkg-query', dpkg), ('apk', 'apk', apk), ('rpm', 'rpm', rpm)]
manager, has = next(((name, has) for name, program, has in managers if shutil.which(program)), (None, lambda asked: False))
asked = json.loads(${JSON.stringify(JSON.stringify(names))})
# A name as descriptors write it; anything else would be an option or a pattern.
isName = re.compile(r'[A-Za-z0-9][A-Za-z0-9+.:=~_-]*$').match
print(json.dumps({'manager': manager, 'missing': [one for one in asked if not (isName(one) and has(one))]}))
`;
