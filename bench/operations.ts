import { applicationName, instanceCount, registration } from './data/registry.ts';
import type { RegistrySize } from './section.ts';

/** A question that clients ask all day. */
export interface ReadOperation {
  readonly name: string;
  readonly target: (size: RegistrySize) => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly format: 'json' | 'xml';
  readonly coding: 'gzip' | 'identity';
  /** How many instances the right answer has. */
  readonly instances: (size: RegistrySize) => number;
}

const JSON_GZIP = { format: 'json', coding: 'gzip', headers: accepting('json', 'gzip') } as const;
const JSON_IDENTITY = { format: 'json', coding: 'identity', headers: accepting('json', 'identity') } as const;

/** Somewhere in the middle of the registry; also what is changed once before a delta of one change is measured. */
export const SAMPLE_APPLICATION = 100;

const one = (): number => 1;
const each = ({ instancesEach }: RegistrySize): number => instancesEach;

export const READS = {
  fullJsonGzip: { name: 'full, JSON gzip', target: () => '/eureka/apps', ...JSON_GZIP, instances: instanceCount },
  fullJsonIdentity: {
    name: 'full, JSON identity',
    target: () => '/eureka/apps',
    ...JSON_IDENTITY,
    instances: instanceCount,
  },
  fullXmlGzip: {
    name: 'full, XML gzip',
    target: () => '/eureka/apps',
    format: 'xml',
    coding: 'gzip',
    headers: accepting('xml', 'gzip'),
    instances: instanceCount,
  },
  /** A fleet that has just started: every instance is in the delta. */
  deltaEverything: {
    name: 'delta, everything recent',
    target: () => '/eureka/apps/delta',
    ...JSON_GZIP,
    instances: instanceCount,
  },
  deltaEmpty: { name: 'delta, empty', target: () => '/eureka/apps/delta', ...JSON_GZIP, instances: () => 0 },
  deltaOne: { name: 'delta, after one change', target: () => '/eureka/apps/delta', ...JSON_GZIP, instances: one },
  /** Stock servers do not compress the small ones, so nobody is asked to. */
  application: {
    name: 'one application',
    target: () => `/eureka/apps/${applicationName(SAMPLE_APPLICATION)}`,
    ...JSON_IDENTITY,
    instances: each,
  },
  vip: {
    name: 'one vip',
    target: (size) => `/eureka/vips/${registration(size, SAMPLE_APPLICATION, 0).vip}`,
    ...JSON_IDENTITY,
    instances: each,
  },
} as const satisfies Readonly<Record<string, ReadOperation>>;

export type ReadName = keyof typeof READS;

/** Java clients say gzip and nothing else; a client that wants identity says nothing. */
function accepting(format: 'json' | 'xml', coding: 'gzip' | 'identity'): Readonly<Record<string, string>> {
  return { accept: `application/${format}`, ...(coding === 'gzip' && { 'accept-encoding': 'gzip' }) };
}
