import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, instanceId } from '../../shared/model/names.ts';

/** A complete, ordinary instance. Tests override what they are about. */
export function instance(app: string, id: string, overrides: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    id: instanceId(id),
    instanceId: id,
    hostName: `${id}.corp.example`,
    app: appName(app),
    ipAddr: '10.20.0.7',
    sid: undefined,
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { number: 8080, enabled: true },
    securePort: { number: 443, enabled: false },
    countryId: 1,
    dataCenterInfo: { name: 'MyOwn' },
    leaseInfo: {
      renewalIntervalInSecs: 30,
      durationInSecs: 90,
      registrationTimestamp: 1_750_000_000_500,
      lastRenewalTimestamp: 1_750_000_090_000,
      evictionTimestamp: 0,
      serviceUpTimestamp: 1_750_000_000_400,
    },
    metadata: new Map([['zone', 'dc1']]),
    appGroupName: undefined,
    homePageUrl: undefined,
    statusPageUrl: undefined,
    healthCheckUrl: undefined,
    secureHealthCheckUrl: undefined,
    vipAddress: app.toLowerCase(),
    secureVipAddress: app.toLowerCase(),
    isCoordinatingDiscoveryServer: false,
    lastUpdatedTimestamp: 1_750_000_000_500,
    lastDirtyTimestamp: 1_750_000_000_100,
    actionType: 'ADDED',
    asgName: undefined,
    ...overrides,
  };
}
