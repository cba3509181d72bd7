import type { Question } from './exchange.ts';
import { DIRTY, instanceFields } from './odd-instances.ts';

/** A registration with one value that clients do not send, and the path of the instance if it is accepted. */
export interface OddBody {
  readonly name: string;
  readonly question: Question;
  /** The path below the base URL. */
  readonly instance: string;
}

const APP = 'FUZZ';

/** Values as JSON texts, because some of them are not valid JSON. */
const JSON_VALUES = [
  'null',
  'true',
  'false',
  '0',
  '1',
  '-1',
  '80.5',
  '1e3',
  '2147483648',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '""',
  '" "',
  '"x"',
  '"true"',
  '"TRUE"',
  '"null"',
  '"7"',
  '" 7 "',
  '"+7"',
  '"-7"',
  '"7.5"',
  '"1e3"',
  '"0x10"',
  '"9223372036854775808"',
  '"\\ud800"',
  '"a\\u0000b"',
  '{}',
  '{"x":"y"}',
  '[]',
  '["x"]',
];

/** Paths in the body: the value of each is replaced by each of the values. */
const JSON_PLACES: readonly (readonly string[])[] = [
  ['hostName'],
  ['app'],
  ['ipAddr'],
  ['sid'],
  ['status'],
  ['overriddenStatus'],
  ['port'],
  ['port', '$'],
  ['port', '@enabled'],
  ['securePort'],
  ['securePort', '$'],
  ['securePort', '@enabled'],
  ['countryId'],
  ['dataCenterInfo'],
  ['dataCenterInfo', '@class'],
  ['dataCenterInfo', 'name'],
  ['leaseInfo'],
  ['leaseInfo', 'renewalIntervalInSecs'],
  ['leaseInfo', 'durationInSecs'],
  ['leaseInfo', 'registrationTimestamp'],
  ['leaseInfo', 'serviceUpTimestamp'],
  ['leaseInfo', 'unknown'],
  ['metadata'],
  ['metadata', 'zone'],
  ['metadata', ''],
  ['metadata', '__proto__'],
  ['metadata', '@class'],
  ['homePageUrl'],
  ['vipAddress'],
  ['secureVipAddress'],
  ['asgName'],
  ['appGroupName'],
  ['isCoordinatingDiscoveryServer'],
  ['lastUpdatedTimestamp'],
  ['lastDirtyTimestamp'],
  ['actionType'],
  ['unknown'],
];

/**
 * Requests that a stock server does not survive: an empty array here keeps one of its threads busy for ever, and a
 * number there stands for a data centre of another class, after which it cannot write its own registry any more.
 */
const DEADLY = new Set(['metadata = []', 'leaseInfo = []', 'dataCenterInfo.name = 1']);

const MARK = '"to be replaced"';

function jsonWith(id: string, [outer = '', inner]: readonly string[], value: string): string {
  const fields = Object.entries(instanceFields(APP, id)).filter(([name]) => name !== outer);
  const old = instanceFields(APP, id)[outer];
  const own = inner === undefined ? MARK : innerWith(old, inner);
  const all = fields.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`);
  all.push(`${JSON.stringify(outer)}:${own}`);
  return `{"instance":{${all.join(',').replace(MARK, () => value)}}}`;
}

function innerWith(old: unknown, key: string): string {
  const others = Object.entries(typeof old === 'object' && old !== null ? old : {}).filter(([name]) => name !== key);
  const all = others.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`);
  return `{${[...all, `${JSON.stringify(key)}:${MARK}`].join(',')}}`;
}

const XML_VALUES = [
  '',
  ' ',
  'x',
  ' 7 ',
  '7',
  '+7',
  '-7',
  '7.5',
  '99999999999',
  '9223372036854775808',
  'true',
  'TRUE',
  'UP',
  'up',
  ' UP ',
  'null',
  '<x>y</x>',
  '7<!-- x -->8',
  '<![CDATA[7]]>',
  '&#55;',
  '&amp;&lt;&gt;&quot;&apos;',
  '&unknown;',
  '\u{1f600}',
];

const XML_ELEMENTS = [
  'hostName',
  'app',
  'ipAddr',
  'sid',
  'status',
  'overriddenstatus',
  'overriddenStatus',
  'port',
  'securePort',
  'countryId',
  'dataCenterInfo',
  'leaseInfo',
  'durationInSecs',
  'serviceUpTimestamp',
  'metadata',
  'zone',
  'my__key',
  '_.0039bad_.0020key',
  'homePageUrl',
  'vipAddress',
  'asgName',
  'appGroupName',
  'isCoordinatingDiscoveryServer',
  'lastUpdatedTimestamp',
  'lastDirtyTimestamp',
  'actionType',
  'unknown',
] as const;

function xmlWith(id: string, element: string, value: string): string {
  const of = (name: string, content: string, attributes = ''): string =>
    `<${name}${attributes}>${name === element ? value : content}</${name}>`;
  const known =
    of('hostName', 'node1.corp.example') +
    of('app', APP) +
    of('ipAddr', '10.20.0.1') +
    of('status', 'UP') +
    of('overriddenstatus', 'UNKNOWN') +
    of('port', '8080', ' enabled="true"') +
    of('securePort', '443', ' enabled="false"') +
    of('countryId', '1') +
    of('dataCenterInfo', '<name>MyOwn</name>', ' class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"') +
    of('leaseInfo', of('durationInSecs', '90') + of('serviceUpTimestamp', '0')) +
    of('metadata', of('zone', 'zone1') + of('my__key', 'v') + of('_.0039bad_.0020key', 'v')) +
    of('homePageUrl', 'http://node1/') +
    of('vipAddress', 'fuzz') +
    of('lastUpdatedTimestamp', `${DIRTY}`) +
    of('lastDirtyTimestamp', `${DIRTY}`);
  const more = known.includes(`<${element}`) ? '' : `<${element}>${value}</${element}>`;
  return `<instance><instanceId>${id}</instanceId>${known}${more}</instance>`;
}

function oddBody(name: string, id: string, contentType: string, body: string): OddBody {
  const question = { method: 'POST', path: `/eureka/apps/${APP}`, headers: { 'content-type': contentType }, body };
  return { name, question, instance: `apps/${APP}/${id}` };
}

/**
 * Each path with each value. They show what a stock server accepts, what it makes of it, and what it refuses with which
 * texts.
 */
export const ODD_BODIES: readonly OddBody[] = [
  ...JSON_PLACES.flatMap((place, i) =>
    JSON_VALUES.filter((value) => !DEADLY.has(`${place.join('.')} = ${value}`)).map((value, j) => {
      const id = `json-${i}-${j}`;
      return oddBody(`JSON ${place.join('.')} = ${value}`, id, 'application/json', jsonWith(id, place, value));
    }),
  ),
  ...XML_ELEMENTS.flatMap((element, i) =>
    XML_VALUES.map((value, j) => {
      const id = `xml-${i}-${j}`;
      return oddBody(`XML ${element} = ${value}`, id, 'application/xml', xmlWith(id, element, value));
    }),
  ),
];
