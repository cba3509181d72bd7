import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryMarks, canaryRefusal, isCanary } from '../../../../shared/ingress/canary.ts';
import { actionBackend, isActionPort } from '../../../../shared/ingress/controller-action.ts';

const ALB = 'alb.ingress.kubernetes.io/';

function backend(steps: unknown, conditions?: unknown): unknown {
  return actionBackend('x', {
    [`${ALB}actions.x`]: typeof steps === 'string' ? steps : JSON.stringify(steps),
    [`${ALB}conditions.x`]: conditions,
  });
}

const forward = (...targetGroups: readonly object[]) => ({ type: 'forward', forwardConfig: { targetGroups } });
const group = (serviceName: string, weight?: unknown) => ({ serviceName, servicePort: '80', weight });
const TAKES_ALL = { action: `${ALB}actions.x`, otherCalls: 'none', toHttps: false };
const PASSES = { action: `${ALB}actions.x`, otherCalls: 'next-path', toHttps: false };

test('a backend is an action by the name of its port', () => {
  assert.deepEqual(
    [isActionPort({ name: 'use-annotation' }), isActionPort({ name: 'http' }), isActionPort({})],
    [true, false, false],
  );
});

test('an action that forwards is the Service with most of the calls, with the others besides', () => {
  assert.deepEqual(backend(forward(group('a'))), { service: 'a', port: 80 });
  assert.deepEqual(backend(forward(group('a', 10), group('b', '90'), group('a', 20))), {
    service: 'b',
    port: 80,
    besides: ['a'],
  });
  assert.deepEqual(backend(forward(group('a', 50), group('b', 50), group('c', 50))), {
    service: 'a',
    port: 80,
    besides: ['b', 'c'],
  });
  assert.deepEqual(backend(forward(group('a', 50), group('a', 20))), { service: 'a', port: 80 }, 'one Service twice');
  assert.deepEqual(backend(forward(group('a', 0), group('b', 1))), { service: 'b', port: 80 });
  assert.deepEqual(backend(forward(group('a', 'some'), { servicePort: 80 })), TAKES_ALL);
  const listed = [
    { Type: 'ForwardGroup', ForwardConfig: { ServerGroups: [{ ServiceName: 'a', ServicePort: 'http' }] } },
  ];
  assert.deepEqual(backend(listed), { service: 'a', port: 'http' });
});

test('with conditions the calls that do not meet them go on', () => {
  assert.deepEqual(backend(forward(group('a')), '[]'), PASSES);
  assert.deepEqual(backend({ type: 'fixed-response' }, '[]'), PASSES);
});

test('a fixed response takes all calls, as does a redirect to another place', () => {
  const redirect = (redirectConfig: object) => backend({ type: 'redirect', redirectConfig });
  assert.deepEqual(backend({ type: 'fixed-response' }), TAKES_ALL);
  assert.deepEqual(redirect({ host: 'other.example.com' }), TAKES_ALL);
  assert.deepEqual(redirect({ path: '/other' }), TAKES_ALL);
  assert.deepEqual(redirect({ host: 'other.example.com', protocol: 'HTTPS' }), { ...TAKES_ALL, toHttps: true });
  assert.deepEqual(redirect({ protocol: 'HTTPS', port: '443' }), { ...PASSES, toHttps: true });
  assert.deepEqual(redirect({ Host: '#{host}', Path: '/#{path}', Protocol: 'https' }), { ...PASSES, toHttps: true });
  assert.deepEqual(redirect({ host: '${host}', path: '/${path}' }), PASSES);
  assert.deepEqual(redirect({ host: '#{path}' }), TAKES_ALL);
  assert.deepEqual(redirect({ path: '#{host}' }), TAKES_ALL);
  assert.deepEqual(redirect({ path: '/a/#{path}' }), TAKES_ALL);
  assert.deepEqual(redirect({ path: '#{path}/a' }), TAKES_ALL);
});

test('an action that cannot be read, or is of another kind, lets calls pass', () => {
  for (const steps of [
    'no json',
    '',
    '7',
    '[]',
    '[7, null]',
    { type: 'authenticate-oidc', redirectConfig: { protocol: 'https', host: 'x' } },
    {},
  ])
    assert.deepEqual(backend(steps), PASSES, JSON.stringify(steps));
  assert.deepEqual(actionBackend('x', {}), PASSES);
  const inOrder = [{ type: 'authenticate-oidc', forwardConfig: { targetGroups: [group('b')] } }, forward(group('a'))];
  assert.deepEqual(backend(inOrder), { service: 'a', port: 80 });
});

const marked = (annotations: Readonly<Record<string, unknown>>): readonly (string | undefined)[] =>
  canaryMarks(annotations).map(({ annotation, service }) => service ?? annotation);

test('a canary is known by the annotations of its controller', () => {
  for (const [annotation, value] of [
    ['nginx.ingress.kubernetes.io/canary', ' true '],
    ['a.b.ingress.kubernetes.io/canary', 'true'],
    ['ingress.kubernetes.io/canary', '1'],
    ['higress.io/canary', true],
    ['haproxy.org/route-acl', 'rand(100) lt 25'],
    ['haproxy.com/route-acl', 'x'],
    ['ingress.kubernetes.io/route-acl', 'x'],
    ['haproxy-ingress.github.io/http-header-match', 'x'],
    ['ingress.kubernetes.io/http-header-match-regex', 'x'],
    ['konghq.com/headers.x-canary', 'yes'],
    ['konghq.com/methods', 'GET'],
    ['zalando.org/skipper-predicate', 'Traffic(.5)'],
    ['zalando.org/skipper-predicate', 'Path("/") && Method("GET")'],
    ['zalando.org/skipper-predicate', 'Methods("GET")'],
    ['zalando.org/skipper-predicate', 'HeaderRegexp("a", "b")'],
  ] as const) {
    assert.deepEqual(marked({ [annotation]: value }), [annotation]);
    assert.ok(isCanary(canaryMarks({ [annotation]: value })));
  }
});

test('what only looks like the mark of a canary is none', () => {
  for (const [annotation, value] of [
    ['nginx.ingress.kubernetes.io/canary', 'false'],
    ['nginx.ingress.kubernetes.io/canary-weight', 'true'],
    ['nginxingress.kubernetes.io/canary', 'true'],
    ['x.higress.io/canary', 'true'],
    ['x.haproxy.org/route-acl', 'x'],
    ['haproxy.org/route-acls', 'x'],
    ['haproxy.org/route-acl', ' '],
    ['haproxy-ingress.github.io/http-header-match-all', 'x'],
    ['x.haproxy-ingress.github.io/http-header-match', 'x'],
    ['my.konghq.com/methods', 'GET'],
    ['konghq.com/methods-x', 'GET'],
    ['konghq.com/headers.', 'x'],
    ['zalando.org/skipper-predicate', 'Host("a") && Path("/")'],
    ['zalando.org/skipper-predicate', 'NoTraffic(.5)'],
    ['zalando.org/skipper-predicate-x', 'Traffic(.5)'],
  ] as const)
    assert.deepEqual(marked({ [annotation]: value }), [], `${annotation} ${value}`);
  assert.equal(canaryMarks({}), canaryMarks({ a: 'b' }), 'one list for all objects without marks');
});

test('conditions of AWS take calls away unless they are about hosts and paths', () => {
  const conditions = (value: string) => marked({ [`${ALB}conditions.svc`]: value });
  const field = (name: string) => ({ field: name });
  assert.deepEqual(conditions(JSON.stringify([field('http-header')])), ['svc']);
  assert.deepEqual(conditions(JSON.stringify([field('host-header'), field('http-header')])), ['svc']);
  assert.deepEqual(conditions(JSON.stringify([field('host-header'), field('path-pattern')])), []);
  assert.deepEqual(conditions('[]'), []);
  assert.deepEqual(conditions(''), []);
  assert.deepEqual(conditions('no json'), ['svc']);
  assert.equal(isCanary(canaryMarks({ [`${ALB}conditions.svc`]: 'no json' })), false);
});

test('a mark refuses what it is on, or the Service that it is about', () => {
  const marks = canaryMarks({ [`${ALB}conditions.svc`]: 'x' });
  assert.equal(canaryRefusal([], 'svc', 'Ingress a'), undefined);
  assert.equal(canaryRefusal(marks, 'other', 'Ingress a'), undefined);
  assert.equal(canaryRefusal(marks, undefined, 'Ingress a'), undefined);
  assert.equal(canaryRefusal(marks, 'svc', 'Ingress a')?.code, 'canary');
  const all = canaryMarks({ 'nginx.ingress.kubernetes.io/canary': 'true' });
  for (const service of ['svc', undefined]) assert.equal(canaryRefusal(all, service, 'Ingress a')?.code, 'canary');
});
