import { decodeRegistration } from '../../../shared/codec/registration.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { appName, type AppName } from '../../../shared/model/names.ts';
import { registrations } from '../../data/registry.ts';
import type { RegistrySize } from '../../section.ts';

/** A registry as a stock server would keep it after these registrations: application name → instances. */
export function listingOf(size: RegistrySize, now: number): Map<AppName, InstanceRecord[]> {
  const listing = new Map<AppName, InstanceRecord[]>();
  for (const { app, body } of registrations(size)) {
    const name = appName(app);
    const decoded = decodeRegistration(name, 'application/json', body, now);
    if (!decoded.ok) throw new Error(`a registration of the benchmark is refused: ${decoded.error.body}`);
    const record = { ...decoded.value, leaseInfo: leaseFrom(decoded.value, now), lastUpdatedTimestamp: now };
    const instances = listing.get(name);
    if (instances === undefined) listing.set(name, [record]);
    else instances.push(record);
  }
  return listing;
}

/** What a stock server makes of the lease a client asks for. */
function leaseFrom({ leaseInfo }: InstanceRecord, now: number): InstanceRecord['leaseInfo'] {
  return {
    renewalIntervalInSecs: leaseInfo?.renewalIntervalInSecs ?? 30,
    durationInSecs: leaseInfo?.durationInSecs ?? 90,
    registrationTimestamp: now,
    lastRenewalTimestamp: now,
    evictionTimestamp: 0,
    serviceUpTimestamp: now,
  };
}
