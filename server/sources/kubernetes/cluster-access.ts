import { statSync } from 'node:fs';
import type { ClusterConfig } from '../../../shared/config/config.ts';
import type { Clock } from '../../ports/clock.ts';
import { ApiError } from './failure.ts';
import { loadKubeConfig } from './kube-config.ts';
import { Login } from './login.ts';
import { PluginRuns } from './plugin-runs.ts';
import type { Environment } from './proxy.ts';

export interface ClusterAccessOptions {
  readonly cluster: ClusterConfig;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Milliseconds that a credential plug-in may take. */
  readonly pluginLimit: number;
}

/**
 * The credentials in use. Loading is retried like any request, because a kubeconfig may be mounted late. Credentials
 * are read anew when the kubeconfig has changed and after a 401, because certificates and tokens are renewed while we
 * run.
 */
export class ClusterAccess {
  readonly #options: ClusterAccessOptions;
  readonly #runs: PluginRuns;
  #login: Login | undefined;
  #version = '';

  constructor(options: ClusterAccessOptions) {
    this.#options = options;
    this.#runs = new PluginRuns(options.clock, options.pluginLimit);
  }

  /** The current login. Throws an `ApiError` with what is wrong with the configuration. */
  login(): Login {
    const { cluster, environment, clock } = this.#options;
    const version = versionOf(cluster);
    if (this.#login !== undefined && version === this.#version) return this.#login;
    const loaded = loadKubeConfig(cluster, environment);
    if (!loaded.ok) {
      // A file that is being written or is missing for a moment does not invalidate the credentials.
      if (this.#login !== undefined) return this.#login;
      throw new ApiError(loaded.error);
    }
    this.#version = version;
    this.#login = new Login(loaded.value, { clock, runs: this.#runs });
    return this.#login;
  }

  /**
   * Must be called for each failed request. All watches see the same 401, and only the first one discards the
   * credentials.
   */
  failed(status: number | undefined, used: Login | undefined): void {
    if (status === 401 && used === this.#login) this.#login = undefined;
  }
}

function versionOf(cluster: ClusterConfig): string {
  if (cluster.inCluster) return '';
  const stats = statSync(cluster.kubeconfig, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.mtimeMs}/${stats.size}/${stats.ino}`;
}
