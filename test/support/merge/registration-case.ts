import assert from 'node:assert/strict';
import { NO_CONTRIBUTION, type AppContribution } from '../../../shared/contribution/contribution.ts';
import type { InstanceRecord, InstanceStatus } from '../../../shared/model/instance.ts';
import { appName, type AppName } from '../../../shared/model/names.ts';
import { instance } from '../instances.ts';

/** A registration, as the differences from an ordinary one: ALICE, UP, in zone dc1, http only. */
export interface RegistrationCase {
  readonly id: string;
  readonly app?: string;
  readonly status?: InstanceStatus;
  /** An entry of the metadata, as in Spring; null: none. */
  readonly zone?: string | null;
  /** An availability zone in AmazonInfo. Then the metadata has no zone unless `zone` is given too. */
  readonly amazon?: string;
  readonly ip?: string;
  readonly host?: string;
  readonly port?: number;
  readonly vip?: string | null;
  readonly secureVip?: string | null;
  /** Entries beside the zone. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly homePage?: string;
  readonly statusPage?: string;
  readonly healthCheck?: string;
  /** The last heartbeat, in seconds after the registration. It is no content. */
  readonly renewedAfter?: number;
}

/** The contributions of a registry with these registrations. */
export function contributionsOf(registrations: readonly RegistrationCase[]): ReadonlyMap<AppName, AppContribution> {
  const apps = new Map<AppName, AppContribution>();
  for (const registration of registrations) {
    const record = registered(registration);
    const instances = [...(apps.get(record.app)?.instances ?? []), record];
    apps.set(record.app, { ...NO_CONTRIBUTION, instances });
  }
  return apps;
}

function registered(given: RegistrationCase): InstanceRecord {
  const { id, app = 'alice', status, zone, amazon, ip, host, port, vip, secureVip, metadata, ...others } = given;
  const { homePage, statusPage, healthCheck, renewedAfter = 90, ...unknown } = others;
  assert.deepEqual(Object.keys(unknown), [], `registration ${id}`);
  const plain = instance(app, id);
  const ownZone = zone === undefined ? (amazon === undefined ? 'dc1' : null) : zone;
  return {
    ...plain,
    app: appName(app),
    status: status ?? plain.status,
    ipAddr: ip ?? plain.ipAddr,
    hostName: host ?? plain.hostName,
    port: { ...plain.port, number: port ?? plain.port.number },
    vipAddress: vip === undefined ? plain.vipAddress : (vip ?? undefined),
    secureVipAddress: secureVip === undefined ? plain.secureVipAddress : (secureVip ?? undefined),
    metadata: new Map([...Object.entries(metadata ?? {}), ...(ownZone === null ? [] : [['zone', ownZone] as const])]),
    dataCenterInfo:
      amazon === undefined
        ? { name: 'MyOwn' }
        : {
            name: 'Amazon',
            metadata: new Map([
              ['instance-id', id],
              ['availability-zone', amazon],
            ]),
          },
    leaseInfo: plain.leaseInfo && {
      ...plain.leaseInfo,
      lastRenewalTimestamp: plain.leaseInfo.registrationTimestamp + renewedAfter * 1000,
    },
    homePageUrl: homePage,
    statusPageUrl: statusPage,
    healthCheckUrl: healthCheck,
  };
}
