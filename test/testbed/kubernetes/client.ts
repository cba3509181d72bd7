import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../process.ts';
import { etcdUrl, type ControlPlane } from './control-plane.ts';

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** What a test does with a cluster, through the command-line tools: people use them, and they are exact. */
export interface ClusterClient {
  /**
   * Returns what kubectl printed to stdout. A failed call is an error that shows stderr. Ended after `timeoutMs` (60
   * s).
   */
  kubectl(args: readonly string[], stdin?: string, timeoutMs?: number): Promise<string>;
  /** `kubectl get ... -o json`, parsed. The caller guarantees that it has the shape `T`. */
  get<T>(args: readonly string[]): Promise<T>;
  helm(args: readonly string[], stdin?: string, timeoutMs?: number): Promise<string>;
  /**
   * Server-side apply, which works for CRDs too large for the client-side annotation, and reverts a field that was
   * changed meanwhile.
   */
  apply(yaml: string): Promise<void>;
  /** Deletes the objects in the YAML and waits until they are gone; missing ones are no error. */
  delete(yaml: string): Promise<void>;
  /** Empties a namespace of these kinds. Much faster than deleting the namespace, which takes 5 s in the controller. */
  deleteAll(namespace: string, kinds?: readonly string[]): Promise<void>;
  /**
   * Returns a kubeconfig file with exactly the rights of this ServiceAccount, which must exist. Its token is valid for
   * a day.
   */
  kubeconfigFor(account: ServiceAccountName): Promise<string>;
  /**
   * Makes etcd forget its history. An older watch is answered 410 only if the API server serves it without its watch
   * cache (`apiFlags`), or after a restart of the API server.
   */
  compactHistory(): Promise<void>;
}

const usualKinds = ['ingress', 'deployment', 'service', 'pod', 'endpointslice'];

export function clusterClient(plane: ControlPlane): ClusterClient {
  const { programs, dir, kubeconfig } = plane;
  // Nothing of the user who runs the tests: neither their settings nor a discovery cache, which is kept by host and
  // port and would describe an earlier cluster on the same port.
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

/** A kubeconfig file that contains CA and token. */
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
