import type { RawRecord } from '../data/raw-data.ts';
import { DEFAULT_LEASE, type LeaseInfo, type Port } from '../model/instance.ts';
import { LEASE_FIELDS } from '../model/fields.ts';
import { isTextField, leaseWithDefaults, type InstanceDraft } from './draft.ts';
import { isScalar } from './json-values.ts';
import { actionOf, flagOf, integerOf, millisOf, statusOf, type Scalar } from './scalars.ts';

/** Sets a field whose value is a scalar; false when `key` names no such field. */
export function readScalar(draft: InstanceDraft, key: string, value: Scalar): boolean {
  if (isTextField(key)) {
    draft[key] = String(value);
    return true;
  }
  switch (key) {
    case 'status':
      draft.status = statusOf(String(value));
      return true;
    case 'overriddenStatus':
    case 'overriddenstatus':
      draft.overriddenStatus = statusOf(String(value));
      return true;
    case 'countryId':
      draft.countryId = integerOf(value);
      return true;
    case 'isCoordinatingDiscoveryServer':
      draft.isCoordinatingDiscoveryServer = flagOf(value);
      return true;
    case 'lastUpdatedTimestamp':
    case 'lastDirtyTimestamp':
      draft[key] = millisOf(value);
      return true;
    case 'actionType': {
      const action = actionOf(String(value));
      if (action !== undefined) draft.actionType = action;
      return true;
    }
    default:
      return false;
  }
}

/** Whether the key names a field whose value is a scalar. */
export function isScalarField(key: string): boolean {
  return readScalar({}, key, '');
}

/** `{"$":8080,"@enabled":"true"}`. A part that is absent has the value of `absent`; null counts as 0 and as false. */
export function portOf(value: RawRecord, absent: Port): Port {
  const { $: number, '@enabled': enabled } = value;
  return {
    number: isScalar(number) ? integerOf(number) : number === null ? 0 : absent.number,
    enabled: isScalar(enabled) ? flagOf(enabled) : enabled === null ? false : absent.enabled,
  };
}

export function leaseOf(value: RawRecord): LeaseInfo {
  const lease: Record<keyof LeaseInfo, number> = { ...DEFAULT_LEASE };
  for (const { name } of LEASE_FIELDS) {
    const part = value[name];
    if (isScalar(part)) lease[name] = millisOf(part);
  }
  return leaseWithDefaults(lease);
}
