import fc from 'fast-check';
import { ACTION_TYPES, INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { instanceId } from '../../shared/model/names.ts';
import { instance } from './instances.ts';

/** Any UTF-16 text: control characters, lone surrogates, mark-up, characters outside the basic plane. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '&',
      ']',
      '>',
      '"',
      "'",
      '\\',
      '\0',
      '\r',
      '\n',
      '\u0085',
      '\ud800',
      '_',
      '$',
      ' ',
      '😀',
      '\ufffe',
      ';',
      '#',
    ),
    maxLength: 8,
  }),
  fc.constantFrom('__proto__', 'constructor', '@class', '', '1.10', 'null', '10', '2', 'a:b'),
);
const optional = fc.option(anyText, { nil: undefined });
const millis = fc.integer({ min: 0, max: 2 ** 42 });
const port = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.boolean())
  .map(([number, enabled]) => ({ number, enabled }));
/** `@class` is a type mark on the wire, and no key. */
export const anyKey = anyText.filter((key) => key !== '@class');

/** Any instance that a decoder of the wire gives; `key`: of metadata. */
export function recordWith(key: fc.Arbitrary<string>): fc.Arbitrary<InstanceRecord> {
  const entries = fc.array(fc.tuple(key, anyText), { maxLength: 5 }).map((pairs) => new Map(pairs));
  return fc
    .record({
      instanceId: anyText.filter((id) => id !== ''),
      hostName: anyText,
      ipAddr: anyText,
      sid: optional.filter((sid) => sid !== 'na' && sid !== 'unknown'),
      status: fc.constantFrom(...INSTANCE_STATUSES),
      overriddenStatus: fc.constantFrom(...INSTANCE_STATUSES),
      port,
      securePort: port,
      countryId: fc.integer({ min: 0, max: 999 }),
      dataCenterInfo: fc.oneof(
        fc.constantFrom({ name: 'MyOwn' } as const, { name: 'Netflix' } as const),
        entries.map((metadata) => ({ name: 'Amazon', metadata }) as const),
      ),
      leaseInfo: fc.option(
        fc.record(
          {
            renewalIntervalInSecs: fc.integer({ min: 1, max: 1000 }),
            durationInSecs: fc.integer({ min: 1, max: 1000 }),
            registrationTimestamp: millis,
            lastRenewalTimestamp: millis,
            evictionTimestamp: millis,
            serviceUpTimestamp: millis,
          },
          { noNullPrototype: true },
        ),
        { nil: undefined },
      ),
      metadata: entries,
      appGroupName: optional,
      homePageUrl: optional,
      statusPageUrl: optional,
      healthCheckUrl: optional,
      secureHealthCheckUrl: optional,
      vipAddress: optional,
      secureVipAddress: optional,
      isCoordinatingDiscoveryServer: fc.boolean(),
      lastUpdatedTimestamp: millis,
      lastDirtyTimestamp: millis,
      actionType: fc.option(fc.constantFrom(...ACTION_TYPES), { nil: undefined }),
      asgName: optional,
    })
    .map((fields) => instance('ORDERS', fields.instanceId, { ...fields, id: instanceId(fields.instanceId) }));
}
