import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../process.ts';
import { etcdUrl, type ControlPlane } from './control-plane.ts';

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** What a test asks of a cluster, by way of the command-line tools: they are what people use, and they are exact. */
export interface ClusterClient {
  /** Answers what kubectl printed to stdout; a failed call is an error that shows stderr. Ended after `timeoutMs` (60 s). */
  kubectl(args: readonly string[], stdin?: string, timeoutMs?: number): Promise<string>;
  /** `kubectl get ... -o json`, parsed; that it has the shape `T` is the caller's word. */
  get<T>(args: readonly string[]): Promise<T>;
  helm(args: readonly string[], stdin?: string, timeoutMs?: number): Promise<string>;
  /** Server-side apply: CRDs too large for the client-side annotation work, and a field changed meanwhile is taken back. */
  apply(yaml: string): Promise<void>;
  /** Deletes what the YAML names and waits until it is gone; what is not there is fine. */
  delete(yaml: string): Promise<void>;
  /** Empties a namespace of these kinds. Much faster than deleting the namespace, which takes 5 s in the controller. */
  deleteAll(namespace: string, kinds?: readonly string[]): Promise<void>;
  /** A kubeconfig file with exactly the rights of this ServiceAccount, which must exist; its token lives a day. */
  kubeconfigFor(account: ServiceAccountName): Promise<string>;
  /**
   * Makes etcd forget history. A watch from before answers 410 only where the API server serves it without its watch
   * cache (`apiFlags`), or after a restart of the API server.
   */
  compactHistory(): Promise<void>;
}

const usualKinds = ['ingress', 'deployment', 'service', 'pod', 'endpointslice'];

export function clusterClient(plane: ControlPlane): ClusterClient {
  const { programs, dir, kubeconfig } = plane;
  // Nothing of the person who runs the tests: neither their settings nor a discovery cache that, kept by host and
  // port, would describe some earlier cluster on the same port.
  const home = join(dir, 'home');
  mkdirSync(home, { recursive: true });
  const env = { ...process.env, HOME: home, KUBECONFIG: kubeconfig, KUBERC: 'off', ...xdg(home) };

  const call = async (command: string, args: readonly string[], stdin = '', timeoutMs = 60_000): Promise<string> =>
    run(command, args, { env, stdin, timeoutMs, answer: 'stdout', cwd: dir });

  const kubectl: ClusterClient['kubectl'] = (args, stdin, timeoutMs) => call(programs.kubectl, args, stdin, timeoutMs);

  return {
    kubectl,
    helm: (args, stdin, timeoutMs = 120_000) => call(programs.helm, args, stdin, timeoutMs),
    get: async (args) => JSON.parse(await kubectl(['get', ...args, '-o', 'json'])),
    apply: async (yaml) => {
      await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], yaml);
    },
    delete: async (yaml) => {
      await kubectl(['delete', '--ignore-not-found', '-f', '-'], yaml);
    },
    deleteAll: async (namespace, kinds = usualKinds) => {
      await kubectl(['delete', kinds.join(','), '--all', '--namespace', namespace]);
    },
    kubeconfigFor: async ({ namespace, name }) => {
      const token = await kubectl(['create', 'token', name, '--namespace', namespace, '--duration=24h']);
      return writeKubeconfig(plane, `${namespace}-${name}`, token.trim());
    },
    compactHistory: async () => {
      await call(programs.kubebed, ['compact', etcdUrl]);
    },
  };
}

export function kubeconfigFile(dir: string, user: string): string {
  return join(dir, 'kubeconfigs', `${user}.yaml`);
}

/** A kubeconfig file that carries all it needs (CA and token) inside itself. */
export async function writeKubeconfig(plane: ControlPlane, user: string, token: string): Promise<string> {
  const file = kubeconfigFile(plane.dir, user);
  mkdirSync(dirname(file), { recursive: true });
  const tokenFile = join(dirname(file), `${user}.token`);
  writeFileSync(tokenFile, token, { mode: 0o600 });
  await run(plane.programs.kubebed, ['kubeconfig', file, plane.url, plane.pki, tokenFile]);
  return file;
}

function xdg(home: string): NodeJS.ProcessEnv {
  return {
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
  };
}
