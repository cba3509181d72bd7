import { isRawRecord, rawList, rawRecord, type RawRecord } from '../../../shared/data/raw-data.ts';

const OF_CLUSTER = [
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'tls-server-name',
] as const;
const OF_USER = [
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'as',
] as const;

/**
 * What of a kubeconfig is no text though it must be: YAML reads the token `0123` as a number, which is another token, and
 * a path that is passed over would mean to ask as nobody. Kubectl refuses them too. The values are not named.
 */
export function whyNoText(cluster: RawRecord, user: RawRecord): string | undefined {
  const wrong =
    noText(cluster, OF_CLUSTER) ??
    noText(user, OF_USER) ??
    (isRawRecord(user['exec']) ? inExec(user['exec']) : undefined);
  return wrong === undefined ? undefined : `${wrong} is no text: put it in quotes`;
}

function noText(record: RawRecord, keys: readonly string[]): string | undefined {
  return keys.find((key) => typeof (record[key] ?? '') !== 'string');
}

function inExec({ command, args, env }: RawRecord): string | undefined {
  if (typeof (command ?? '') !== 'string') return 'exec.command';
  const arg = rawList(args).findIndex((each) => typeof each !== 'string');
  if (arg >= 0) return `exec.args[${arg}]`;
  const entry = rawList(env).findIndex((each) => noText(rawRecord(each), ['name', 'value']) !== undefined);
  return entry < 0 ? undefined : `exec.env[${entry}]`;
}
