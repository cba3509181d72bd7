import type { KubeConfig } from '@kubernetes/client-node';
import type { Result } from '../../../shared/result.ts';
import { ApiError } from './failure.ts';

/**
 * The credentials in use. Loading is retried like any request: a kubeconfig may be mounted late. A 401 throws them away,
 * as certificates and tokens in files are renewed under our feet and the client caches what it has read.
 */
export class ClusterAccess {
  readonly #load: () => Result<KubeConfig, string>;
  #config: KubeConfig | undefined;

  constructor(load: () => Result<KubeConfig, string>) {
    this.#load = load;
  }

  /** Throws an `ApiError` that says what is wrong with the configuration. */
  config(): KubeConfig {
    if (this.#config !== undefined) return this.#config;
    const loaded = this.#load();
    if (!loaded.ok) throw new ApiError(loaded.error);
    this.#config = loaded.value;
    return loaded.value;
  }

  /** Tells the status of each failed request; the next request after a 401 reads the credentials anew. */
  failed(status: number | undefined): void {
    if (status === 401) this.#config = undefined;
  }
}
