import { gzipSync } from 'node:zlib';
import type { Random } from '../engine/random.ts';
import { mutatedBytes, textOfBytes, utf8Bytes } from '../input/byte-mutation.ts';
import { INSTANCES_JSON, REGISTRATIONS_JSON, REGISTRATIONS_XML } from '../input/captures.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { mutatedText } from '../input/text-mutation.ts';
import { ODD_NUMBERS } from '../input/tokens.ts';
import { INSTANCE_WORDS } from '../input/words.ts';
import { mutatedXml } from '../input/xml-mutation.ts';

// Requests as bytes on a connection: well-formed ones with odd parts, several in a row, and then damaged at any place.

const METHODS = [
  'GET',
  'GET',
  'GET',
  'PUT',
  'POST',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'QUERY',
  'get',
];
const PATHS = [
  '/eureka/apps',
  '/eureka/apps/',
  '/eureka/apps/delta',
  '/eureka/v2/apps/PAYMENTS',
  '/eureka/apps/PAYMENTS/pay-1',
  '/eureka/apps/PAYMENTS/pay-1/status?value=DOWN&lastDirtyTimestamp=1',
  '/eureka/apps/PAYMENTS/pay-1/metadata?a=b&c=d',
  '/eureka/apps/PAYMENTS/pay-1?status=UP&lastDirtyTimestamp=1795000000000',
  '/eureka/vips/payments',
  '/eureka/svips/payments',
  '/eureka/instances/pay-1',
  '/eureka/peerreplication/batch',
  '/eureka/asg/payments-v001/status?value=DISABLED',
  '/eureka/v1/apps/ORDERS/i-0a1b2c3d4e5f60001',
  '/peer/eureka/apps',
  '/healthz',
  '/readyz',
  '/metrics',
  '/',
  '/eurek8s/explain/PAYMENTS',
  '/eurek8s/whatif/payments?zone=zone1&client=springlb',
  '/eurek8s/sources',
  '/eurek8s/refusals',
  '/eurek8s/holds',
  '/eurek8s/holds/legacy-1/release',
  '*',
  'http://eurek8s/eureka/apps',
];
const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['Accept', ['application/json', 'application/xml', '*/*', 'text/plain', 'text/html;q=0.1', '']],
  ['Accept-Encoding', ['gzip', 'identity', 'br, gzip;q=0']],
  ['X-Eureka-Accept', ['compact', 'full']],
  ['Content-Type', ['application/json', 'application/xml', 'application/json;charset=latin1', 'text/plain', 'x']],
  ['Content-Encoding', ['gzip', 'identity', 'br', 'x-gzip']],
  ['Content-Length', ODD_NUMBERS],
  ['Transfer-Encoding', ['chunked', 'gzip, chunked', 'identity', 'chunked, chunked', 'xchunked']],
  ['Expect', ['100-continue', '200-ok']],
  ['Connection', ['close', 'keep-alive', 'upgrade', 'x']],
  ['Upgrade', ['websocket', 'h2c']],
  ['X-Netflix-Discovery-Replication', ['true', 'false', 'x']],
  ['DiscoveryIdentity-Name', ['DefaultClient', 'DefaultServer']],
  ['X-Eurek8s-Hops', ['a, b, a', ',,,']],
  ['X-Forwarded-For', ['10.0.0.1, 10.0.0.2', 'x']],
  ['Authorization', ['Basic Zm9vOmJhcg==', 'Bearer x', 'Basic']],
  ['Origin', ['http://evil.example']],
  ['Sec-Fetch-Site', ['cross-site', 'same-origin']],
  ['Cookie', ['a=b']],
  ['Range', ['bytes=0-1']],
  ['If-None-Match', ['*']],
  ['User-Agent', ['curl/8.5.0', 'Java-EurekaClient/v2.0.6']],
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', ''];
const MAX_PIPELINED = 4;

function body(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return '';
    case 1:
      return utf8Bytes(mutatedXml(random.pick(REGISTRATIONS_XML), random, INSTANCE_WORDS));
    case 2:
      return '{}';
    case 3: {
      const instance = mutatedJson(random.pick(INSTANCES_JSON), random, INSTANCE_WORDS);
      const action = random.pick(['Register', 'Heartbeat', 'Cancel', 'StatusUpdate', 'x']);
      return utf8Bytes(
        `{"replicationList":[{"appName":"PAYMENTS","id":"pay-1","action":"${action}","lastDirtyTimestamp":1,"instanceInfo":${instance}}]}`,
      );
    }
    default:
      return utf8Bytes(
        random.chance(0.3)
          ? random.pick(REGISTRATIONS_JSON)
          : mutatedJson(random.pick(REGISTRATIONS_JSON), random, INSTANCE_WORDS),
      );
  }
}

/** In chunks of HTTP, whose sizes may be wrong. */
function chunked(bytes: string, random: Random): string {
  const at = random.below(bytes.length + 1);
  const parts = [bytes.slice(0, at), bytes.slice(at)].filter((part) => part !== '');
  const extension = random.chance(0.1) ? ';a=b' : '';
  const sized = parts.map(
    (part) => `${(part.length + (random.chance(0.05) ? 1 : 0)).toString(16)}${extension}\r\n${part}\r\n`,
  );
  return `${sized.join('')}0\r\n${random.chance(0.1) ? 'trailer: x\r\n' : ''}\r\n`;
}

function request(random: Random): string {
  const path = random.pick(PATHS);
  const line = `${random.pick(METHODS)} ${random.chance(0.5) ? mutatedText(path, random, PATHS) : path} ${random.pick(VERSIONS)}`;
  const headers = Array.from({ length: random.below(5) }, () => {
    const [name, values] = random.pick(HEADERS);
    const value = random.pick(values);
    return `${name}: ${random.chance(0.15) ? mutatedText(value, random, values) : value}\r\n`;
  });
  const packed = random.chance(0.1);
  const plain = body(random);
  const bytes = packed ? textOfBytes(gzipSync(Buffer.from(plain, 'latin1'))) : plain;
  if (packed) headers.push('Content-Encoding: gzip\r\n');
  const isChunked = random.chance(0.3);
  headers.push(
    isChunked
      ? 'Transfer-Encoding: chunked\r\n'
      : `Content-Length: ${random.chance(0.05) ? random.pick(ODD_NUMBERS) : bytes.length}\r\n`,
  );
  const head = `${line}\r\nHost: eurek8s\r\n${headers.join('')}\r\n`;
  return utf8Bytes(head) + (isChunked ? chunked(bytes, random) : bytes);
}

export function requestBytes(random: Random): string {
  const requests = Array.from({ length: random.chance(0.7) ? 1 : 1 + random.below(MAX_PIPELINED) }, () =>
    request(random),
  );
  const bytes = requests.join('');
  return random.chance(0.35) ? mutatedBytes(bytes, random, METHODS) : bytes;
}
