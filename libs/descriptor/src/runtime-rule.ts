import { validRange } from '@renovatebot/pep440';
import { limits } from '#kernel';
import type { Complaint } from './findings.js';
import { either, flag, listOf, mapOf, number, text } from './rule.js';
import type { Rule } from './rule.js';
import { yaml11Boolean } from './scalar-value.js';
import { numberAsVersion } from './version-rule.js';
import type { YamlNode } from './yaml-node.js';

const line = (description: string, pattern?: RegExp, example = ''): Rule<string> =>
  text({
    maxCharacters: limits.descriptorLineCharacters,
    description,
    ...(pattern ? { schema: { pattern: pattern.source }, check: mustMatch(pattern, example) } : {}),
  });

const mustMatch =
  (pattern: RegExp, example: string) =>
  (written: string): Complaint | undefined =>
    pattern.test(written)
      ? undefined
      : {
          code: 'runtime-invalid',
          message: `"${written.slice(0, 60)}" isn't understood here; write e.g. ${example}.`,
        };

const isText = (node: YamlNode): boolean => node.type === 'scalar' && typeof node.value === 'string';
const isNumber = (node: YamlNode): boolean => node.type === 'scalar' && typeof node.value === 'number';
const isBoolean = (node: YamlNode): boolean => node.type === 'scalar' && typeof node.value === 'boolean';
/** `yes` is a text in YAML 1.2, and nobody means a host of that name. */
const isBooleanOfAnyYaml = (node: YamlNode): boolean =>
  isBoolean(node) || (node.type === 'scalar' && yaml11Boolean(node.text) !== undefined);
const isList = (node: YamlNode): boolean => node.type === 'list';

const whole = { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true };

const python = text({
  maxCharacters: limits.descriptorLineCharacters,
  description: 'Python versions that the back end runs on (PEP 440), e.g. ">=3.9" or "3.11".',
  check(written) {
    if (validRange(written) || /^\d+(?:\.\d+){0,2}(?:\.\*)?$/.test(written)) return undefined;
    return {
      code: 'runtime-invalid',
      message: `"${written.slice(0, 60)}" isn't a PEP 440 specifier; write e.g. ">=3.9".`,
    };
  },
  whenNotText: (node) => numberAsVersion(node, (written) => written),
});

const wordOrList = (word: Rule<string>, list: Rule<readonly string[]>): Rule<unknown> =>
  either<unknown>(
    [
      [isList, list],
      [isText, word],
    ],
    'A text or a list of texts.',
  );

const size = (what: string, example: string): Rule<unknown> =>
  either<unknown>(
    [
      [isText, line(`e.g. ${example}.`, /^\d+(?:\.\d+)?\s?(?:[kKMGT]i?)?B?$/, example)],
      [isNumber, number(whole, 'Bytes.')],
    ],
    `${what}, e.g. ${example}, or a number of bytes.`,
  );

const platformWord = line('e.g. linux/amd64.', /^[a-z0-9_]+(?:\/[a-z0-9_]+){0,2}$/i, 'linux/amd64');
const hostWord = line('A host that it speaks to, e.g. api.example.org or *.example.org:443.');

/** `runtime`: what the back end needs, and what it is held to. */
export const runtimeRule = mapOf(
  {
    python,
    memory: size('Memory', '512Mi'),
    disk: size('What its cache and its temporary files may take', '2Gi'),
    cpu: either<unknown>(
      [
        [isText, line('e.g. 500m.', /^\d+(?:\.\d+)?m?$/, '500m or 1.5')],
        [isNumber, number({ min: 0.001, max: 1024, integer: false }, 'Cores.')],
      ],
      'Cores, e.g. 0.5, or thousandths, e.g. 500m.',
    ),
    processes: number({ min: 1, max: 65_536, integer: true }, 'The most processes and threads at once.'),
    timeout: either<unknown>(
      [
        [isText, line('e.g. 30s.', /^\d+(?:\.\d+)?\s?(?:ms|s|m|h)$/, '30s, 5m or 1h')],
        [isNumber, number({ min: 0.001, max: 604_800, integer: false }, 'Seconds.')],
      ],
      'How long one call may take, in seconds or e.g. 5m.',
    ),
    network: either<unknown>(
      [
        [isBooleanOfAnyYaml, flag('Whether it reaches the network.')],
        [isList, listOf(hostWord, 'Hosts that it speaks to.')],
        [isText, line('e.g. none.')],
      ],
      'Whether it reaches the network, or the hosts that it speaks to.',
    ),
    cache: flag('Whether it has a cache directory of its own.'),
    image: line('A container image.', /^[A-Za-z0-9][A-Za-z0-9._\-/:@]*$/, 'python:3.11-slim'),
    packages: listOf(
      line("Packages of the image's system.", /^[A-Za-z0-9][A-Za-z0-9+.:=~_-]*$/, 'libxml2'),
      'Packages of the system.',
    ),
    user: either<unknown>(
      [
        [isText, line('A user name.', /^[a-z_0-9][a-z0-9_:-]*$/i, 'nobody')],
        [isNumber, number({ min: 0, max: 4_294_967_294, integer: true }, 'A user id.')],
      ],
      'The user that the back end runs as.',
    ),
    platform: wordOrList(platformWord, listOf(platformWord, 'Platforms.')),
  },
  {
    description: 'What the back end needs, and the limits that it is held to.',
    mistaken: { mem: 'memory', cpus: 'cpu', docker_image: 'image', os: 'platform' },
  },
);
