import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { LaunchOptions } from '../process.ts';
import type { KubernetesPrograms } from './build.ts';

export interface ControlPlane {
  readonly programs: KubernetesPrograms;
  readonly dir: string;
  readonly port: number;
  readonly url: string;
  /** Keys, certificates and tokens, as `kubebed pki` writes them. */
  readonly pki: string;
  readonly kubeconfig: string;
}

/**
 * etcd's socket, relative to the server's working directory: a path of more than 107 characters cannot be bound, and
 * temporary directories can be long.
 */
export const etcdUrl = 'unix://etcd.sock';

/** A loopback range, so that a Service can have a cluster IP that a test can really listen on. */
const serviceRange = '127.96.0.0/16';
export const firstServiceIp = '127.96.0.1'; // the Service `kubernetes` takes it, so the certificate names it

const podRange = '10.99.0.0/16';

export function apiServer(plane: ControlPlane, admission: AdmissionNeeds, flags: readonly string[]): LaunchOptions {
  const pki = (name: string): string => join(plane.pki, name);
  const ca = readFileSync(pki('ca.crt'), 'utf8');
  const apiFlags = [
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${plane.port}`,
    // The default reconciler writes the advertised address into Endpoints, which must not be loopback.
    '--endpoint-reconciler-type=none',
    `--service-cluster-ip-range=${serviceRange}`,
    `--tls-cert-file=${pki('server.crt')}`,
    `--tls-private-key-file=${pki('server.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--token-auth-file=${pki('token.csv')}`,
    // Not AlwaysAllow: anonymous calls are off then, and /readyz could not be polled.
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    `--disable-admission-plugins=${disabledAdmission(admission).join(',')}`,
    // Without it SIGTERM takes 60 s while a watch is open.
    '--shutdown-watch-termination-grace-period=1s',
  ];
  return {
    name: 'kube-apiserver',
    command: plane.programs.kubebed,
    args: ['server', join(plane.dir, 'etcd'), etcdUrl, 'unix://etcd-peer.sock', '--', ...apiFlags, ...flags],
    cwd: plane.dir,
    logFile: join(plane.dir, 'kube-apiserver.log'),
    ready: () => isReady(plane.url, ca),
    readyTimeoutMs: 180_000,
  };
}

/** `manual`: nothing makes the default ServiceAccounts, so Pods must be admitted without one. */
export type AdmissionNeeds = 'controlled' | 'manual';

function disabledAdmission(needs: AdmissionNeeds): readonly string[] {
  // A new Node's taint `not-ready` would only be taken off by the node-lifecycle controller, which does not run here.
  return needs === 'controlled' ? ['TaintNodesByCondition'] : ['TaintNodesByCondition', 'ServiceAccount'];
}

/** /readyz is readable without credentials under RBAC. */
function isReady(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(`${url}/readyz`, { ca, agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.statusCode === 200));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(false));
    call.end();
  });
}

/** The controllers that Deployments, Services and namespaces need; no node-lifecycle, no volumes, no jobs. */
const controllers =
  'deployment,replicaset,endpointslice,endpoint,serviceaccount,serviceaccount-token,namespace,garbagecollector';

export function controllerManager(plane: ControlPlane): LaunchOptions {
  const keys = [`--service-account-private-key-file=${join(plane.pki, 'sa.key')}`];
  const ca = [`--root-ca-file=${join(plane.pki, 'ca.crt')}`];
  return controller(plane, 'kube-controller-manager', [...keys, ...ca, `--controllers=${controllers}`]);
}

export function scheduler(plane: ControlPlane): LaunchOptions {
  return controller(plane, 'kube-scheduler', []);
}

/** --secure-port=0: neither listens anywhere, so clusters side by side cannot collide. */
function controller(plane: ControlPlane, name: string, flags: readonly string[]): LaunchOptions {
  return {
    name,
    command: plane.programs.kubebed,
    args: [name, `--kubeconfig=${plane.kubeconfig}`, '--leader-elect=false', '--secure-port=0', ...flags],
    logFile: join(plane.dir, `${name}.log`),
  };
}

export function kwok(plane: ControlPlane): LaunchOptions {
  return {
    name: 'kwok',
    command: plane.programs.kwok,
    args: [
      `--kubeconfig=${plane.kubeconfig}`,
      `--config=${plane.programs.stagesFile}`,
      '--manage-all-nodes=true',
      '--node-ip=10.99.0.1',
      `--cidr=${podRange}`,
    ],
    logFile: join(plane.dir, 'kwok.log'),
  };
}

/** The one node: room for any number of replicas a test may ask for. */
export const nodeYaml = `apiVersion: v1
kind: Node
metadata:
  name: node-0
  labels: { kubernetes.io/hostname: node-0, type: kwok }
  annotations: { kwok.x-k8s.io/node: fake }
status:
  capacity: { cpu: "32", memory: 256Gi, pods: "110" }
  allocatable: { cpu: "32", memory: 256Gi, pods: "110" }
`;
