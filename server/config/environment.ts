import { given, type Given, type GivenValues } from './given.ts';
import { environmentName, type OptionKey, optionKeys, options } from './options.ts';
import type { Problem } from './problem.ts';
import { spelledValue } from './spelled.ts';
import { didYouMean } from '../../shared/text/closest.ts';

const PREFIX = 'EUREK8S_';

/** Variables with our prefix that are no options: the file's path, the server that commands ask, and how they get in. */
export const CONFIG_VARIABLE = 'EUREK8S_CONFIG';
export const SERVER_VARIABLE = 'EUREK8S_SERVER';
export const TOKEN_VARIABLE = 'EUREK8S_TOKEN';
export const USER_VARIABLE = 'EUREK8S_USER';
export const CA_VARIABLE = 'EUREK8S_CA';
export const CERT_VARIABLE = 'EUREK8S_CERT';
export const KEY_VARIABLE = 'EUREK8S_KEY';
const NO_OPTIONS = new Set([
  CONFIG_VARIABLE,
  SERVER_VARIABLE,
  TOKEN_VARIABLE,
  USER_VARIABLE,
  CA_VARIABLE,
  CERT_VARIABLE,
  KEY_VARIABLE,
]);

/**
 * Kubernetes gives every Pod variables for each Service of its namespace, and for a Service named `eurek8s` (or
 * `eurek8s-…`) they begin with our prefix: `EUREK8S_SERVICE_HOST`, `EUREK8S_PORT=tcp://10.0.0.7:8761`, ….
 */
const SERVICE_LINK = /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const SERVICE_LINK_VALUE = /^(tcp|udp|sctp):\/\//;

/** Reads the options that the environment gives. Every other variable with our prefix is refused. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): GivenValues {
  const values = new Map<OptionKey, Given>();
  const problems: Problem[] = [];
  const byName = new Map(optionKeys.map((key) => [withoutUnderscores(environmentName(key)), key]));
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || text === undefined) continue;
    if (NO_OPTIONS.has(name)) continue;
    if (SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_LINK_VALUE.test(text))) continue;
    const origin = { kind: 'environment', name } as const;
    const key = byName.get(withoutUnderscores(name));
    const earlier = key === undefined ? undefined : values.get(key);
    if (key === undefined) problems.push({ origin, key: undefined, message: unknownVariable(name) });
    else if (earlier !== undefined) problems.push({ origin, key, message: 'is given by two variables' });
    else {
      const value = spelledValue(options[key].kind, [text]);
      if (value.ok) values.set(key, given(value.value, origin));
      else problems.push({ origin, key, message: value.error });
    }
  }
  return { values, problems };
}

function unknownVariable(name: string): string {
  return `unknown variable${didYouMean(name, optionKeys.map(environmentName))}`;
}

/** `EUREK8S_READONLY` is as clear as `EUREK8S_READ_ONLY`. */
function withoutUnderscores(name: string): string {
  return name.replaceAll('_', '');
}
