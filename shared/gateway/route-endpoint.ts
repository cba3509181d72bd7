import { annotation } from '../ingress/annotation-keys.ts';
import type { ParsedAnnotations } from '../ingress/annotations.ts';
import { unusedPorts, type Endpoint } from '../ingress/endpoint.ts';
import type { Listener } from '../ingress/stripped-gateway.ts';

/** Scheme and ports for callers: those of the listeners, https before http, where no annotation says otherwise. */
export function chooseRouteEndpoint(
  listeners: readonly Listener[],
  asked: Pick<ParsedAnnotations, 'scheme' | 'port' | 'securePort'>,
): Endpoint {
  const port = portOf(listeners, 'http', 80);
  const securePort = portOf(listeners, 'https', 443);
  const scheme = asked.scheme ?? (securePort === undefined ? 'http' : 'https');
  const missing = [
    ...(scheme !== 'https' && port === undefined && asked.port === undefined ? ['HTTP'] : []),
    ...(scheme !== 'http' && securePort === undefined && asked.securePort === undefined ? ['HTTPS'] : []),
  ];
  return {
    scheme,
    port: asked.port ?? port ?? 80,
    securePort: asked.securePort ?? securePort ?? 443,
    notices: [
      ...unusedPorts(scheme, asked),
      ...missing.map((name) => `${annotation('scheme')} is ${scheme}, but no ${name} listener serves the host`),
    ],
  };
}

/**
 * The listeners by which callers of the entry come. Where none has the scheme that is asked for, TLS ends in front of
 * the Gateway, and calls come by those that there are.
 */
export function usedListeners<T extends { readonly listener: Listener }>(
  serving: readonly T[],
  { scheme }: Pick<Endpoint, 'scheme'>,
): readonly T[] {
  const used = serving.filter(({ listener }) => scheme === 'both' || listener.scheme === scheme);
  return used.length === 0 ? serving : used;
}

/** Of several ports for one scheme the usual one counts, else the first. */
function portOf(listeners: readonly Listener[], scheme: Listener['scheme'], usual: number): number | undefined {
  const ports = listeners.filter((listener) => listener.scheme === scheme).map(({ port }) => port);
  return ports.includes(usual) ? usual : ports[0];
}
