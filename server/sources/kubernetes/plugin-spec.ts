import { dirname, isAbsolute, resolve } from 'node:path';
import { rawList, rawName, rawRecord, rawText, type RawRecord } from '../../../shared/data/raw-data.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from './proxy.ts';

/** A credential plug-in (`exec` in the user of a kubeconfig), checked and ready to run. */
export interface PluginSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  /** The version of `ExecCredential` that it must answer with. */
  readonly apiVersion: string;
  /** The kubeconfig's hint for people who do not have the command. */
  readonly installHint: string | undefined;
  /** Values that must be hidden if the plug-in prints them. */
  readonly secrets: readonly string[];
}

const API_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const INTERACTIVE_MODES = ['', 'Never', 'IfAvailable', 'Always'];
/** The name of the extension in which a kubeconfig describes the cluster for a plug-in. */
const EXTENSION = 'client.authentication.k8s.io/exec';
/** Variables and flags whose values are secrets. */
const SECRET_NAME = /secret|token|passw|credential|api_?key|access_?key/i;
/** Characters. Shorter values (milliseconds, `true`) would hide half of what a plug-in prints. */
const MIN_SECRET_LENGTH = 6;

export interface PluginPlace {
  readonly kubeconfig: string;
  readonly environment: Environment;
  /** The cluster's entry in the kubeconfig. Its CA is in `caData`, as base64. */
  readonly cluster: RawRecord;
  readonly caData: () => string | undefined;
}

/** Reads an `exec` entry as client-go does. The error names what is missing or not supported. */
export function pluginSpec(exec: RawRecord, place: PluginPlace): Result<PluginSpec, string> {
  const given = rawName(exec['command']);
  if (given === undefined) return err('exec names no command');
  const apiVersion = rawText(exec['apiVersion']) ?? '';
  if (!API_VERSIONS.includes(apiVersion)) {
    return err(`exec has the apiVersion "${apiVersion}"; supported are ${API_VERSIONS.join(' and ')}`);
  }
  const mode = rawText(exec['interactiveMode']) ?? '';
  if (!INTERACTIVE_MODES.includes(mode)) return err(`exec has the unknown interactiveMode "${mode}"`);
  if (mode === 'Always') return err('exec has interactiveMode: Always, and a server has no terminal to ask on');
  const args = rawList(exec['args']).map(String);
  const own = rawList(exec['env']).map(rawRecord);
  const entries = own.map(({ name, value }) => [rawText(name) ?? '', rawText(value) ?? ''] as const);
  const inherited = { ...place.environment, ...Object.fromEntries(entries) };
  return ok({
    command: absoluteCommand(given, place.kubeconfig),
    args,
    environment: { ...inherited, KUBERNETES_EXEC_INFO: execInfo(apiVersion, exec, place) },
    apiVersion,
    installHint: rawName(exec['installHint']),
    secrets: secretsOf(inherited, args),
  });
}

/** A command with a slash is a file, relative to the kubeconfig; one without a slash is looked up in PATH. */
function absoluteCommand(command: string, kubeconfig: string): string {
  if (!command.includes('/') || isAbsolute(command)) return command;
  return resolve(dirname(kubeconfig), command);
}

/**
 * The value of `KUBERNETES_EXEC_INFO`, which is always set. It describes the cluster only with `provideClusterInfo`.
 */
function execInfo(apiVersion: string, exec: RawRecord, { cluster, caData }: PluginPlace): string {
  const extensions = rawList(cluster['extensions']).map(rawRecord);
  const config = extensions.find(({ name }) => name === EXTENSION)?.['extension'];
  const described = {
    server: cluster['server'],
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': exec['provideClusterInfo'] === true ? caData() : undefined,
    'proxy-url': cluster['proxy-url'],
    'disable-compression': cluster['disable-compression'],
    config,
  };
  return JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec['provideClusterInfo'] === true && { cluster: described }) },
  });
}

function secretsOf(environment: Environment, args: readonly string[]): readonly string[] {
  const fromEnvironment = Object.entries(environment).map(([name, value]) =>
    SECRET_NAME.test(name) ? (value ?? '') : '',
  );
  const fromArgs = args.map((arg, position) => {
    const [flag, value] = arg.split(/=(.*)/s);
    if (value !== undefined) return SECRET_NAME.test(flag ?? '') ? value : '';
    const before = args[position - 1] ?? '';
    return before.startsWith('-') && SECRET_NAME.test(before) ? arg : '';
  });
  return [...fromEnvironment, ...fromArgs].filter((secret) => secret.length >= MIN_SECRET_LENGTH);
}
