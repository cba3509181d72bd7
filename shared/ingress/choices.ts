import type { AddressSources } from './address.ts';
import type { Endpoint } from './endpoint.ts';
import type { Target } from './health.ts';

/** What an Ingress or an HTTPRoute decides in its own way; the rest of a publication is the same for both. */
export interface Choices {
  readonly host: string;
  /** What answers the calls, which decides whether the entry is UP. */
  readonly targets: readonly Target[];
  readonly endpoint: Endpoint;
  /** Whether a controller has yet to accept it; never of an Ingress. */
  readonly pending: boolean;
  /** Where the address of the load balancer is written, beside the annotation and the host. */
  readonly address: Pick<AddressSources, 'configured' | 'loadBalancer' | 'on'>;
  readonly notices: readonly string[];
}
