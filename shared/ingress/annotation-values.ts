import { parseAddressOrHost } from '../address/address-or-host.ts';
import { POLICIES, type Policy } from '../contribution/policy.ts';
import { PROBE_MODES, type ProbeMode } from '../contribution/probe.ts';
import type { Publication } from '../contribution/publication.ts';
import { parseSteps } from '../contribution/schedule.ts';
import {
  FIXED_TRAFFIC_ALLOWED,
  parseFixedTraffic,
  type FixedTraffic,
  type ScheduleStep,
} from '../contribution/traffic.ts';
import { ok, type Result } from '../result.ts';
import { parseRfc3339, RFC3339_ALLOWED } from '../text/rfc3339.ts';
import { parseIngressHost } from './ingress-host.ts';

/**
 * The syntax of a value. `parse` returns `undefined` for what is not allowed; `allowed` describes for people what is.
 */
export interface ValueSyntax<T> {
  readonly parse: (text: string) => T | undefined;
  readonly allowed: string;
  /** What is wrong with this text in particular, where there is more to say. */
  readonly why?: (text: string) => string | undefined;
}

function judged<T>(allowed: string, judge: (text: string) => Result<T, string>): ValueSyntax<T> {
  return {
    allowed,
    parse: (text) => {
      const verdict = judge(text);
      return verdict.ok ? verdict.value : undefined;
    },
    why: (text) => {
      const verdict = judge(text);
      return verdict.ok ? '' : verdict.error;
    },
  };
}

export function oneOf<T extends string>(...values: readonly T[]): ValueSyntax<T> {
  return {
    parse: (text) => values.find((value) => value === text),
    allowed: values.map((value) => `"${value}"`).join(' or '),
  };
}

export const PUBLISH = oneOf('true', 'false');
export const COPIES = oneOf('true', 'false');
export const PATH = oneOf('allow');
export const SCHEME = oneOf<Publication['scheme']>('http', 'https', 'both');
/** The kill switch. No other status may be forced: an entry is UP when its endpoints are. */
export const STATUS = oneOf('OUT_OF_SERVICE');
export const POLICY = oneOf<Policy>(...POLICIES);

export const APP: ValueSyntax<string> = {
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) ? text : undefined),
  allowed: 'a name of letters, digits, ".", "_" and "-", at most 100',
};

export const HOST: ValueSyntax<string> = judged('one host name without wildcard, port or scheme', parseIngressHost);

export const PORT: ValueSyntax<number> = {
  parse: (text) => {
    const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
    return port >= 1 && port <= 65_535 ? port : undefined;
  },
  allowed: 'a number from 1 to 65535',
};

/** Spaces are kept, because stock servers compare vip addresses character by character. */
export const VIP: ValueSyntax<string> = {
  parse: (text) => (isPrintable(text) ? text : undefined),
  allowed: 'one or more vip addresses, separated by commas',
};

export const ZONE: ValueSyntax<string> = {
  parse: (text) => (/^[^\s,]{1,100}$/.test(text) ? text : undefined),
  allowed: 'one zone name without blanks',
};

export const PAGE_PATH: ValueSyntax<string> = {
  parse: (text) => (/^\/[\x21-\x7e]*$/.test(text) ? text : undefined),
  allowed: 'a path that begins with "/"',
};

/** A path is asked in the mode of the configuration. */
export const PROBE: ValueSyntax<{ readonly mode: ProbeMode } | { readonly path: string }> = {
  parse: (text) => {
    const mode = PROBE_MODES.find((each) => each === text);
    if (mode !== undefined) return { mode };
    const path = PAGE_PATH.parse(text);
    return path === undefined ? undefined : { path };
  },
  allowed: `${oneOf(...PROBE_MODES).allowed} or ${PAGE_PATH.allowed}`,
};

export const ADDRESSES: ValueSyntax<readonly string[]> = judged(
  'IP addresses or host names, separated by commas',
  (text) => allOf(text.split(',').map((address) => parseAddressOrHost(address.trim()))),
);

/** A schedule begins at another annotation. */
export type WrittenTraffic = FixedTraffic | { readonly kind: 'steps'; readonly steps: readonly ScheduleStep[] };

export const TRAFFIC: ValueSyntax<WrittenTraffic> = {
  allowed: `${FIXED_TRAFFIC_ALLOWED}, or a schedule of shares such as "1% 10m, 10% 1h, 100%"`,
  parse: (text) => {
    const fixed = parseFixedTraffic(text);
    if (fixed !== undefined) return fixed;
    const steps = parseSteps(text);
    return steps.ok ? { kind: 'steps', steps: steps.value } : undefined;
  },
  why: (text) => {
    const steps = parseSteps(text);
    return steps.ok || !/[\s,]/.test(text) ? undefined : steps.error;
  },
};

/** Epoch milliseconds. */
export const TRAFFIC_START: ValueSyntax<number> = { parse: parseRfc3339, allowed: RFC3339_ALLOWED };

export const METADATA_VALUE: ValueSyntax<string> = {
  parse: (text) => (text === '' || isPrintable(text) ? text : undefined),
  allowed: 'text without control characters',
};

export const READY_COUNT: ValueSyntax<number> = {
  parse: (text) => (/^[0-9]{1,4}$/.test(text) ? Number(text) : undefined),
  allowed: 'a number from 0 to 9999',
};

/** All the values, or the first error. */
function allOf<T>(verdicts: readonly Result<T, string>[]): Result<readonly T[], string> {
  const values: T[] = [];
  for (const verdict of verdicts) {
    if (!verdict.ok) return verdict;
    values.push(verdict.value);
  }
  return ok(values);
}

function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- exactly these would break XML and log lines
  return text.trim() !== '' && !/[\u0000-\u001f\u007f]/.test(text);
}
