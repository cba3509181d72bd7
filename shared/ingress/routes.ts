import { annotation } from './annotation-keys.ts';
import { readAnnotation } from './annotations.ts';
import { HOST } from './annotation-values.ts';
import { serviceIn } from './backend.ts';
import { isCanary } from './canary.ts';
import { patternsOver } from './ingress-host.ts';
import { keyOf } from './object-key.ts';
import { claimedPath, ROOT } from './path-claim.ts';
import type { IngressBackend, StrippedIngress } from './stripped.ts';

/** A route that an Ingress claims. */
export interface Route {
  /** Host pattern and path, see `routeKey`. */
  readonly key: string;
  /** `namespace/service`; `undefined` for a resource. */
  readonly service: string | undefined;
  /** Whether the default backend serves it, which receives what no path matches. */
  readonly byDefault: boolean;
}

/** Unique, because hosts have no slash and claimed paths begin with one or with `=`. */
export function routeKey(pattern: string, path: string): string {
  return `${pattern} ${path}`;
}

/**
 * Every route that an ingress controller would give the Ingress, each once. Our annotations do not count: calls go to
 * the oldest claimant whether or not it is published. Canaries and objects that are being deleted claim nothing.
 */
export function routesOf(ingress: StrippedIngress): readonly Route[] {
  const { meta, rules, defaultBackend, canaryMarks } = ingress;
  if (meta.deleting || meta.unreadVersion !== undefined || isCanary(canaryMarks)) return [];
  const routes = new Map<string, Route>();
  const claim = (key: string, service: string | undefined, byDefault: boolean): void => {
    if (canaryMarks.some((mark) => mark.service === service) || routes.has(key)) return;
    const full = service === undefined ? undefined : keyOf(meta.namespace, service);
    routes.set(key, { key, service: full, byDefault });
  };
  for (const { host, paths } of rules)
    for (const path of paths ?? [])
      if (!letsCallsPass(path.backend))
        claim(routeKey(host, claimedPath(path)), serviceIn(path.backend)?.service, false);
  if (defaultBackend !== undefined && !letsCallsPass(defaultBackend))
    for (const host of ['', ...rules.map((rule) => rule.host)])
      claim(routeKey(host, ROOT), serviceIn(defaultBackend)?.service, true);
  return [...routes.values()];
}

function letsCallsPass(backend: IngressBackend | undefined): boolean {
  return backend !== undefined && 'action' in backend && backend.otherCalls === 'next-path';
}

/**
 * The routes by which other Ingresses could take the annotated host from an Ingress that serves it by a wildcard or by
 * a rule for any host.
 */
export function annotatedHostRoutes(ingress: StrippedIngress): readonly string[] {
  const host = readAnnotation(ingress.meta.annotations, annotation('host'), HOST);
  if (!host.ok || host.value === undefined) return [];
  const paths = new Set([ROOT, ...ingress.rules.flatMap((rule) => (rule.paths ?? []).map(claimedPath))]);
  return patternsOver(host.value).flatMap((pattern) => [...paths].map((path) => routeKey(pattern, path)));
}
