import { errorText } from '../../../shared/error-text.ts';
import { accessSync, constants, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { dirname, resolve } from 'node:path';
import { KubeConfig, type Cluster } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import type { ClusterConfig } from '../../../shared/config/config.ts';
import { isRawRecord, rawList, rawName, rawRecord, rawText, type RawRecord } from '../../../shared/data/raw-data.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { printable } from '../../../shared/text/printable.ts';
import { shownUrl } from '../../../shared/text/shown-url.ts';
import { yamlProblems } from '../../../shared/yaml/problems.ts';
import { UNRESOLVED_ALIAS } from '../../../shared/yaml/words.ts';
import type { LoginSpec } from './login.ts';
import { fullPath } from '../../files/full-path.ts';
import { pluginSpec, type PluginSpec } from './plugin-spec.ts';
import { checkProxy, proxyFor, type Environment } from './proxy.ts';
import { whyNoText } from './text-fields.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads credentials and address of a cluster, from the service account of the Pod or from the named file. They never
 * come from whatever the environment offers, which could be another cluster without anybody noticing. What kubectl
 * supports in a kubeconfig and we do not is an error with its reason.
 */
export function loadKubeConfig(
  cluster: ClusterConfig,
  environment: Environment,
  pathPrefix = '',
): Result<LoginSpec, string> {
  const loaded = cluster.inCluster
    ? loadInCluster(environment, pathPrefix)
    : loadFile(cluster.kubeconfig, cluster.context, environment);
  const checked = loaded.ok ? checkContext(loaded.value, environment) : loaded;
  return checked.ok ? checked : err(`cluster ${cluster.name}: ${checked.error}`);
}

function loadInCluster(environment: Environment, pathPrefix: string): Result<LoginSpec, string> {
  const account = `${pathPrefix}${SERVICE_ACCOUNT}`;
  if (!readable(`${account}/token`)) {
    return err(`not running inside a cluster, as ${account}/token cannot be read; name a kubeconfig instead`);
  }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port) return err('KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set');
  const config = new KubeConfig();
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  config.loadFromClusterAndUser(
    { name: 'in-cluster', server, caFile: `${account}/ca.crt`, skipTLSVerify: false },
    { name: 'service-account' },
  );
  return ok({ config, tokenFile: `${account}/token`, plugin: undefined });
}

function loadFile(file: string, context: string | undefined, environment: Environment): Result<LoginSpec, string> {
  if (!readable(file))
    return err(`kubeconfig ${file} does not exist or cannot be read${pathHint(file) || fullPath(file)}`);
  const config = new KubeConfig();
  let raw: RawRecord;
  try {
    const text = readFileSync(file, 'utf8');
    const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'error' });
    // The parser's own message quotes the file, and with it the tokens.
    const [problem] = yamlProblems(text, document.errors, printable);
    if (problem !== undefined) return err(`kubeconfig ${file}:${problem.line} is not valid: ${problem.message}`);
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    if (!isRawRecord(content)) throw new Error('it is not a map');
    raw = content;
    // The client has a key of its own for a token file. It reads that file at once and relative to the working
    // directory; kubectl does not have the key.
    config.loadFromString(
      JSON.stringify(raw, (key: string, value: unknown) => (key === 'token-file' ? undefined : value)),
    );
    config.makePathsAbsolute(resolve(dirname(file)));
  } catch (error) {
    if (error instanceof ReferenceError) return err(`kubeconfig ${file} is not valid: ${UNRESOLVED_ALIAS}`);
    return err(`kubeconfig ${file} is not valid: ${errorText(error)}`);
  }
  const wanted = context ?? config.getCurrentContext();
  const names = (config.getContexts() ?? []).map((each) => each.name);
  if (!names.includes(wanted)) {
    const asked =
      context === undefined
        ? `has no current context${wanted ? ` of its own (it names ${wanted})` : ''}`
        : `has no context ${context}`;
    return err(`kubeconfig ${file} ${asked}; available: ${names.join(', ') || 'none'}`);
  }
  config.setCurrentContext(wanted);
  return completed(config, raw, file, environment);
}

/** Adds what the client does not read, or does not read as kubectl does, from the file itself. */
function completed(
  config: KubeConfig,
  raw: RawRecord,
  file: string,
  environment: Environment,
): Result<LoginSpec, string> {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  // The check of the context reports this.
  if (cluster === null || user === null) return ok({ config, tokenFile: undefined, plugin: undefined });
  const rawUser = entryOf(raw, 'users', 'user', user.name);
  const rawCluster = entryOf(raw, 'clusters', 'cluster', cluster.name);
  const noText = whyNoText(rawCluster, rawUser);
  if (noText !== undefined) return err(`kubeconfig ${file}: of user ${user.name} and its cluster: ${noText}`);
  const refused = unsupported(rawUser);
  if (refused !== undefined) return err(`kubeconfig ${file}: the user ${user.name} ${refused}`);
  const place = {
    kubeconfig: resolve(file),
    environment,
    cluster: rawCluster,
    caData: () => caData(cluster),
  };
  let plugin: PluginSpec | undefined;
  if (isRawRecord(rawUser['exec'])) {
    const spec = pluginSpec(rawUser['exec'], place);
    if (!spec.ok) return err(`kubeconfig ${file}: the user ${user.name}: ${spec.error}`);
    plugin = spec.value;
  }
  const tokenFile = rawName(rawUser['tokenFile']);
  const { exec: _, ...plain } = user;
  const complete = new KubeConfig();
  const currentContext = config.getCurrentContext();
  const contexts = config.getContexts().filter(({ name }) => name === currentContext);
  complete.loadFromOptions({ clusters: [cluster], users: [plain], contexts, currentContext });
  return ok({
    config: complete,
    tokenFile: tokenFile === undefined ? undefined : resolve(dirname(file), tokenFile),
    plugin,
  });
}

function entryOf(raw: RawRecord, list: string, part: string, name: string): RawRecord {
  const entry = rawList(raw[list])
    .map(rawRecord)
    .find((each) => each['name'] === name);
  return rawRecord(entry?.[part]);
}

/**
 * What a user entry has that is not supported. Requests as another user than intended, or as none, would end in a 403
 * without a hint.
 */
function unsupported(user: RawRecord): string | undefined {
  for (const key of ['as-uid', 'as-groups', 'as-user-extra']) {
    if (user[key] !== undefined) return `has ${key}, which is not supported; only as is`;
  }
  if (!isRawRecord(user['auth-provider'])) return undefined;
  const provider = rawText(user['auth-provider']['name']) ?? '';
  if (provider === 'oidc') return undefined;
  return `has the auth-provider ${provider}, which is not supported (nor by kubectl); use an exec plug-in`;
}

function caData({ caData, caFile }: Cluster): string | undefined {
  return caFile === undefined || caFile === '' ? caData : readFileSync(caFile).toString('base64');
}

function checkContext(spec: LoginSpec, environment: Environment): Result<LoginSpec, string> {
  const { config } = spec;
  const context = config.getContextObject(config.getCurrentContext());
  const cluster = config.getCurrentCluster();
  if (cluster === null) return err(`the context names the cluster ${context?.cluster}, which is not defined`);
  if (config.getCurrentUser() === null) return err(`the context names the user ${context?.user}, which is not defined`);
  const server = URL.parse(cluster.server);
  if (server === null) return err(`${shownUrl(cluster.server)} is not a URL`);
  // The client would refuse it in its own words, which quote it.
  if (server.username !== '' || server.password !== '')
    return err(`${shownUrl(cluster.server)} has a user in it: write user and password under users`);
  // The client refuses this only at the first request, with another message. Here it is still a configuration error.
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify) {
    return err(`${shownUrl(cluster.server)} is plain HTTP, which needs insecure-skip-tls-verify: true`);
  }
  const proxy = proxyOf(cluster, environment);
  if (!proxy.ok) return proxy;
  config.loadFromOptions({
    clusters: config
      .getClusters()
      .map((each) => (each.name === cluster.name ? { ...each, proxyUrl: proxy.value } : each)),
    users: config.getUsers(),
    contexts: config.getContexts(),
    currentContext: config.getCurrentContext(),
  });
  return ok(spec);
}

/** `proxy-url` takes precedence over the environment, including its exceptions, as with kubectl. */
function proxyOf({ proxyUrl, server }: Cluster, environment: Environment): Result<string | undefined, string> {
  if (!proxyUrl) return proxyFor(new URL(server), environment);
  const checked = checkProxy(proxyUrl);
  return checked.ok ? checked : err(`proxy-url ${checked.error}`);
}

/** A hint for paths that a shell, or kubectl with its KUBECONFIG, would have expanded. */
function pathHint(file: string): string {
  if (file.startsWith('~')) return '; ~ is not expanded here: write the full path';
  if (file.includes('$')) return '; variables are not expanded here: write the full path';
  return file.includes(':') ? '; one file only: kubectl config view --flatten makes one of several' : '';
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
