/**
 * Whether the load balancer is asked for the host of an entry: `none`, not at all; `observe`, to show what it answers;
 * `require`, and the entry is DOWN until it has answered once.
 */
export const PROBE_MODES = ['none', 'observe', 'require'] as const;
export type ProbeMode = (typeof PROBE_MODES)[number];

/** How a publication is probed. */
export interface Probe {
  readonly mode: Exclude<ProbeMode, 'none'>;
  /** Path and query that annotations name. Absent: the health path of the registered instances, else the default. */
  readonly path?: string;
  /** Whether its host has passed once. Absent: not yet. */
  readonly passed?: true;
}

/** One request: what a caller of the entry would ask, and where. */
export interface ProbeTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** The IP address of the load balancer, or a name of it. */
  readonly address: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

export type ProbeAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | {
      readonly kind: 'unanswered';
      /** `refused`: nobody listens. `timeout`: not within the time for one probe. `failed`: anything else. */
      readonly why: 'refused' | 'timeout' | 'failed';
      /** What is wrong, for people: `connection refused`. The same for the same fault, because a change is shown. */
      readonly text: string;
    };

/**
 * Whether something behind the load balancer serves the host. A 404 is what controllers answer for a host that they do
 * not know, and above 500 they have nobody to hand the call to. A 401 or a redirect comes from the application.
 */
export function passes(answer: ProbeAnswer): boolean {
  return answer.kind === 'answered' && answer.status < 500 && answer.status !== 404;
}

/** `answered 404, as for a host that it does not know`. */
export function describeAnswer(answer: ProbeAnswer): string {
  if (answer.kind === 'unanswered') return answer.text;
  return `answered ${answer.status}${answer.status === 404 ? ', as for a host that it does not know' : ''}`;
}

/** `http://carol.example.com:8080/actuator/health at 10.0.0.7`. */
export function describeTarget(target: ProbeTarget): string {
  return `${target.scheme}://${hostHeader(target)}${target.path} at ${target.address}`;
}

/** The Host header as callers send it. */
export function hostHeader({ scheme, host, port }: ProbeTarget): string {
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`;
}
