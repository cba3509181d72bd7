import { rawScalar, type RawRecord } from '../data/raw-data.ts';
import type { RefusalCause } from '../contribution/refusal.ts';
import { isGoTrue } from './go-flag.ts';
import type { CanaryMark } from './stripped.ts';

/**
 * Ingress-nginx, and controllers that adopted its annotations: Higress, Alibaba's ALB, Traefik's nginx provider. The
 * part before `ingress.kubernetes.io` is an option there (`--annotations-prefix`).
 */
const CANARY = /^(?:(?:[a-z0-9-]+\.)*ingress\.kubernetes\.io|higress\.io)\/canary$/;

/** Annotations whose Ingresses receive only calls with certain headers, or a share of all calls. */
const SOME_CALLS: readonly RegExp[] = [
  // HAProxy Technologies: any condition, such as `rand(100) lt 25`. The annotation may be on the Service too.
  /^(?:haproxy\.org|haproxy\.com|ingress\.kubernetes\.io)\/route-acl$/,
  // HAProxy Ingress.
  /^(?:(?:haproxy-ingress\.github|ingress\.kubernetes)\.io)\/http-header-match(?:-regex)?$/,
  // Kong.
  /^konghq\.com\/headers\..+$/,
];

/** AWS: conditions (headers, queries, methods) on the rules that lead to the Service of that name. */
const ALB_CONDITIONS = 'alb.ingress.kubernetes.io/conditions.';

/** Skipper has many kinds of predicates; these match only some calls. */
const SKIPPER = 'zalando.org/skipper-predicate';
const SOME_CALLS_IN_SKIPPER = /\b(?:Traffic|TrafficSegment|Header|HeaderRegexp|Cookie|QueryParam)\(/;

/** The marks of a canary among the annotations of an Ingress or a Service. */
export function canaryMarks(annotations: RawRecord): readonly CanaryMark[] {
  const marks: CanaryMark[] = [];
  for (const annotation of Object.keys(annotations)) {
    const value = rawScalar(annotations[annotation])?.trim() ?? '';
    if (annotation.startsWith(ALB_CONDITIONS)) {
      if (value !== '') marks.push({ annotation, service: annotation.slice(ALB_CONDITIONS.length) });
    } else if (marksAll(annotation, value)) marks.push({ annotation, service: undefined });
  }
  return marks.length === 0 ? NO_MARKS : marks;
}

/** Shared, because almost every object has none. */
const NO_MARKS: readonly CanaryMark[] = Object.freeze([]);

function marksAll(annotation: string, value: string): boolean {
  if (CANARY.test(annotation)) return isGoTrue(value);
  if (annotation === SKIPPER) return SOME_CALLS_IN_SKIPPER.test(value);
  return value !== '' && SOME_CALLS.some((pattern) => pattern.test(annotation));
}

/** Whether the whole Ingress is a canary, which claims neither a name nor a route. */
export function isCanary(marks: readonly CanaryMark[]): boolean {
  return marks.some(({ service }) => service === undefined);
}

/**
 * Why an Ingress or Service (`where`, for people) becomes no entry: all callers would be sent to what must receive only
 * some of the calls.
 */
export function canaryRefusal(
  marks: readonly CanaryMark[],
  service: string | undefined,
  where: string,
): RefusalCause | undefined {
  const mark = marks.find((candidate) => candidate.service === undefined || candidate.service === service);
  if (mark === undefined) return undefined;
  return {
    code: 'canary',
    reason: `${mark.annotation} on ${where} gives it only some of the calls, which are published through the Ingress that it copies; remove the annotation to publish this one`,
  };
}
