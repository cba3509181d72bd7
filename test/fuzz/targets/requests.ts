import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { readHeartbeat } from '../../../server/http/heartbeat-url.ts';
import {
  codingOf,
  detailOf,
  instanceFormat,
  instanceVariant,
  listFormat,
  listVariant,
  prefersText,
} from '../../../server/http/negotiate.ts';
import { nextTarget, placeOf } from '../../../server/sources/legacy/wire/redirect.ts';
import { headOf, authorOf, isHtml, isSigned } from '../../../server/sources/legacy/wire/authorship.ts';
import { networkAround } from '../../../shared/address/network.ts';
import { readAuthorization } from '../../../shared/auth/authorization.ts';
import { clientAddress } from '../../../shared/auth/client-address.ts';
import { notFromLoopback } from '../../../shared/auth/loopback.ts';
import { fromOtherOrigin } from '../../../shared/auth/other-origin.ts';
import { isEurekaPath, requiredRight } from '../../../shared/auth/required-right.ts';
import { parseSubject } from '../../../shared/auth/subject.ts';
import { hopsOf } from '../../../shared/model/hops.ts';
import { target, type NamedTarget } from '../engine/target.ts';
import { mutatedText } from '../input/text-mutation.ts';
import { checkLine } from '../oracle/reason.ts';

function spelled(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const ACCEPTS = [
  'application/json',
  'application/xml;q=0.9, application/json; q=0.1',
  '*/*',
  'application/*;q=0.5, text/plain',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'gzip, deflate, br',
  'gzip;q=0, identity',
  'x-gzip',
  'compact',
];
const URLS = [
  '/eureka/apps/ORDERS/i-1?status=UP&lastDirtyTimestamp=1795000000000',
  '/eureka/v2/apps/ORDERS/host%3Aorders%3A8080?lastDirtyTimestamp=1',
  '/eureka/apps/ORDERS/i-1',
  '/eureka/apps/',
  '/healthz',
  '/readyz/',
  '//eureka//apps',
  '/peer/eureka/apps',
  '/%65ureka/apps',
  '/eurek8s/holds/1/release',
  '/eureka?x=/healthz',
];
const PREFIXES = ['/eureka/apps/', '/eureka/v2/apps/'];
const HEADERS = [
  'Basic Zmxl5XQ6czNjcmV0',
  'Basic ZmxlZXQ6',
  'Bearer abc.def',
  '10.0.0.7, 192.168.1.1:443, [fd00::7]:80',
  'CN=batch, O=Acme\\, Inc.+OU=x, 2.5.4.3=\\C3\\A4',
  'localhost:8761',
  'http://eurek8s.example:8761',
  'same-origin',
  'a-1, b-2, c-3',
];
const LOCATIONS = [
  'http://eureka-2:8761/eureka/apps/ORDERS',
  '/eureka/v2/apps/',
  '//other/eureka',
  'https://user:pass@x/y?z',
  '../apps',
];
const PAGES = [
  '<!-- a --><!-- b --><!DOCTYPE html><html>',
  '<?xml version="1.0"?><instance></instance>',
  '{"instance":{"app":"X"}}',
  '<Map><timestamp>1</timestamp><status>404</status><error>Not Found</error><path>/eureka/apps/X/i</path></Map>',
  '{"timestamp":1,"status":404,"error":"Not Found","path":"/eureka/apps/X/i"}',
  'Missing instanceId',
  '{ "error": "cannot parse request body"}',
];
const TRUSTED = ['10.0.0.0/8', 'fd00::/8'].flatMap((text) => {
  const network = networkAround(text);
  return network.ok ? [network.value] : [];
});

function negotiated(accept: string) {
  return {
    list: listFormat(accept),
    one: instanceFormat(accept),
    coding: codingOf(accept),
    detail: detailOf(accept),
    text: prefersText(accept, 'curl/8'),
  };
}

/** The same as the framework reads it, without regard to speed; `undefined`: it would judge the URL itself. */
function plainHeartbeat(
  url: string,
): { readonly app: string; readonly id: string; readonly dirty: string | null } | undefined {
  const mark = url.indexOf('?');
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const prefix = PREFIXES.find((each) => path.startsWith(each));
  const [app = '', id = '', ...more] = path.slice(prefix?.length ?? 0).split('/');
  if (prefix === undefined || more.length > 0) return undefined;
  return {
    app: decodeURIComponent(app),
    id: decodeURIComponent(id),
    dirty: new URLSearchParams(query).get('lastDirtyTimestamp'),
  };
}

export const REQUESTS: readonly NamedTarget[] = [
  target('negotiation', 'Accept and the other headers that choose a form of the answer', () => ({
    generate: (random) => mutatedText(random.pick(ACCEPTS), random, ACCEPTS),
    read: negotiated,
    judge: (input, found) => {
      // What is remembered of a header is what it means, and neither case nor blanks around commas mean anything.
      const headers = { accept: input, 'accept-encoding': input, 'x-eureka-accept': input };
      assert.equal(listVariant(headers)?.format, found.list);
      if (found.list !== undefined) assert.equal(listVariant(headers)?.coding, found.coding);
      assert.equal(instanceVariant(headers), found.one);
      if (/^\p{ASCII}*$/u.test(input)) assert.deepEqual(negotiated(input.toUpperCase()), found);
      assert.deepEqual(negotiated(input.replaceAll(',', ' , ')), found);
      return found.list === undefined ? 'refused' : 'accepted';
    },
    growsTo: 16 * 1024,
  })),
  target('urls', 'paths and queries, the rights they need, and the fast path of heartbeats', () => ({
    generate: (random) => mutatedText(random.pick(URLS), random, URLS),
    read: (input) => ({
      heartbeat: readHeartbeat(input, PREFIXES),
      rights: (['GET', 'PUT', 'POST', 'DELETE'] as const).map((method) => requiredRight(method, input)),
      isEureka: isEurekaPath(input),
    }),
    judge: (input, { heartbeat, rights, isEureka }) => {
      if (rights.includes('open')) assert.match(input, /^\/(?:healthz|readyz|actuator\/health)\/?(?:[?#]|$)/);
      else assert.deepEqual(rights, ['read', ...Array.from({ length: 3 }, () => (isEureka ? 'register' : 'operate'))]);
      if (heartbeat === undefined) return 'refused';
      assert.equal(isEureka, true);
      const plain = plainHeartbeat(input);
      assert.deepEqual(plain && { app: plain.app, id: plain.id }, { app: heartbeat.app, id: heartbeat.id });
      if (heartbeat.lastDirtyTimestamp !== undefined) assert.equal(Number(plain?.dirty), heartbeat.lastDirtyTimestamp);
      else assert.equal(plain?.dirty, null);
      return 'accepted';
    },
    growsTo: 16 * 1024,
  })),
  target('identities', 'Authorization, X-Forwarded-For, subjects of certificates, Host and Origin, hops', () => ({
    generate: (random) => mutatedText(random.pick(HEADERS), random, HEADERS),
    read: (input) => ({
      authorization: readAuthorization(input),
      address: clientAddress('10.0.0.1', input, TRUSTED),
      subject: parseSubject(input),
      hops: hopsOf(input),
      loopback: notFromLoopback('127.0.0.1', { host: input }),
      origin: fromOtherOrigin({ host: 'eurek8s', origin: input }),
    }),
    judge: (input, { authorization, address, subject, hops, loopback }) => {
      assert.notEqual(isIP(address), 0);
      assert.equal(clientAddress('203.0.113.9', input, TRUSTED), '203.0.113.9');
      assert.ok(hops.length <= 16);
      const named = URL.parse(`http://${input}/`)?.hostname;
      if (loopback === undefined)
        assert.match(named ?? '', /^(?:localhost|127\.[\d.]+|\[::1\]|\[::ffff:7f[\da-f:]+\])$/);
      if (authorization?.kind === 'basic')
        assert.equal(
          authorization.userPass,
          Buffer.from(input.trim().split(/ +/)[1] ?? '', 'base64').toString('latin1'),
        );
      return authorization !== undefined || subject.ok ? 'accepted' : 'refused';
    },
    growsTo: 16 * 1024,
  })),
  target('redirects', 'Location headers of the legacy', () => ({
    generate: (random) => mutatedText(random.pick(LOCATIONS), random, LOCATIONS),
    read: (location) =>
      nextTarget(
        { origin: 'https://eureka-1:8761', path: '/eureka/apps/ORDERS' },
        { status: 307, location },
        'apps/ORDERS',
      ),
    judge: (_input, next) => {
      if (!next.ok) {
        checkLine(next.error);
        return 'refused';
      }
      assert.ok(next.value !== undefined && next.value.origin.startsWith('https://'));
      assert.ok(!next.value.origin.includes('@'));
      assert.match(spelled(next.value.path.split('?', 1)[0] ?? ''), /\/apps\/ORDERS\/?$/);
      placeOf(next.value, 'apps/ORDERS');
      return 'accepted';
    },
    growsTo: 16 * 1024,
  })),
  target('authorship', 'who wrote an answer: a Eureka, or something in front of it', () => ({
    generate: (random) => mutatedText(random.pick(PAGES), random, PAGES),
    read: (input) => ({ html: isHtml(input), signed: [200, 400, 404, 409].map((status) => isSigned(status, input)) }),
    judge: (input, { html, signed }) => {
      // A page for people is no registry's word.
      if (/^\s*<(?:!doctype\s+html|html)\b/i.test(input)) assert.ok(html && !signed.includes(true));
      authorOf(headOf(404, { 'content-type': input, 'content-length': input }));
      return signed.includes(true) ? 'accepted' : 'refused';
    },
    growsTo: 32 * 1024,
  })),
];
