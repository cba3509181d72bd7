import { POLICIES, type Policy } from '../contribution/policy.ts';
import type { Publication, Traffic } from '../contribution/publication.ts';
import { parseIngressHost } from './ingress-host.ts';

/** A value syntax: `parse` gives `undefined` for what is not allowed, `allowed` says in words what is. */
export interface ValueSyntax<T> {
  readonly parse: (text: string) => T | undefined;
  readonly allowed: string;
}

export function oneOf<T extends string>(...values: readonly T[]): ValueSyntax<T> {
  return {
    parse: (text) => values.find((value) => value === text),
    allowed: values.map((value) => `"${value}"`).join(' or '),
  };
}

export const PUBLISH = oneOf('true', 'false');
export const PATH = oneOf('allow');
export const SCHEME = oneOf<Publication['scheme']>('http', 'https', 'both');
/** The kill switch. Nothing else may be forced: an entry is UP when its endpoints are. */
export const STATUS = oneOf('OUT_OF_SERVICE');
export const POLICY = oneOf<Policy>(...POLICIES);

export const APP: ValueSyntax<string> = {
  parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) ? text : undefined),
  allowed: 'a name of letters, digits, ".", "_" and "-", at most 100',
};

export const HOST: ValueSyntax<string> = {
  parse: (text) => {
    const host = parseIngressHost(text);
    return host.ok ? host.value : undefined;
  },
  allowed: 'one host name without wildcard, port, scheme or underscore',
};

export const PORT: ValueSyntax<number> = {
  parse: (text) => {
    const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
    return port >= 1 && port <= 65_535 ? port : undefined;
  },
  allowed: 'a number from 1 to 65535',
};

/** Spaces are kept: stock servers match the vip addresses letter by letter. */
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

export const ADDRESSES: ValueSyntax<readonly string[]> = {
  parse: (text) => {
    const addresses = text.split(',').map((address) => address.trim().toLowerCase());
    return addresses.every((address) => isIpAddress(address) || isHostName(address)) ? addresses : undefined;
  },
  allowed: 'IP addresses or host names, separated by commas',
};

export const TRAFFIC: ValueSyntax<Traffic> = {
  parse: (text) => {
    if (text === 'single' || text === 'ready') return { kind: text };
    const digits = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(text)?.[1];
    const percent = Number(digits);
    return digits !== undefined && percent <= 100 ? { kind: 'share', percent } : undefined;
  },
  allowed: '"single", "ready" or a share from "0%" to "100%"',
};

export const METADATA_VALUE: ValueSyntax<string> = {
  parse: (text) => (text === '' || isPrintable(text) ? text : undefined),
  allowed: 'text without control characters',
};

export const READY_COUNT: ValueSyntax<number> = {
  parse: (text) => (/^[0-9]{1,4}$/.test(text) ? Number(text) : undefined),
  allowed: 'a number from 0 to 9999',
};

export function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(text) &&
    !isIpAddress(text)
  );
}

export function isIpAddress(text: string): boolean {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)) return true;
  return text.includes(':') && /^[0-9a-f:]+(?:[0-9.]+)?$/i.test(text) && text.split(':').length >= 3;
}

function isPrintable(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- exactly these would break XML and log lines
  return text.trim() !== '' && !/[\u0000-\u001f\u007f]/.test(text);
}
