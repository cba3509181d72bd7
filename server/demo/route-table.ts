import { patternsOver } from '../../shared/ingress/ingress-host.ts';
import { ROOT } from '../../shared/ingress/path-claim.ts';
import { RouteClaims } from '../../shared/ingress/route-claims.ts';
import { routeKey, routesOf } from '../../shared/ingress/routes.ts';
import type { StrippedIngress } from '../../shared/ingress/stripped.ts';

/** Who answers for which host. Of several Ingresses that name one, it is the one that Eurek8s says comes first. */
export class RouteTable {
  readonly #claims = new RouteClaims();
  readonly #classes: ReadonlySet<string | undefined>;
  readonly #keys: ReadonlySet<string>;

  constructor(ingresses: readonly StrippedIngress[]) {
    for (const ingress of ingresses) this.#claims.replace(undefined, ingress);
    // The demo has one controller, which takes every class for its own.
    this.#classes = new Set(ingresses.map(({ className }) => className));
    this.#keys = new Set(ingresses.flatMap((ingress) => routesOf(ingress).map(({ key }) => key)));
  }

  /** The Service that gets the calls to `/` of the host; where no path is `/`, the one of another path. */
  serviceOf(host: string): string | undefined {
    for (const pattern of patternsOver(host)) {
      const ofPattern = [...this.#keys].filter((key) => key.startsWith(routeKey(pattern, '')));
      for (const key of [routeKey(pattern, ROOT), ...ofPattern]) {
        const service = this.#claims.first(this.#classes, key)?.service;
        if (service !== undefined) return service.slice(service.indexOf('/') + 1);
      }
    }
    return undefined;
  }
}
