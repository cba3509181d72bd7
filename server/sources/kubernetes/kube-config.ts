import { accessSync, constants } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterConfig } from '../../../shared/config/config.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Credentials and address of a cluster, from the Pod's service account or from the named file: never from whatever the
 * environment happens to offer, which could silently be another cluster.
 */
export function loadKubeConfig(cluster: ClusterConfig, pathPrefix = ''): Result<KubeConfig, string> {
  const loaded = cluster.inCluster
    ? loadInCluster(cluster.name, pathPrefix)
    : loadFile(cluster.name, cluster.kubeconfig, cluster.context);
  return loaded.ok ? checkContext(cluster.name, loaded.value) : loaded;
}

function loadInCluster(name: string, pathPrefix: string): Result<KubeConfig, string> {
  const tokenFile = `${pathPrefix}${TOKEN_FILE}`;
  if (!readable(tokenFile)) {
    return err(
      `cluster ${name}: not running inside a cluster, as ${tokenFile} cannot be read; name a kubeconfig instead`,
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster(pathPrefix);
  // The client builds the URL from KUBERNETES_SERVICE_HOST and _PORT without looking whether they are set.
  if (config.getCurrentCluster()?.server.includes('undefined') === true) {
    return err(`cluster ${name}: KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set`);
  }
  return ok(config);
}

function loadFile(name: string, file: string, context: string | undefined): Result<KubeConfig, string> {
  if (!readable(file))
    return err(`cluster ${name}: kubeconfig ${file} does not exist or cannot be read${pathHint(file)}`);
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    return err(
      `cluster ${name}: kubeconfig ${file} is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const wanted = context ?? config.getCurrentContext();
  const names = (config.getContexts() ?? []).map((each) => each.name);
  if (!names.includes(wanted)) {
    const asked =
      context === undefined
        ? `has no current context${wanted ? ` of its own (it names ${wanted})` : ''}`
        : `has no context ${context}`;
    return err(`cluster ${name}: kubeconfig ${file} ${asked}; available: ${names.join(', ') || 'none'}`);
  }
  config.setCurrentContext(wanted);
  return ok(config);
}

function checkContext(name: string, config: KubeConfig): Result<KubeConfig, string> {
  const context = config.getContextObject(config.getCurrentContext());
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    return err(`cluster ${name}: the context names the cluster ${context?.cluster}, which is not defined`);
  if (config.getCurrentUser() === null) {
    return err(`cluster ${name}: the context names the user ${context?.user}, which is not defined`);
  }
  if (!URL.canParse(cluster.server)) return err(`cluster ${name}: ${cluster.server} is not a URL`);
  // The client refuses this at the first request, in other words; say it while it is still a question of configuration.
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify) {
    return err(`cluster ${name}: ${cluster.server} is plain HTTP, which needs insecure-skip-tls-verify: true`);
  }
  return ok(config);
}

/** What a shell, or kubectl with its KUBECONFIG, would have made another path of. */
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
