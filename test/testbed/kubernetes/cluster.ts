import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../ports.ts';
import { launch, run, type Launched, type LaunchOptions } from '../process.ts';
import { until } from '../until.ts';
import { buildKubernetes, type KubernetesPrograms } from './build.ts';
import { clusterClient, kubeconfigFile, writeKubeconfig, type ClusterClient } from './client.ts';
import {
  apiServer,
  controllerManager,
  firstServiceIp,
  kwok,
  nodeYaml,
  scheduler,
  type ControlPlane,
} from './control-plane.ts';

/**
 * `api`: objects are stored and nothing happens to them (EndpointSlices are made by hand). `controllers`: Deployments
 * make Pods, which nothing runs; namespaces can be deleted. `full`: Pods are scheduled on node-0 and become Ready by
 * themselves.
 */
export type ClusterRoles = 'api' | 'controllers' | 'full';

export interface ClusterOptions {
  /** Data, logs and credentials; created if need be. The same directory again brings back the same objects. */
  readonly dir: string;
  readonly roles: ClusterRoles;
  /** Port of the API server on 127.0.0.1; a free one by default. */
  readonly port?: number;
  /** Further kube-apiserver flags, for example to switch off its watch cache. */
  readonly apiFlags?: readonly string[];
  readonly progress?: (line: string) => void;
}

export interface Cluster extends ClusterClient {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly programs: KubernetesPrograms;
  /** Kubeconfig of an admin (system:masters). */
  readonly kubeconfig: string;
  /** Kubeconfig of a user `viewer`, whose only rights are those that a test binds to it. */
  readonly viewerKubeconfig: string;
  readonly caFile: string;
  /** SIGKILL of the API server and etcd: connections break in the middle. */
  killApi(): Promise<void>;
  /** Stops API server and etcd in the middle of what they do, and lets them go on. */
  signalApi(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGTERM: watches end in an orderly way, then connections are refused. */
  stopApi(): Promise<void>;
  /** Starts it again with the same data and port; resolves when it is ready. */
  startApi(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const programs = await buildKubernetes(options.progress ?? (() => undefined));
  const plane = await preparePlane(options, programs);
  const client = clusterClient(plane);
  const admission = options.roles === 'api' ? 'manual' : 'controlled';

  const startServer = (): Promise<Launched> => launch(apiServer(plane, admission, options.apiFlags ?? []));
  let server: Launched | undefined = await startServer();
  const others: Launched[] = [];

  const stop = async (): Promise<void> => {
    for (const launched of others.splice(0).toReversed()) await launched.stop();
    await server?.stop();
    server = undefined;
  };

  try {
    await writeKubeconfigs(plane);
    for (const role of furtherRoles[options.roles]) others.push(await launch(role(plane)));
    await settle(client, options.roles);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...client,
    url: plane.url,
    port: plane.port,
    dir: plane.dir,
    programs,
    kubeconfig: plane.kubeconfig,
    viewerKubeconfig: kubeconfigFile(plane.dir, 'viewer'),
    caFile: join(plane.pki, 'ca.crt'),
    killApi: async () => {
      await server?.kill();
      server = undefined;
    },
    signalApi: (signal) => {
      if (server !== undefined) process.kill(server.pid, signal);
    },
    stopApi: async () => {
      await server?.stop();
      server = undefined;
    },
    startApi: async () => {
      if (server !== undefined) throw new Error('the API server is running');
      server = await startServer();
    },
    stop,
  };
}

async function preparePlane(options: ClusterOptions, programs: KubernetesPrograms): Promise<ControlPlane> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const pki = join(dir, 'pki');
  if (!existsSync(pki)) await run(programs.kubebed, ['pki', pki, '127.0.0.1', 'localhost', firstServiceIp]);
  return { programs, dir, port, url: `https://127.0.0.1:${port}`, pki, kubeconfig: kubeconfigFile(dir, 'admin') };
}

/**
 * Written only when the server runs: when it is refused because another one uses this directory, that one's files stay.
 */
async function writeKubeconfigs(plane: ControlPlane): Promise<void> {
  for (const user of ['admin', 'viewer']) {
    await writeKubeconfig(plane, user, readFileSync(join(plane.pki, `${user}.token`), 'utf8'));
  }
}

/** Started after the API server, in this order. */
const furtherRoles: Readonly<Record<ClusterRoles, readonly ((plane: ControlPlane) => LaunchOptions)[]>> = {
  api: [],
  controllers: [controllerManager],
  full: [controllerManager, scheduler, kwok],
};

/** Waits until Pods can be made, which need the ServiceAccount of their namespace, and a Node. */
async function settle(client: ClusterClient, roles: ClusterRoles): Promise<void> {
  if (roles === 'api') return;
  await until('the default ServiceAccount exists', () =>
    client.kubectl(['get', 'serviceaccount', 'default', '--namespace', 'default', '--output=name']),
  );
  if (roles === 'controllers') return;
  await client.apply(nodeYaml);
  await client.kubectl(['wait', '--for=condition=Ready', 'node/node-0', '--timeout=60s'], undefined, 70_000);
}
