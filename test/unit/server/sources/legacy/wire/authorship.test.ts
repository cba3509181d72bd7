import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorOf, headOf, isSigned } from '../../../../../../server/sources/legacy/wire/authorship.ts';

/** Whether an answer counts as a Eureka's, by its head, and by its body if the head does not decide. */
function counts(status: number, headers: Readonly<Record<string, string>>, body = ''): boolean {
  const head = { ...(body === '' ? { 'content-length': '0' } : {}), ...headers };
  const author = authorOf(headOf(status, head));
  return author === 'see-body' ? isSigned(status, body) : author === 'eureka';
}

const JSON_LABEL = { 'content-type': 'application/json' };
const XML_LABEL = { 'content-type': 'application/xml' };
const HTML = '<html><head><title>404 Not Found</title></head><body>nginx</body></html>';

function errorDocument(status: number, changes: object = {}): string {
  return JSON.stringify({ timestamp: '2026-11-21T03:05:48.271Z', status, path: '/eureka/apps/CAROL/c-1', ...changes });
}

test('answers of stock servers of both generations count as theirs', () => {
  assert.equal(counts(200, {}), true);
  assert.equal(counts(200, XML_LABEL), true);
  assert.equal(counts(204, XML_LABEL), true);
  assert.equal(counts(404, JSON_LABEL), true);
  assert.equal(counts(404, XML_LABEL), true);
  assert.equal(counts(404, { 'transfer-encoding': 'chunked', ...JSON_LABEL }, errorDocument(404)), true);
  const xml = '<Map><timestamp>1</timestamp><status>404</status><path>/eureka/apps/CAROL/c-1</path></Map>';
  assert.equal(counts(404, { 'content-type': 'application/xml;charset=UTF-8' }, xml), true);
  assert.equal(counts(409, JSON_LABEL, '{"instance":{"instanceId":"c-1"}}'), true);
  assert.equal(counts(409, XML_LABEL, '<instance>\n  <instanceId>c-1</instanceId></instance>'), true);
  for (const text of ['Missing hostname', 'Mismatched appName, expecting A but was B'])
    assert.equal(counts(400, XML_LABEL, text), true, text);
  assert.equal(counts(400, JSON_LABEL, '{"error": "cannot parse request body"}'), true);
  assert.equal(counts(400, XML_LABEL, '<error><message>cannot parse request body</message></error>'), true);
});

test('a balancer that puts its name on the verdict of a Eureka does not take it away', () => {
  assert.equal(counts(404, { ...JSON_LABEL, server: 'nginx', via: '1.1 proxy' }), true);
  assert.equal(counts(404, { ...JSON_LABEL, server: 'awselb/2.0' }, errorDocument(404)), true);
});

test('pages of balancers, gateways and login pages are nobody’s verdict, whatever their status', () => {
  for (const status of [200, 400, 401, 403, 404, 405, 409, 410, 413, 429]) {
    assert.equal(counts(status, { 'content-type': 'text/html; charset=utf-8' }, HTML), false, `HTML, ${status}`);
    assert.equal(counts(status, { 'content-type': 'TEXT/HTML' }), false, `empty HTML, ${status}`);
    assert.equal(counts(status, { 'content-type': 'text/plain' }, '404 page not found\n'), false, `text, ${status}`);
    assert.equal(counts(status, { 'content-type': 'application/problem+json' }, '{}'), false, `problem, ${status}`);
    assert.equal(counts(status, {}, HTML), false, `no type, ${status}`);
  }
  for (const status of [400, 401, 404, 405, 409, 410]) {
    assert.equal(counts(status, JSON_LABEL, '{"message":"no Route matched with those values"}'), false, `${status}`);
    assert.equal(counts(status, JSON_LABEL, '{"status":404,"path":"/eureka/apps/CAROL/c-1"'), false, 'cut off');
    assert.equal(counts(status, XML_LABEL, HTML), false, `XHTML, ${status}`);
  }
  for (const status of [401, 403, 405, 410]) assert.equal(counts(status, {}), false, `empty ${status}`);
});

test('an empty refusal without a type is a router’s, unless a Eurek8s says that it is its own', () => {
  for (const status of [400, 404, 409]) {
    assert.equal(counts(status, {}), false, `${status}`);
    assert.equal(counts(status, { server: 'envoy' }), false, `Envoy, ${status}`);
    assert.equal(counts(status, { 'x-eurek8s-hops': '3f2a' }), true, `Eurek8s, ${status}`);
    assert.equal(counts(status, { 'x-eurek8s-hops': '3f2a' }, HTML), false, `a page before Eurek8s, ${status}`);
  }
});

test('an error document of a gateway, or of another resource, is no verdict', () => {
  assert.equal(counts(404, JSON_LABEL, errorDocument(404, { requestId: '1f2e-7' })), false);
  assert.equal(counts(404, JSON_LABEL, errorDocument(404, { path: '/nothing' })), false);
  assert.equal(counts(404, JSON_LABEL, errorDocument(502)), false);
});

test('a body that is packed without a request for it is not examined', () => {
  assert.equal(authorOf(headOf(404, { ...JSON_LABEL, 'content-encoding': 'gzip' })), 'other');
});
