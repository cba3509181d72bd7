import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseEndpoint } from '../../../../shared/ingress/endpoint.ts';
import type { ListenerMark } from '../../../../shared/ingress/stripped.ts';

const NOTHING = { scheme: undefined, port: undefined, securePort: undefined };
const mark = (says: ListenerMark['says'], ports: Partial<ListenerMark> = {}): ListenerMark => ({
  annotation: `x/${says}`,
  says,
  ...ports,
});

function endpoint(
  listenerMarks: readonly ListenerMark[],
  tlsHosts: readonly string[] = [],
  asked: Partial<Parameters<typeof chooseEndpoint>[2]> = {},
) {
  return chooseEndpoint({ tlsHosts, listenerMarks }, 'a.example.com', { ...NOTHING, ...asked });
}

const plain = { scheme: 'http', port: 80, securePort: 443, notices: [] };

test('the scheme is that of spec.tls, by the host or a pattern over it', () => {
  assert.deepEqual(endpoint([]), plain);
  for (const host of ['a.example.com', '*.example.com', '*'])
    assert.deepEqual(endpoint([], [host]), { ...plain, scheme: 'https' });
  for (const host of ['b.example.com', '*.com', 'example.com', '']) assert.deepEqual(endpoint([], [host]), plain);
});

test('a mark of the controller goes before spec.tls, and is told where the two differ', () => {
  const byMark = 'the scheme is https by x/https; eurek8s.io/scheme sets another';
  assert.deepEqual(endpoint([mark('https')]), { ...plain, scheme: 'https', notices: [byMark] });
  assert.deepEqual(endpoint([mark('https')], ['*']), { ...plain, scheme: 'https' });
  const noHttps = 'the scheme is http, as x/http has no https, whatever spec.tls says; eurek8s.io/scheme sets another';
  assert.deepEqual(endpoint([mark('http')], ['*']), { ...plain, notices: [noHttps] });
  assert.deepEqual(endpoint([mark('http')]), plain);
  assert.equal(endpoint([mark('http'), mark('https')]).scheme, 'https');
  assert.equal(endpoint([mark('both')], ['*']).scheme, 'https');
});

test('ports of marks are taken, the first of each kind, and annotations of ours go before', () => {
  const both = [
    mark('redirects'),
    mark('both', { port: 8080, securePort: 8443 }),
    mark('both', { port: 9, securePort: 9 }),
  ];
  const { port, securePort } = endpoint(both);
  assert.deepEqual([port, securePort], [8080, 8443]);
  const asked = endpoint(both, [], { port: 81, securePort: 444, scheme: 'both' });
  assert.deepEqual(asked, { scheme: 'both', port: 81, securePort: 444, notices: [] });
});

test('a port that the scheme does not have is told', () => {
  const notice = (scheme: 'http' | 'https') => endpoint([], [], { scheme, port: 81, securePort: 444 }).notices;
  assert.deepEqual(notice('http'), ['eurek8s.io/secure-port has no effect as the scheme is http']);
  assert.deepEqual(notice('https'), ['eurek8s.io/port has no effect as the scheme is https']);
  assert.deepEqual(endpoint([], [], { scheme: 'http', port: 81 }).notices, []);
  assert.deepEqual(endpoint([], [], { scheme: 'https', securePort: 444 }).notices, []);
});

test('what only makes https likely is told, unless the scheme is said or https anyway', () => {
  const likely = [mark('redirects'), mark('passes-tls'), mark('both')];
  assert.deepEqual(endpoint(likely).notices, [
    'x/redirects redirects http calls to https, which callers of Ribbon do not follow: if the host is served by https, set eurek8s.io/scheme: https',
    'x/passes-tls leaves TLS to the Pods: if they are called by https, set eurek8s.io/scheme: https',
  ]);
  assert.deepEqual(endpoint(likely, ['*']).notices, []);
  assert.deepEqual(endpoint(likely, [], { scheme: 'http' }).notices, []);
});

test('that all calls are turned away is told whatever the scheme', () => {
  const notice =
    'x/turns-away redirects all calls to another place, which callers of Ribbon do not follow: none reaches the Service';
  assert.deepEqual(endpoint([mark('turns-away')]).notices, [notice]);
  assert.deepEqual(endpoint([mark('turns-away')], ['*'], { scheme: 'https' }).notices, [notice]);
});
