import { sharedEntries, sharedPort, sharedText } from '../codec/sharing.ts';
import {
  ACTION_TYPES,
  INSTANCE_STATUSES,
  type DataCenterInfo,
  type InstanceRecord,
  type LeaseInfo,
  type Port,
} from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import {
  branded,
  entries,
  listOf,
  membersOf,
  number,
  oneOf,
  optional,
  ShapeError,
  text,
  truth,
} from '../data/shape.ts';

const texts = entries(text);
const optionalText = optional(text);
const appName = branded<AppName>();
const id = branded<InstanceId>();
const status = oneOf(INSTANCE_STATUSES);
const actionType = optional(oneOf(ACTION_TYPES));

/**
 * One instance, every field as it is: unlike the codec of the wire, nothing here has a default, and nothing is corrected.
 * An object by field names, a port as `[8080,true]`, metadata as keys and values in turn.
 */
export function writeRecord(record: InstanceRecord): unknown {
  const { port, securePort, dataCenterInfo, metadata } = record;
  return {
    ...record,
    port: [port.number, port.enabled],
    securePort: [securePort.number, securePort.enabled],
    dataCenterInfo: dataCenterInfo.name === 'Amazon' ? texts.write(dataCenterInfo.metadata) : dataCenterInfo.name,
    metadata: texts.write(metadata),
  } satisfies Record<keyof InstanceRecord, unknown>;
}

/** `neighbour`: an instance of the same application, with which the record shares in memory what they have in common. */
export function readRecord(json: unknown, neighbour?: InstanceRecord): InstanceRecord {
  const found = membersOf(json);
  const common = (name: 'appGroupName' | 'vipAddress' | 'secureVipAddress' | 'asgName'): string | undefined => {
    const own = optionalText.read(found[name]);
    return own === undefined ? undefined : sharedText(own, neighbour?.[name]);
  };
  return {
    id: id.read(found['id']),
    instanceId: optionalText.read(found['instanceId']),
    hostName: text.read(found['hostName']),
    app: sharedText(appName.read(found['app']), neighbour?.app),
    ipAddr: text.read(found['ipAddr']),
    sid: optionalText.read(found['sid']),
    status: status.read(found['status']),
    overriddenStatus: status.read(found['overriddenStatus']),
    port: sharedPort(readPort(found['port']), neighbour?.port),
    securePort: sharedPort(readPort(found['securePort']), neighbour?.securePort),
    countryId: number.read(found['countryId']),
    dataCenterInfo: readDataCenter(found['dataCenterInfo'], neighbour?.dataCenterInfo),
    leaseInfo: found['leaseInfo'] === undefined ? undefined : readLease(found['leaseInfo']),
    metadata: sharedEntries(texts.read(found['metadata']), neighbour?.metadata),
    appGroupName: common('appGroupName'),
    homePageUrl: optionalText.read(found['homePageUrl']),
    statusPageUrl: optionalText.read(found['statusPageUrl']),
    healthCheckUrl: optionalText.read(found['healthCheckUrl']),
    secureHealthCheckUrl: optionalText.read(found['secureHealthCheckUrl']),
    vipAddress: common('vipAddress'),
    secureVipAddress: common('secureVipAddress'),
    isCoordinatingDiscoveryServer: truth.read(found['isCoordinatingDiscoveryServer']),
    lastUpdatedTimestamp: number.read(found['lastUpdatedTimestamp']),
    lastDirtyTimestamp: number.read(found['lastDirtyTimestamp']),
    actionType: actionType.read(found['actionType']),
    asgName: common('asgName'),
  };
}

function readPort(json: unknown): Port {
  const [value, enabled] = listOf(json);
  return { number: number.read(value), enabled: truth.read(enabled) };
}

function readDataCenter(json: unknown, neighbour: DataCenterInfo | undefined): DataCenterInfo {
  if (json === 'MyOwn') return MY_OWN;
  if (json === 'Netflix') return NETFLIX;
  if (!Array.isArray(json)) throw new ShapeError('a data centre', json);
  return {
    name: 'Amazon',
    metadata: sharedEntries(texts.read(json), neighbour?.name === 'Amazon' ? neighbour.metadata : undefined),
  };
}

const MY_OWN: DataCenterInfo = { name: 'MyOwn' };
const NETFLIX: DataCenterInfo = { name: 'Netflix' };

function readLease(json: unknown): LeaseInfo {
  const found = membersOf(json);
  return {
    renewalIntervalInSecs: number.read(found['renewalIntervalInSecs']),
    durationInSecs: number.read(found['durationInSecs']),
    registrationTimestamp: number.read(found['registrationTimestamp']),
    lastRenewalTimestamp: number.read(found['lastRenewalTimestamp']),
    evictionTimestamp: number.read(found['evictionTimestamp']),
    serviceUpTimestamp: number.read(found['serviceUpTimestamp']),
  };
}
