import assert from 'node:assert/strict';
import { noFlags } from '../../../server/config/flags.ts';
import { loadConfig, type LoadedConfig } from '../../../server/config/load.ts';
import { optionKeys, type OptionKey } from '../../../server/config/options.ts';
import { printedConfig } from '../../../server/config/print-config.ts';
import { problemText, type Problem } from '../../../server/config/problem.ts';
import type { Result } from '../../../shared/result.ts';
import type { Random } from '../engine/random.ts';
import { target } from '../engine/target.ts';
import { mutatedText, oddWord } from '../input/text-mutation.ts';
import { checkLine, checkNoSecret, SECRET, secretParts } from '../oracle/reason.ts';

/** Stands for a URL with a secret while everything around it is changed. */
const URL_MARK = '§';
const FILES = [
  `legacy:\n  urls: ['${URL_MARK}', http://eureka-2:8761/eureka]\n  pollInterval: 5s\n  tls: { ca: ca.pem }\n`,
  `listen: { host: "::", port: 8761, keepAlive: 65m, trustedProxies: [10.0.0.0/8] }\nleases: { enabled: true }\n`,
  `clusters:\n  - { name: main, kubeconfig: k.yaml, context: a }\n  - name: other\n    inCluster: true\n    required: false\n`,
  `manifests: [{ name: local, directory: d }]\nselection:\n  mode: all\n  namespaceSelector: team=blue,tier in (web)\n`,
  `addresses: { nginx: [10.0.0.7, lb.example.com] }\ndefaults: { traffic: 25%, downDelay: 10s, minReady: 2 }\n`,
  `applications:\n  BOB: { policy: kubernetes-only, namespaces: [shop] }\noverlay: { cidrs: [10.42.0.0/16], action: hide }\n`,
  `guards: { maxRemoval: 30%, grace: 5m }\nsnapshot: &a { file: f, maxAge: 1d }\nreadOnly: true\nlog: { level: warn }\n`,
  `legacy: { urls: &urls ["${URL_MARK}"] }\nauth: { file: c.yaml, anonymous: [read] }\nownership: listed\n`,
];
const WORDS = [...optionKeys, '&a', '*a', '<<: *a', '- ', ': ', '|', '>', '!!str', '? ', '%YAML 1.2', '#', "'", '"'];
const TEXTS = [
  '8761',
  'true',
  '5s',
  '30%',
  'a,b',
  '[a, b]',
  '{ name: local, directory: d }',
  '10.0.0.0/8',
  'UP',
  URL_MARK,
];
const VARIABLES = [
  'EUREK8S_LISTEN_PORT',
  'EUREK8S_LEGACY_URLS',
  'EUREK8S_READONLY',
  'EUREK8S_LOG_LEVEL',
  'EUREK8S_CLUSTERS',
  'EUREK8S_PORT',
  'EUREK8S_X',
];

/** What is given: the text of a file, variables, flags and further words. */
interface Given {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly flags: readonly (readonly [key: OptionKey, text: string])[];
  readonly words: readonly string[];
}

/** Where it is read, the secret is a password; somebody's typing errors must not make it public. */
function secretUrl(random: Random): string {
  const url = `http://bobby:${SECRET}@eureka-1:8761/eureka`;
  switch (random.below(5)) {
    case 0:
      return url.replace(
        random.pick(['http://', ':8761', '/eureka', 'eureka-1', 'http:', '//']),
        random.pick(['', ' ', '://', 'ftp://', ':99999', '?a', '#']),
      );
    case 1:
      return url.replace('@', random.pick(['@@', ' @', '@/', '%40@', ':@', '\t@']));
    case 2:
      return url.replace(
        SECRET,
        random.pick([`${SECRET}/`, `${SECRET}?`, `${SECRET}#`, ` ${SECRET}`, `${SECRET}%`, `a@${SECRET}`]),
      );
    default:
      return url;
  }
}

function generated(random: Random): string {
  const odd = (text: string): string => (random.chance(0.4) ? mutatedText(text, random, WORDS) : text);
  const files = Array.from({ length: random.below(4) }, () => random.pick(FILES));
  const given: Given = {
    file: odd(files.join('')),
    environment: random.chance(0.3) ? { [odd(random.pick(VARIABLES))]: odd(random.pick(TEXTS)) } : {},
    flags: random.chance(0.3) ? [[random.pick(optionKeys), odd(random.pick(TEXTS))]] : [],
    words: random.chance(0.1) ? [random.pick(['--listen.prot', '--x=y', 'z', '-v', oddWord(random)])] : [],
  };
  return JSON.stringify(given).replaceAll(URL_MARK, () => JSON.stringify(secretUrl(random)).slice(1, -1));
}

function load(input: string): Result<LoadedConfig, readonly Problem[]> {
  const { file, environment, flags, words } = givenIn(input);
  return loadConfig({
    file: { name: 'e.yaml', text: { ok: true, value: file } },
    environment,
    flags: { ...noFlags, texts: new Map(flags.map(([key, text]) => [key, [text]])), unknown: words },
    source: 'optional',
  });
}

function givenIn(input: string): Given {
  const given: Partial<Given> = JSON.parse(input) as Given;
  return { file: '', environment: {}, flags: [], words: [], ...given };
}

/** A URL whose typing error takes its `://`, given to an option for something else, is a name of somebody's choice. */
function isMadePublic(given: LoadedConfig['given']): boolean {
  const isName = (text: string): boolean => !text.includes('://') && secretParts().some((part) => text.includes(part));
  return [...given].some(([key, { value }]) => key !== 'legacy.urls' && textsIn(value).some(isName));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(textsIn) : [];
}

export const CONFIGURATION = target('configuration', 'the configuration file, variables and flags', () => ({
  generate: generated,
  read: load,
  judge: (_input, loaded) => {
    if (!loaded.ok) {
      for (const text of loaded.error.map(problemText)) {
        checkLine(text);
        checkNoSecret(text);
      }
      return 'refused';
    }
    const printed = printedConfig(loaded.value.given);
    if (!isMadePublic(loaded.value.given)) checkNoSecret(printed);
    const [url = ''] = loaded.value.config.legacy.urls;
    // What is printed is a configuration, and but for hidden secrets it is the same.
    const again = loadConfig({
      file: { name: 'p.yaml', text: { ok: true, value: printed } },
      environment: {},
      flags: noFlags,
      source: 'optional',
    });
    if (!url.includes('@') && !printed.includes('***'))
      assert.deepEqual(again.ok && again.value.config, loaded.value.config);
    return 'accepted';
  },
  // Who writes the file runs the process.
  growsTo: 0,
}));
