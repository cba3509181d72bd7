import type { RestStatus } from '../support/eureka-rest.ts';

/** A registration as it is sent. */
export interface Registering {
  readonly name: string;
  /** As in the path, but not encoded. */
  readonly app: string;
  readonly contentType: 'application/json' | 'application/xml';
  readonly body: string;
}

export type Fields = Readonly<Record<string, unknown>>;

const MY_OWN = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };
/** Client time stamps in the past, so that the time stamps of servers can be distinguished from them. */
export const DIRTY = 1_600_000_000_000;

/** The registration of an ordinary Spring client, with the given fields; `undefined` omits a field. */
export function instanceFields(app: string, id: string, fields: Fields = {}): Fields {
  const host = 'node1.corp.example';
  return {
    instanceId: id,
    hostName: host,
    app,
    ipAddr: '10.20.0.1',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    countryId: 1,
    dataCenterInfo: MY_OWN,
    leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
    metadata: { zone: 'zone1', 'management.port': '8081' },
    homePageUrl: `http://${host}:8080/`,
    statusPageUrl: `http://${host}:8080/actuator/info`,
    healthCheckUrl: `http://${host}:8080/actuator/health`,
    vipAddress: app.toLowerCase(),
    secureVipAddress: app.toLowerCase(),
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: `${DIRTY}`,
    lastDirtyTimestamp: `${DIRTY}`,
    ...fields,
  };
}

export function registering(app: string, id: string, fields: Fields = {}): Registering {
  const body = JSON.stringify({ instance: instanceFields(app, id, fields) });
  return { name: `${app}/${id}`, app, contentType: 'application/json', body };
}

const AMAZON = {
  '@class': 'com.netflix.appinfo.AmazonInfo',
  name: 'Amazon',
  metadata: {
    'ami-id': 'ami-0123456789',
    'ami-launch-index': '0',
    'instance-id': 'i-0a1b2c3d4e5f60001',
    'instance-type': 'm5.large',
    'local-ipv4': '10.20.0.7',
    'local-hostname': 'ip-10-20-0-7.ec2.internal',
    'availability-zone': 'us-east-1a',
    'public-hostname': 'ec2-198-51-100-7.compute-1.amazonaws.com',
    'public-ipv4': '198.51.100.7',
    'vpc-id': 'vpc-0abc',
    accountId: '123456789012',
    mac: '0a:00:00:00:00:07',
  },
};

/** Texts that break encoders. Each is used as a metadata value, and in every field that may have any text. */
const TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  blank: ' ',
  padded: '  two before, two after  ',
  'line-ends': 'one\ntwo\r\nthree\rfour\ttabbed',
  reserved: `<a href="x&y">'&amp;'</a> ]]> <!-- --> <![CDATA[x]]>`,
  json: '"\\/\n\r\t\\u0041 </script>',
  'high-controls': '\u007f\u0080\u0085\u009f',
  latin: 'Grüße, señor, naïve, ß',
  'not-latin': 'Привет 你好 שלום مرحبا',
  astral: '😀 𝒳 👩‍👩‍👧 🇨🇭',
  separators: 'a\u2028b\u2029c\u00a0d\ufeffe\u200bf',
  combining: 'e\u0301 \u0301',
  numeric: '007',
  long: 'x'.repeat(20_000),
};

/** Metadata keys that are no XML names, or special to one of the formats. */
const KEYS = [
  'my_key',
  '__dunder__',
  '_leading',
  '$dollar',
  'a$b',
  '9digit',
  '-minus',
  '.dot',
  'a.b-c_d',
  'with space',
  'colon:key',
  'slash/key',
  'a<b>&"c\'',
  '@at',
  '#text',
  'xml',
  'XmlKey',
  'ключ',
  '鍵',
  'é',
  '😀',
  'tab\tkey',
  '_.0041',
  '_-',
  'class',
  'name',
  'instance',
  'application',
  'metadata',
  '__proto__x',
  'constructor',
  'toString',
  '·middle',
  '\u0301combining',
];

const IDS = [
  'host:app:8080',
  'with space',
  'percent%41',
  'plus+id',
  'question?x=1',
  'hash#id',
  'semi;colon=1',
  'comma,id',
  'slash/id',
  'back\\slash',
  'amp&<>"\'',
  'quote`{}|^[]',
  'ünï-cödé-😀',
  '.',
  'dot.',
  '~tilde*',
  'CASE',
  'case',
  'status',
  'x'.repeat(600),
];

export const STATUSES: readonly RestStatus[] = ['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN'];

/** Every oddity that a stock server accepts and that a client may meet in a registry. */
export function oddInstances(): readonly Registering[] {
  const one = (app: string, fields: Fields): Registering => registering(app, `${app.toLowerCase()}-1`, fields);
  return [
    one('PLAIN', {}),
    registering('MANY', 'many-1'),
    registering('MANY', 'many-2', { status: 'DOWN' }),
    registering('MANY', 'many-3', { hostName: 'node2.corp.example' }),
    ...STATUSES.map((status) => registering('STATUSES', `is-${status}`, { status })),
    one('AMAZON', { dataCenterInfo: AMAZON, asgName: 'amazon-v001', metadata: {} }),
    one('AMAZON-BARE', { dataCenterInfo: { ...AMAZON, metadata: { 'local-ipv4': '10.0.0.1' } } }),
    one('AMAZON-ODD', {
      dataCenterInfo: { ...AMAZON, metadata: { ...AMAZON.metadata, 'unknown-key': 'x', my_key: 'a<b' } },
    }),
    one('NETFLIX', { dataCenterInfo: { ...MY_OWN, name: 'Netflix' } }),
    one('NO-METADATA', { metadata: undefined }),
    one('EMPTY-METADATA', { metadata: {} }),
    one('EMPTY-MAP', { metadata: { '@class': 'java.util.Collections$EmptyMap' } }),
    one('CLASS-AND-METADATA', { metadata: { '@class': 'java.util.HashMap', a: 'b' } }),
    one('NUMBERS', { metadata: { int: 1, float: 1.5, exp: 1e30, bool: true, nothing: null } }),
    one('HUGE', {
      metadata: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key-${i}`, `${i}-`.repeat(200)])),
    }),
    one('KEYS', { metadata: Object.fromEntries(KEYS.map((key, i) => [key, `value ${i}`])) }),
    one('TEXTS', { metadata: TEXTS }),
    ...Object.entries(TEXTS).flatMap(([name, text]) =>
      text.trim() === '' || name === 'long'
        ? []
        : [
            one(`TEXT-${name.toUpperCase()}`, {
              hostName: text,
              homePageUrl: text,
              statusPageUrl: text,
              vipAddress: text,
              secureVipAddress: text,
              appGroupName: text,
              asgName: text,
            }),
          ],
    ),
    one('BLANK-TEXTS', {
      homePageUrl: '',
      statusPageUrl: ' ',
      healthCheckUrl: '\n',
      vipAddress: '',
      appGroupName: ' ',
    }),
    one('NO-URLS', { homePageUrl: undefined, statusPageUrl: undefined, healthCheckUrl: undefined }),
    one('SECURE-ONLY', {
      port: { $: 80, '@enabled': 'false' },
      securePort: { $: 8443, '@enabled': 'true' },
      secureHealthCheckUrl: 'https://node1.corp.example:8443/health',
      vipAddress: undefined,
      secureVipAddress: 'secure-only',
    }),
    one('NO-PORTS', { port: undefined, securePort: undefined }),
    one('DISABLED-PORTS', { port: { $: 0, '@enabled': 'false' }, securePort: { $: 0, '@enabled': 'false' } }),
    one('ODD-PORTS', { port: { $: -1, '@enabled': 'TRUE' }, securePort: { $: 99_999, '@enabled': true } }),
    one('NO-VIPS', { vipAddress: undefined, secureVipAddress: undefined }),
    one('MANY-VIPS', { vipAddress: 'vip-a,vip-b, vip-c', secureVipAddress: 'svip-a,svip-b' }),
    one('ODD-VIPS', { vipAddress: ',vip-a,,Vip-A,', secureVipAddress: 'a b,ü,%' }),
    one('NO-LEASE', { leaseInfo: undefined }),
    one('ODD-LEASE', { leaseInfo: { renewalIntervalInSecs: 0, durationInSecs: -5 } }),
    one('LEASE-TIMES', {
      leaseInfo: {
        renewalIntervalInSecs: 5,
        durationInSecs: 3600,
        registrationTimestamp: 1,
        lastRenewalTimestamp: 2,
        evictionTimestamp: 3,
        serviceUpTimestamp: 4,
      },
    }),
    one('COUNTRY', { countryId: -7 }),
    one('SID', { sid: 'sid-1' }),
    one('COORDINATING', { isCoordinatingDiscoveryServer: 'true' }),
    one('OVERRIDDEN', { overriddenStatus: 'OUT_OF_SERVICE' }),
    one('NO-STATUS', { status: undefined, overriddenStatus: undefined }),
    one('ODD-STATUS', { status: 'up' }),
    one('NO-DIRTY', { lastDirtyTimestamp: undefined, lastUpdatedTimestamp: undefined }),
    one('ZERO-DIRTY', { lastDirtyTimestamp: '0' }),
    one('ODD-DIRTY', { lastDirtyTimestamp: '-5' }),
    one('FAR-DIRTY', { lastDirtyTimestamp: '9007199254740991' }),
    one('ACTION', { actionType: 'DELETED' }),
    registering('SAME-ID-A', 'same-id'),
    registering('SAME-ID-B', 'same-id', { status: 'DOWN' }),
    registering('NO-ID', 'x', { instanceId: undefined, hostName: 'no-id.corp.example' }),
    ...IDS.map((id) => registering('IDS', id)),
    registering('app with space', 'spaced-1'),
    registering('app%41', 'percent-1'),
    registering('DELTA', 'delta-1'),
    registering('straße', 'unicode-1'),
    registering('приложение', 'unicode-2'),
    registering('_.under_score', 'under-1'),
  ];
}

/**
 * Characters that XML cannot represent. They have an instance of their own, because stock servers fail on whole
 * documents with them.
 */
export function unspeakableInstance(): Registering {
  const controls = '\u0000\u0001\b\f\u001f\ufffe';
  return registering('CONTROLS', 'controls-1', { asgName: controls, metadata: { controls, after: 'x' } });
}
