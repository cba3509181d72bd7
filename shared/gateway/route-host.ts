import { coversHostname } from '../address/hostname-pattern.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import { annotation } from '../ingress/annotation-keys.ts';
import type { ParsedAnnotations } from '../ingress/annotations.ts';
import { whyWrong } from '../ingress/host.ts';
import { isWildcard } from '../ingress/ingress-host.ts';
import { objectKey } from '../ingress/object-key.ts';
import type { Listener } from '../ingress/stripped-gateway.ts';
import { ok, type Result } from '../result.ts';
import type { Attachment } from './attachment.ts';

/** The one host of an entry, with the listeners of one Gateway that serve it. */
export interface RouteHost {
  readonly host: string;
  /** At least one. */
  readonly serving: readonly [Attachment, ...Attachment[]];
  /** Listeners of the same port that name the host more closely than each of these. */
  readonly closer: readonly Listener[];
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('host');

/** Chooses as for an Ingress: the annotation, the only host, or the first one. All of them have the same rules. */
export function chooseRouteHost(
  attachments: readonly Attachment[],
  annotated: ParsedAnnotations['host'],
): Result<RouteHost, RefusalCause> {
  const patterns = [...new Set(attachments.flatMap(({ hosts }) => hosts))];
  if (annotated !== undefined) {
    const serving = servingOf(attachments, annotated);
    if (serving !== undefined) return ok({ host: annotated, ...serving });
    const listed = patterns.join(', ');
    return refused('no-host', `${ANNOTATION} is "${annotated}", but no listener has it for the HTTPRoute (${listed})`);
  }
  const named = patterns.filter((host) => host !== '' && !isWildcard(host));
  const wrong = named.flatMap((host) => whyWrong(host) ?? []);
  const hosts = named.filter((host) => whyWrong(host) === undefined);
  const [host] = hosts;
  const serving = host === undefined ? undefined : servingOf(attachments, host);
  if (host === undefined || serving === undefined) return refusedHost(patterns, wrong);
  const notices = [...serving.notices, ...wrong.map((reason) => `${reason}: it is skipped`)];
  if (hosts.length > 1)
    notices.push(`host ${host} chosen out of ${hosts.length} (${hosts.join(', ')}); ${ANNOTATION} chooses another`);
  return ok({ host, ...serving, notices });
}

function refusedHost(patterns: readonly string[], wrong: readonly string[]): Result<RouteHost, RefusalCause> {
  if (wrong.length > 0)
    return refused('bad-host', `${wrong.join('; ')}: correct hostnames, or name a host with ${ANNOTATION}`);
  const wildcard = patterns.find(isWildcard);
  if (wildcard !== undefined)
    return refused('wildcard-host', `${wildcard} is no host to call; name one under it with ${ANNOTATION}`);
  return refused(
    'no-host',
    `neither the HTTPRoute nor its listener names a host; name the one to call with ${ANNOTATION}`,
  );
}

/**
 * Of several Gateways the one of the first parent: callers get one address. Calls to one port come by the listener that
 * names the host most closely, at controllers that keep listeners apart; at others by any of them.
 */
function servingOf(attachments: readonly Attachment[], host: string): Omit<RouteHost, 'host'> | undefined {
  const covering = attachments.filter(({ hosts }) => hosts.some((pattern) => coversHostname(pattern, host)));
  const reached = covering.filter((attachment) => closerThan(attachment, host).length === 0);
  const [first, ...others] = reached.length === 0 ? covering : reached;
  if (first === undefined) return undefined;
  const closer = closerThan(first, host);
  const names = closer.map(({ name }) => name).join(', ');
  const notices =
    closer.length === 0
      ? []
      : [
          `listener ${names} names ${host} more closely, and the HTTPRoute is not attached to it: calls may not reach it`,
        ];
  const rest = others.filter(({ gateway }) => objectKey(gateway) === objectKey(first.gateway));
  return { serving: [first, ...rest], closer, notices };
}

function closerThan({ gateway, listener }: Attachment, host: string): readonly Listener[] {
  return gateway.listeners.filter(
    ({ hostname, port, scheme }) =>
      port === listener.port &&
      scheme !== 'other' &&
      hostname !== listener.hostname &&
      coversHostname(listener.hostname, hostname) &&
      coversHostname(hostname, host),
  );
}
