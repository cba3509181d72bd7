import { gzipSync } from 'node:zlib';
import { capturedRegistrations } from './captured.ts';
import type { Question } from './exchange.ts';
import { DIRTY, instanceFields, STATUSES, type Fields } from './odd-instances.ts';

/** One write. `settles: false`: the registries differ after it, until a later step. */
export interface Step {
  readonly name: string;
  readonly question: Question;
  readonly settles: boolean;
}

export type Headers = Readonly<Record<string, string>>;

export const JSON_BODY: Headers = { 'content-type': 'application/json' };

export function step(name: string, method: string, path: string, headers: Headers = {}, body?: string | Buffer): Step {
  const question: Question = { method, path: `/eureka/${path}`, headers, ...(body === undefined ? {} : { body }) };
  return { name, question, settles: true };
}

export const put = (name: string, path: string, headers?: Headers, body?: string): Step =>
  step(name, 'PUT', `apps/${path}`, headers, body);
export const remove = (name: string, path: string, headers?: Headers): Step =>
  step(name, 'DELETE', `apps/${path}`, headers);

export function register(
  name: string,
  app: string,
  id: string,
  fields: Fields = {},
  headers: Headers = JSON_BODY,
): Step {
  const body = JSON.stringify({ instance: instanceFields(app.toUpperCase(), id, fields) });
  return step(name, 'POST', `apps/${encodeURIComponent(app)}`, headers, body);
}

export const dirty = (later: number): Fields => ({ lastDirtyTimestamp: `${DIRTY + later}` });

/** Registration, changes, and what counts as new. */
const REGISTRATION: readonly Step[] = [
  register('the first registration', 'LIFE', 'life-1', { metadata: { version: '1' } }),
  register('the same once more', 'LIFE', 'life-1', { metadata: { version: '1' } }),
  register('changed, equally new', 'LIFE', 'life-1', { metadata: { version: '2' } }),
  register('changed, older', 'LIFE', 'life-1', { metadata: { version: '3' }, ...dirty(-1000) }),
  register('changed, newer', 'LIFE', 'life-1', { metadata: { version: '4' }, ...dirty(1000) }),
  register('path in lower case', 'life', 'life-1', { metadata: { version: '5' }, ...dirty(2000) }),
  register('another instance', 'LIFE', 'life-2', { status: 'STARTING' }),
  register('the same id in another application', 'OTHER', 'life-1', { status: 'DOWN' }),
  register('accepting JSON', 'LIFE', 'life-3', {}, { ...JSON_BODY, accept: 'application/json' }),
  register('moved to another port', 'LIFE', 'life-2', { port: { $: 9090, '@enabled': 'true' }, ...dirty(1) }),
];

const XML_BODY: Headers = { 'content-type': 'application/xml' };

/** A registration with a letter outside ASCII, one byte each. */
function latin1(declaration: string, letter = 'b\xfccher'): Buffer {
  const info =
    '<dataCenterInfo class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"><name>MyOwn</name></dataCenterInfo>';
  const fields = `<instanceId>encoded</instanceId><hostName>h</hostName><app>ENCODED</app><ipAddr>10.0.0.1</ipAddr><status>UP</status>`;
  return Buffer.from(
    `${declaration}<instance>${fields}${info}<metadata><k>${letter}</k></metadata></instance>`,
    'latin1',
  );
}

const ENCODINGS: readonly Step[] = [
  step(
    'ISO-8859-1 as declared',
    'POST',
    'apps/ENCODED',
    XML_BODY,
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?>'),
  ),
  step(
    'windows-1252 as declared',
    'POST',
    'apps/ENCODED',
    XML_BODY,
    latin1("<?xml version='1.0' encoding='windows-1252'?>", '\x80'),
  ),
  step(
    'a declaration against a charset',
    'POST',
    'apps/ENCODED',
    { 'content-type': 'application/xml; charset=utf-8' },
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?>'),
  ),
  step('ISO-8859-1 undeclared', 'POST', 'apps/ENCODED', XML_BODY, latin1('')),
  step(
    'ISO-8859-1 as charset only',
    'POST',
    'apps/ENCODED',
    { 'content-type': 'application/xml; charset=ISO-8859-1' },
    latin1(''),
  ),
  step('an unknown encoding', 'POST', 'apps/ENCODED', XML_BODY, latin1('<?xml version="1.0" encoding="x-nope"?>', 'x')),
  step(
    'JSON that is no UTF-8',
    'POST',
    'apps/ENCODED',
    JSON_BODY,
    Buffer.from(
      JSON.stringify({ instance: instanceFields('ENCODED', 'encoded', { metadata: { k: 'b\xfccher' } }) }),
      'latin1',
    ),
  ),
];

const RENEWALS: readonly Step[] = [
  put('renewed', 'LIFE/life-1'),
  put('with the status', 'LIFE/life-1?status=UP'),
  put('with a strange status', 'LIFE/life-1?status=NONSENSE'),
  put('with the same version', `LIFE/life-1?status=UP&lastDirtyTimestamp=${DIRTY + 2000}`),
  put('with an older version', `LIFE/life-1?status=UP&lastDirtyTimestamp=${DIRTY}`),
  put('with a newer version', `LIFE/life-1?status=UP&lastDirtyTimestamp=${DIRTY + 9000}`),
  put('with a negative version', 'LIFE/life-1?lastDirtyTimestamp=-5'),
  put('with a signed version', 'LIFE/life-1?lastDirtyTimestamp=%2B5'),
  put('with a version too long', 'LIFE/life-1?lastDirtyTimestamp=99999999999999999999'),
  put('with garbage as version', 'LIFE/life-1?lastDirtyTimestamp=abc'),
  put('with no version', 'LIFE/life-1?lastDirtyTimestamp='),
  put('with two versions', `LIFE/life-1?lastDirtyTimestamp=${DIRTY}&lastDirtyTimestamp=abc`),
  put('with a path parameter', 'LIFE/life-1;jsessionid=AB'),
  put('with parameters in every segment', 'LIFE;a=b/life-1;jsessionid=AB?status=UP'),
  put('with an escaped semicolon', 'LIFE/life-1%3Bjsessionid=AB'),
  put('with {}', 'LIFE/life-1', JSON_BODY, '{}'),
  put('with a type and no body', 'LIFE/life-1', JSON_BODY),
  put('with any text', 'LIFE/life-1', { 'content-type': 'text/plain' }, 'x'),
  put('accepting JSON', 'LIFE/life-1', { accept: 'application/json' }),
  put('accepting text only', 'LIFE/life-1', { accept: 'text/plain' }),
  put('overriddenstatus from no peer', 'LIFE/life-1?overriddenstatus=DOWN'),
  put('application in lower case', 'life/life-1'),
  put('id in upper case', 'LIFE/LIFE-1'),
  put('an encoded id', 'LIFE/life%2D1'),
  put('a slash at the end', 'LIFE/life-1/'),
  put('an unknown id', 'LIFE/nope'),
  put('an unknown id, accepting JSON', 'LIFE/nope?status=UP', { accept: 'application/json' }),
  put('an unknown application', 'NOPE/life-1'),
  put('the same id in another application', 'OTHER/life-1'),
];

const STATUS: readonly Step[] = [
  put('no value', 'LIFE/life-1/status'),
  put('no such status', 'LIFE/life-1/status?value=BOGUS'),
  put('a status in lower case', 'LIFE/life-1/status?value=down'),
  register('to be half changed', 'HALF', 'half-1'),
  { ...put('garbage as version', 'HALF/half-1/status?value=DOWN&lastDirtyTimestamp=abc'), settles: false },
  remove('half changed no more', 'HALF/half-1'),
  put('unknown id', 'LIFE/nope/status?value=DOWN'),
  put('unknown application', 'NOPE/nope/status?value=DOWN'),
  put('the status it has', 'LIFE/life-3/status?value=UP'),
  put('out of service', 'LIFE/life-3/status?value=OUT_OF_SERVICE'),
  put('renewed while out of service', 'LIFE/life-3'),
  register('registered UP while out of service', 'LIFE', 'life-3', dirty(1)),
  register('registered DOWN while out of service', 'LIFE', 'life-3', { status: 'DOWN', ...dirty(2) }),
  register('registered UP again', 'LIFE', 'life-3', dirty(3)),
  put('another override over it', `LIFE/life-3/status?value=DOWN&lastDirtyTimestamp=${DIRTY + 4}`),
  remove('override removed, with UP', `LIFE/life-3/status?value=UP&lastDirtyTimestamp=${DIRTY + 5}`),
  remove('no override to remove', 'LIFE/life-3/status?value=DOWN'),
  remove('no such status', 'LIFE/life-3/status?value=BOGUS'),
  remove('of an unknown instance', 'LIFE/nope/status'),
  put('out of service once more', 'LIFE/life-3/status?value=OUT_OF_SERVICE'),
  remove('override removed, without a status', 'LIFE/life-3/status'),
  put('renewed: shall register', 'LIFE/life-3'),
  register('registered', 'LIFE', 'life-3', dirty(6)),
  put('renewed: good', 'LIFE/life-3'),
  put('UNKNOWN sticks', 'LIFE/life-3/status?value=UNKNOWN'),
  put('renewed: shall register', 'LIFE/life-3'),
  register('registered UP: stays UNKNOWN', 'LIFE', 'life-3', dirty(7)),
  put('renewed: shall register, still', 'LIFE/life-3'),
  remove('UNKNOWN removed', 'LIFE/life-3/status'),
  register('registered UP: is UP', 'LIFE', 'life-3', dirty(8)),
  put('renewed: good again', 'LIFE/life-3'),
  put('raised version', `LIFE/life-3/status?value=OUT_OF_SERVICE&lastDirtyTimestamp=${DIRTY + 5000}`),
  remove('removed', 'LIFE/life-3/status'),
  register('older than the raised version', 'LIFE', 'life-3', dirty(9)),
  put('renewed: shall register', 'LIFE/life-3'),
  register('newer than the raised version', 'LIFE', 'life-3', dirty(6000)),
  ...STATUSES.flatMap((from) =>
    STATUSES.flatMap((to) => [
      register(`${from}, to become ${to}`, 'MOVES', `${from}-${to}`, { status: from }),
      register(`${from} became ${to}`, 'MOVES', `${from}-${to}`, { status: to, ...dirty(1) }),
      put(`renewed after ${from} became ${to}`, `MOVES/${from}-${to}?status=${to}`),
    ]),
  ),
  ...STATUSES.flatMap((status) => [
    register(`brings the override ${status}`, 'BRINGS', status, { overriddenStatus: status }),
    put(`renewed with the override ${status}`, `BRINGS/${status}`),
  ]),
];

const METADATA: readonly Step[] = [
  put('entries', 'LIFE/life-1/metadata?color=blue&my_key=v%20w&size=%2B1&plus=a+b'),
  put('a repeated key', 'LIFE/life-1/metadata?color=red&color=green'),
  put('nothing', 'LIFE/life-1/metadata'),
  put('a key alone', 'LIFE/life-1/metadata?flag'),
  put('an empty value', 'LIFE/life-1/metadata?empty='),
  put('not Latin', 'LIFE/life-1/metadata?%D0%BA%D0%BB%D1%8E%D1%87=%F0%9F%98%80'),
  put('special keys', 'LIFE/life-1/metadata?constructor=1&a.b=2&a%5B0%5D=3&__proto__x=4'),
  put('with a body', 'LIFE/life-1/metadata?body=no', JSON_BODY, '{"x":"y"}'),
  put('unknown instance', 'LIFE/nope/metadata?a=b'),
  register('without metadata', 'LIFE', 'life-4', { metadata: undefined }),
  put('first entry', 'LIFE/life-4/metadata?first=1'),
  register('registered again: what was added is gone', 'LIFE', 'life-4', { metadata: {}, ...dirty(1) }),
];

const CANCEL: readonly Step[] = [
  remove('cancelled', 'LIFE/life-2'),
  remove('cancelled again', 'LIFE/life-2'),
  remove('unknown', 'LIFE/nope'),
  remove('unknown application', 'NOPE/life-1'),
  remove('id in upper case', 'LIFE/LIFE-1'),
  put('renewed after the end', `LIFE/life-2?status=UP&lastDirtyTimestamp=${DIRTY}`),
  put('status after the end', 'LIFE/life-2/status?value=UP'),
  remove('override after the end', 'LIFE/life-2/status'),
  put('metadata after the end', 'LIFE/life-2/metadata?a=b'),
  register('back again', 'LIFE', 'life-2', { status: 'UP' }),
  put('out of service', 'LIFE/life-2/status?value=OUT_OF_SERVICE'),
  remove('cancelled with its override', 'LIFE/life-2'),
  register('back without the override', 'LIFE', 'life-2', dirty(1)),
  remove('the last of its application', 'OTHER/life-1'),
  register('the goodbye of Spring: DOWN', 'LIFE', 'life-4', { status: 'DOWN', ...dirty(2) }),
  remove('the goodbye of Spring: gone', 'LIFE/life-4'),
];

const small = JSON.stringify({ instance: instanceFields('BODY', 'body-1') });
const BODIES: readonly Step[] = [
  {
    ...step('gzip', 'POST', 'apps/BODY', { ...JSON_BODY, 'content-encoding': 'gzip' }, gzipSync(small)),
    settles: false,
  },
  register('the same plain', 'BODY', 'body-1'),
  step('no body', 'POST', 'apps/BODY', JSON_BODY),
  step('no body, XML', 'POST', 'apps/BODY', { 'content-type': 'application/xml' }),
  step('no body, no type', 'POST', 'apps/BODY'),
  step(
    'type with charset and blanks',
    'POST',
    'apps/BODY',
    { 'content-type': 'Application/JSON ; charset=utf-8' },
    small,
  ),
  step('type that is none', 'POST', 'apps/BODY', { 'content-type': 'json' }, small),
  step('slash at the end', 'POST', 'apps/BODY/', JSON_BODY, small),
  register('another application than the path says', 'BODY', 'body-2', { app: 'SOUL' }),
  register('blank id', 'BODY', ' '),
  register('odd id', 'BODY', 'a b+c%2Fd/é?x#y'),
  register('application of another alphabet', 'приложение', 'unicode-1'),
  ...capturedRegistrations()
    .filter(({ name }) => name !== 'reg-repl')
    .map(({ name, path, contentType, request }) =>
      step(
        name,
        'POST',
        path.slice('/eureka/'.length),
        contentType === null ? {} : { 'content-type': contentType },
        request,
      ),
    ),
];

const REFUSED: readonly Step[] = [
  ...(
    [
      ['POST', 'apps'],
      ['PUT', 'apps'],
      ['DELETE', 'apps'],
      ['PATCH', 'apps/LIFE'],
      ['PUT', 'apps/LIFE'],
      ['DELETE', 'apps/LIFE'],
      ['POST', 'apps/LIFE/life-1'],
      ['DELETE', 'apps/LIFE/life-1/metadata'],
      ['POST', 'apps/LIFE/life-1/status'],
      ['PUT', 'instances/life-1'],
      ['DELETE', 'instances/life-1'],
      ['POST', 'vips/life'],
      ['PUT', 'svips/life'],
      ['POST', 'nothing'],
      ['PUT', 'asg/life-v001/status?value=ENABLED'],
      ['OPTIONS', 'apps'],
      ['OPTIONS', 'apps/LIFE/life-1'],
    ] as const
  ).map(([method, path]) => step(`${method} ${path}`, method, path)),
  { ...register('large', 'LARGE', 'large-1', { metadata: { text: 'x'.repeat(3_000_000) } }), settles: false },
  { ...remove('large, cancelled', 'LARGE/large-1'), settles: false },
];

/** The whole life of instances, and every wrong request about them. */
export const SCRIPT: readonly (readonly [string, readonly Step[]])[] = [
  ['registration', REGISTRATION],
  ['renewals', RENEWALS],
  ['encodings', ENCODINGS],
  ['status', STATUS],
  ['metadata', METADATA],
  ['cancels', CANCEL],
  ['bodies', BODIES],
  ['what is refused', REFUSED],
];

/** A registration with a lease of one second. */
export const expiring = (id: string): Step =>
  register('expires', 'EXPIRING', id, { leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 1 } });
export const CHANGED = register('changed once more', 'LIFE', 'life-1', {
  metadata: { version: 'last' },
  ...dirty(90_000),
});
