import type { Policy } from '../contribution/policy.ts';
import type { ProbeMode } from '../contribution/probe.ts';
import { err, ok, type Result } from '../result.ts';
import {
  ANNOTATION_KEYS,
  annotation,
  ANNOTATION_PREFIX,
  isNearlyOurs,
  METADATA_PREFIX,
  type AnnotationKey,
} from './annotation-keys.ts';
import * as syntax from './annotation-values.ts';
import { closest } from '../text/closest.ts';
import { printable } from '../text/printable.ts';
import type { Overrides, Publication } from '../contribution/publication.ts';
import type { Traffic } from '../contribution/traffic.ts';

/** The annotations of one Ingress; `undefined` for those that are not set. */
export interface ParsedAnnotations {
  readonly publish: 'true' | 'false' | undefined;
  readonly app: string | undefined;
  readonly host: string | undefined;
  readonly path: 'allow' | undefined;
  readonly scheme: Publication['scheme'] | undefined;
  readonly port: number | undefined;
  readonly securePort: number | undefined;
  readonly address: readonly string[] | undefined;
  readonly status: 'OUT_OF_SERVICE' | undefined;
  readonly traffic: Traffic | undefined;
  /** Why what the annotations say of the traffic does not count, but what they said last. */
  readonly trafficFault: string | undefined;
  readonly copies: 'true' | 'false' | undefined;
  readonly policy: Policy | undefined;
  readonly probe: { readonly mode: ProbeMode } | { readonly path: string } | undefined;
  readonly overrides: Overrides;
  /** Keys with our prefix that have no effect: empty ones, and those that are most likely misspelled. */
  readonly notices: readonly string[];
}

type Annotations = Readonly<Record<string, string>>;

/**
 * An error names the annotation, its value and what is allowed: all an engineer needs to mend it. `lastTraffic`: the
 * traffic that was valid last counts while what they say of it cannot be read.
 */
export function parseAnnotations(annotations: Annotations, lastTraffic?: Traffic): Result<ParsedAnnotations, string> {
  const errors: string[] = [];
  function read<T>(key: AnnotationKey, value: syntax.ValueSyntax<T>): T | undefined {
    const result = readAnnotation(annotations, annotation(key), value);
    if (result.ok) return result.value;
    errors.push(result.error);
    return undefined;
  }
  const written = readTraffic(annotations);
  const trafficFault = written.ok ? undefined : written.error;
  const parsed: ParsedAnnotations = {
    publish: read('publish', syntax.PUBLISH),
    app: read('app', syntax.APP),
    host: read('host', syntax.HOST),
    path: read('path', syntax.PATH),
    scheme: read('scheme', syntax.SCHEME),
    port: read('port', syntax.PORT),
    securePort: read('secure-port', syntax.PORT),
    address: read('address', syntax.ADDRESSES),
    status: read('status', syntax.STATUS),
    traffic: written.ok ? written.value : lastTraffic,
    trafficFault,
    copies: read('copies', syntax.COPIES),
    policy: read('policy', syntax.POLICY),
    probe: read('probe', syntax.PROBE),
    overrides: {
      vipAddress: read('vip', syntax.VIP),
      secureVipAddress: read('secure-vip', syntax.VIP),
      zone: read('zone', syntax.ZONE),
      metadata: readMetadata(annotations, errors),
      healthCheckPath: read('health-path', syntax.PAGE_PATH),
      statusPagePath: read('status-path', syntax.PAGE_PATH),
      homePagePath: read('home-path', syntax.PAGE_PATH),
    },
    notices: [...emptyKeys(annotations), ...unknownKeys(annotations), ...idleStart(annotations, written)],
  };
  if (trafficFault !== undefined && lastTraffic === undefined) errors.push(trafficFault);
  return errors.length > 0 ? err(errors.join('; ')) : ok(parsed);
}

/**
 * Reads one annotation, without surrounding blanks. `undefined` when it is not set, or empty where that is no value:
 * chart templates write an empty annotation for a value that nobody has set.
 */
export function readAnnotation<T>(
  annotations: Annotations,
  key: string,
  { parse, allowed, why }: syntax.ValueSyntax<T>,
): Result<T | undefined, string> {
  const text = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  if (text === undefined) return ok(undefined);
  const value = parse(text.trim());
  if (value !== undefined || text.trim() === '') return ok(value);
  const reason = why?.(text.trim());
  const shown = printable(JSON.stringify(text), MAX_SHOWN_VALUE);
  return err(`${key} is ${shown}: allowed is ${allowed}${reason === undefined ? '' : ` (${printable(reason)})`}`);
}

/** Characters of a refused value that a reason quotes. */
const MAX_SHOWN_VALUE = 300;

/** Two annotations, as a schedule has a start. */
function readTraffic(annotations: Annotations): Result<Traffic | undefined, string> {
  const written = readAnnotation(annotations, annotation('traffic'), syntax.TRAFFIC);
  if (!written.ok) return written;
  if (written.value?.kind !== 'steps') return ok(written.value);
  const start = readAnnotation(annotations, annotation('traffic-start'), syntax.TRAFFIC_START);
  if (!start.ok) return start;
  const { steps } = written.value;
  if (start.value !== undefined) return ok({ kind: 'schedule', startsAt: start.value, steps });
  const reason = `${annotation('traffic')} is a schedule: it begins at ${annotation('traffic-start')}, ${syntax.TRAFFIC_START.allowed}`;
  const meant = Object.keys(annotations).find(
    (key) => isNearlyOurs(key) && meantKey(key) === annotation('traffic-start'),
  );
  return err(meant === undefined ? reason : `${reason}; ${printable(meant)} says nothing`);
}

function idleStart(annotations: Annotations, traffic: Result<Traffic | undefined, string>): readonly string[] {
  const key = annotation('traffic-start');
  const said = Object.hasOwn(annotations, key) && annotations[key]?.trim() !== '';
  if (!said || !traffic.ok || traffic.value?.kind === 'schedule') return [];
  return [`annotation ${key} is ignored: ${annotation('traffic')} is no schedule`];
}

/** Keys have to be element names in XML answers, and two of them are not the engineer's to set. */
function readMetadata(annotations: Annotations, errors: string[]): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const full of Object.keys(annotations).toSorted()) {
    if (!full.startsWith(METADATA_PREFIX)) continue;
    const key = full.slice(METADATA_PREFIX.length);
    const value = readAnnotation(annotations, full, syntax.METADATA_VALUE);
    if (!/^[A-Za-z_][A-Za-z0-9._-]*$/.test(key))
      errors.push(`${printable(full)}: a metadata key begins with a letter and has letters, digits, ".", "_" and "-"`);
    else if (key === 'zone') errors.push(`${full} is not allowed: use ${annotation('zone')}`);
    else if (key === 'instanceId')
      errors.push(`${full} is not allowed: callers would keep one health record per entry`);
    else if (!value.ok) errors.push(value.error);
    else if (value.value !== undefined) metadata.set(key, value.value);
  }
  return metadata;
}

function emptyKeys(annotations: Annotations): readonly string[] {
  return ANNOTATION_KEYS.map(annotation)
    .filter((key) => Object.hasOwn(annotations, key) && annotations[key]?.trim() === '')
    .map((key) => `annotation ${key} is empty: it counts as not said`);
}

function unknownKeys(annotations: Annotations): readonly string[] {
  const known = new Set<string>(ANNOTATION_KEYS.map(annotation));
  return Object.keys(annotations)
    .filter((key) => isNearlyOurs(key) && !key.startsWith(METADATA_PREFIX) && !known.has(key))
    .toSorted()
    .map((key) => {
      const meant = meantKey(key);
      return `unknown annotation ${printable(key)} is ignored${meant === undefined ? '' : `: did you mean ${printable(meant)}?`}`;
    });
}

/** The annotation of ours that an unknown key most likely means. */
export function meantKey(key: string): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  const meant = closest(name, ANNOTATION_KEYS);
  if (meant !== undefined) return ANNOTATION_PREFIX + meant;
  return name.startsWith('metadata.') ? METADATA_PREFIX + name.slice('metadata.'.length) : undefined;
}
