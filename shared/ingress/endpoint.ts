import type { Publication } from '../contribution/publication.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { coversHost } from './ingress-host.ts';
import type { ListenerMark, StrippedIngress } from './stripped.ts';

export type Endpoint = Pick<Publication, 'scheme' | 'port' | 'securePort' | 'notices'>;

const SCHEME = annotation('scheme');

/**
 * Scheme and ports for callers: from our annotations, or from annotations of the controller that are unambiguous, or
 * from `spec.tls`. What annotations only make likely becomes a notice.
 */
export function chooseEndpoint(
  { tlsHosts, listenerMarks }: Pick<StrippedIngress, 'tlsHosts' | 'listenerMarks'>,
  host: string,
  asked: Pick<ParsedAnnotations, 'scheme' | 'port' | 'securePort'>,
): Endpoint {
  const inTls = tlsHosts.some((pattern) => coversHost(pattern, host));
  const decisive =
    listenerMarks.find(({ says }) => says === 'https') ?? listenerMarks.find(({ says }) => says === 'http');
  const marked = decisive?.says === 'https' || decisive?.says === 'http' ? decisive.says : undefined;
  const scheme = asked.scheme ?? marked ?? (inTls ? 'https' : 'http');
  return {
    scheme,
    port: asked.port ?? portIn(listenerMarks, 'port') ?? 80,
    securePort: asked.securePort ?? portIn(listenerMarks, 'securePort') ?? 443,
    notices: [
      ...unusedPorts(scheme, asked),
      ...(asked.scheme === undefined ? schemeNotices(scheme, decisive, inTls, listenerMarks) : []),
      ...listenerMarks.flatMap((mark) => (mark.says === 'turns-away' ? turnedAway(mark) : [])),
    ],
  };
}

function portIn(marks: readonly ListenerMark[], key: 'port' | 'securePort'): number | undefined {
  return marks.find((mark) => mark[key] !== undefined)?.[key];
}

/** Ports that somebody wrote for a scheme that the entry does not have. */
export function unusedPorts(
  scheme: Endpoint['scheme'],
  { port, securePort }: Pick<ParsedAnnotations, 'port' | 'securePort'>,
): readonly string[] {
  const idle = scheme === 'http' && securePort !== undefined ? 'secure-port' : undefined;
  const idlePlain = scheme === 'https' && port !== undefined ? 'port' : undefined;
  const unused = idle ?? idlePlain;
  return unused === undefined ? [] : [`${annotation(unused)} has no effect as the scheme is ${scheme}`];
}

function schemeNotices(
  scheme: Endpoint['scheme'],
  decisive: ListenerMark | undefined,
  inTls: boolean,
  marks: readonly ListenerMark[],
): readonly string[] {
  if (decisive?.says === 'https')
    return inTls ? [] : [`the scheme is https by ${decisive.annotation}; ${SCHEME} sets another`];
  if (decisive?.says === 'http')
    return inTls
      ? [`the scheme is http, as ${decisive.annotation} has no https, whatever spec.tls says; ${SCHEME} sets another`]
      : [];
  if (scheme === 'https') return [];
  return marks.flatMap(({ annotation: name, says }) => {
    if (says === 'redirects')
      return `${name} redirects http calls to https, which callers of Ribbon do not follow: if the host is served by https, set ${SCHEME}: https`;
    return says === 'passes-tls'
      ? `${name} leaves TLS to the Pods: if they are called by https, set ${SCHEME}: https`
      : [];
  });
}

function turnedAway({ annotation: name }: ListenerMark): string {
  return `${name} redirects all calls to another place, which callers of Ribbon do not follow: none reaches the Service`;
}
