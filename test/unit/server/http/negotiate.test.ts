import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codingOf, detailOf, instanceFormat, listFormat, prefersText } from '../../../../server/http/negotiate.ts';

const ACCEPTS: readonly {
  readonly accept: string | undefined;
  readonly list: 'json' | 'xml' | undefined;
  readonly one: 'json' | 'xml' | undefined;
}[] = [
  // Traps 5 and 60: no Accept, or any type, is XML; py-eureka-client and Prometheus read nothing else.
  { accept: undefined, list: 'xml', one: 'xml' },
  { accept: '', list: 'xml', one: 'xml' },
  { accept: '*/*', list: 'xml', one: 'xml' },
  { accept: 'application/*', list: 'xml', one: 'xml' },
  { accept: 'application/xml', list: 'xml', one: 'xml' },
  // Trap 6: json anywhere means JSON for a list, whatever precedes it; single instances are negotiated.
  { accept: 'application/json', list: 'json', one: 'json' },
  { accept: 'Application/JSON', list: 'json', one: 'json' },
  { accept: 'application/json, application/*+json', list: 'json', one: 'json' },
  { accept: 'application/xml, application/json', list: 'json', one: 'xml' },
  { accept: 'application/json;q=0.5, application/xml;q=0.1', list: 'json', one: 'json' },
  { accept: 'application/json;q=0.1, application/xml', list: 'json', one: 'xml' },
  { accept: 'application/json ; q = 0.1 , */*', list: 'json', one: 'xml' },
  { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', list: 'xml', one: 'xml' },
  { accept: '*/*;q=0.1, application/xml;q=0', list: 'xml', one: 'json' },
  // 406, as on stock servers: nothing that is offered is acceptable.
  { accept: 'text/html', list: undefined, one: undefined },
  { accept: 'text/json', list: undefined, one: undefined },
  { accept: 'application/*+json', list: undefined, one: undefined },
  { accept: 'application/json;q=0', list: undefined, one: undefined },
  { accept: '*/*;q=0.000', list: undefined, one: undefined },
  // An invalid quality counts as absent.
  { accept: 'application/json;q=x', list: 'json', one: 'json' },
  { accept: 'application/json;q=1.5, application/xml;q=0.9', list: 'json', one: 'json' },
  { accept: ',;,', list: undefined, one: undefined },
];

for (const { accept, list, one } of ACCEPTS)
  test(`Accept ${accept ?? '(absent)'}: ${list ?? '406'} for lists, ${one ?? '406'} for one instance`, () => {
    assert.equal(listFormat(accept), list);
    assert.equal(instanceFormat(accept), one);
  });

test('only those who name gzip get it', () => {
  for (const coding of [
    'gzip',
    'GZIP',
    'x-gzip',
    'gzip, deflate, br',
    'br;q=1, gzip;q=0.1',
    'deflate,gzip',
    'gzip;q=x',
  ])
    assert.equal(codingOf(coding), 'gzip', coding);
  for (const coding of [undefined, '', '*', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0', 'gzipped', 'gzip;q=0, *'])
    assert.equal(codingOf(coding), 'identity', String(coding));
});

test('X-Eureka-Accept is compact or full, and anything else is full', () => {
  for (const value of ['compact', 'COMPACT', ' compact ']) assert.equal(detailOf(value), 'compact', value);
  for (const value of [undefined, '', 'full', 'bogus', 'compact,full'])
    assert.equal(detailOf(value), 'full', String(value));
});

test('text is for curl without an Accept of its own, and for clients that prefer it to JSON', () => {
  assert.ok(prefersText('*/*', 'curl/8.5.0'));
  assert.ok(prefersText(undefined, 'curl/8.5.0'));
  assert.ok(prefersText('text/plain', undefined));
  assert.ok(prefersText('text/*;q=0.9, application/json;q=0.5', 'Wget/1.21'));
  assert.ok(!prefersText('application/json', 'curl/8.5.0'));
  assert.ok(!prefersText('*/*', 'Wget/1.21'));
  assert.ok(!prefersText(undefined, undefined));
  assert.ok(!prefersText('text/html,application/xhtml+xml,*/*;q=0.8', 'Mozilla/5.0'));
});
