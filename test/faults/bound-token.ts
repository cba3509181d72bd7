import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../testbed/kubernetes/cluster.ts';

/** An account of a real API server whose token stands in a file and can be revoked. */
export class BoundToken {
  readonly kubeconfig: string;
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #file: string;

  private constructor(cluster: Cluster, namespace: string, directory: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#file = join(directory, 'token');
    this.kubeconfig = join(directory, 'account');
  }

  /** The account may read everything that is followed. */
  static async make(cluster: Cluster, namespace: string, directory: string): Promise<BoundToken> {
    await cluster.apply(accountYaml(namespace));
    const made = new BoundToken(cluster, namespace, directory);
    const ca = readFileSync(cluster.caFile).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'main', cluster: { server: cluster.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'account', user: { tokenFile: made.#file } }],
      contexts: [{ name: 'main', context: { cluster: 'main', user: 'account' } }],
      'current-context': 'main',
    };
    writeFileSync(made.kubeconfig, JSON.stringify(config));
    return made;
  }

  /** Writes a token into the file that holds as long as a Secret of this name is there. */
  async issue(secret: string): Promise<void> {
    await this.#cluster.kubectl(['create', 'secret', 'generic', secret, '--namespace', this.#namespace]);
    const words = ['create', 'token', 'eurek8s', '--namespace', this.#namespace, '--duration=1h'];
    const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`];
    writeFileSync(this.#file, await this.#cluster.kubectl([...words, ...bound]));
  }

  async revoke(secret: string): Promise<void> {
    await this.#cluster.kubectl(['delete', 'secret', secret, '--namespace', this.#namespace]);
  }
}

function accountYaml(namespace: string): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata: { name: eurek8s, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: eurek8s }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: eurek8s, namespace: ${namespace} }]
`;
}
