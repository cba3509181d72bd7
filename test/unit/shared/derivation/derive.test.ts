import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REFUSAL_CODES } from '../../../../shared/contribution/refusal.ts';
import { ClusterObjects } from '../../../../shared/ingress/cluster-objects.ts';
import { deriveCandidate, type Current } from '../../../../shared/derivation/derive.ts';
import { derivationRules } from '../../../../shared/ingress/rules.ts';
import { stripObject } from '../../../../shared/ingress/strip.ts';
import type { StrippedIngress, StrippedObject } from '../../../../shared/ingress/stripped.ts';
import { appName } from '../../../../shared/model/names.ts';
import { endpointSlice, ingress, ingressClass, namespace, service } from '../../../support/cluster-objects.ts';
import { derivationConfig } from '../../../support/derivation.ts';
import { nameTable } from '../../../support/name-table.ts';

const OTHERS: readonly StrippedObject[] = ['a', 'b'].flatMap((name) => [
  service(name),
  endpointSlice(`${name}-1`, name, 1),
]);

interface Given {
  readonly config?: Parameters<typeof derivationConfig>[0];
  readonly others?: readonly StrippedObject[];
  readonly current?: Current;
}

function derive(one: StrippedIngress, { config, others = OTHERS, current }: Given = {}) {
  const rules = derivationRules(derivationConfig(config));
  assert.ok(rules.ok);
  const objects = new ClusterObjects();
  for (const object of [...others, one]) objects.set(object);
  return deriveCandidate(one, objects, rules.value, nameTable(), current);
}

function refusal(one: StrippedIngress, given: Given = {}): string {
  const { outcome } = derive(one, given);
  return outcome.kind === 'refused' ? `${outcome.refusal.code}: ${outcome.refusal.reason}` : 'published';
}

function published(one: StrippedIngress, given: Given = {}) {
  const { outcome } = derive(one, given);
  assert.ok(outcome.kind === 'published', outcome.kind === 'refused' ? outcome.refusal.reason : '');
  return outcome.publication;
}

interface Rule {
  readonly host?: string;
  readonly paths?: Readonly<Record<string, string | null>>;
  readonly pathType?: string;
}

/** An Ingress with these rules; a path leads to a Service, or to a resource (null). */
function ruled(
  rules: readonly Rule[],
  annotations: Readonly<Record<string, string>> = {},
  spec: object = {},
): StrippedIngress {
  const backend = (name: string | null) =>
    name === null
      ? { resource: {} }
      : { service: { name, port: name.startsWith('act') ? { name: 'use-annotation' } : { number: 80 } } };
  const written = rules.map(({ host, paths, pathType = 'Prefix' }) => ({
    host,
    http: paths && { paths: Object.entries(paths).map(([path, name]) => ({ path, pathType, backend: backend(name) })) },
  }));
  const object = stripObject('Ingress', {
    metadata: {
      name: 'a',
      namespace: 'shop',
      annotations: { 'eurek8s.io/publish': 'true', 'eurek8s.io/address': '10.0.0.1', ...annotations },
    },
    spec: { rules: written, ...spec },
  });
  assert.ok(object?.kind === 'Ingress');
  return object;
}

const ROOT = { '/': 'a' };
const service80 = (name: string) => ({ service: { name, port: { number: 80 } } });

describe('the host', () => {
  test('is one that the rules name, and the one that serves everything of several', () => {
    assert.deepEqual(published(ruled([{ host: 'a.io', paths: ROOT }])).notices, []);
    const several = ruled([
      { host: 'a.io', paths: { '/x': 'a' } },
      { host: 'b.io', paths: { '/x': 'b', '/': 'a' } },
      { host: 'c.io' },
    ]);
    const { host, notices } = published(several);
    assert.equal(host, 'b.io');
    assert.equal(notices[0], 'host b.io chosen out of 2 (a.io, b.io); eurek8s.io/host chooses another');
  });

  test('is refused where none can be called, with what to do', () => {
    const end = ' with eurek8s.io/host';
    assert.equal(refusal(ruled([])), `no-host: no rule of the Ingress names a host; name the one to call${end}`);
    assert.equal(
      refusal(ruled([{ host: 'x.io' }, { paths: ROOT }])),
      `no-http-rule: the rule of host x.io has no http paths; name the host${end}`,
    );
    assert.equal(
      refusal(ruled([{ host: '*.x.io', paths: ROOT }])),
      `wildcard-host: *.x.io is no host to call; name one under it${end}`,
    );
    assert.match(
      refusal(ruled([{ host: 'a_b.io', paths: ROOT }])),
      /^bad-host: "a_b\.io" is no host to call, as it has an underscore.*: correct the rule, or name a host with eurek8s\.io\/host$/,
    );
  });

  test('that cannot be called is skipped beside others', () => {
    const { host, notices } = published(
      ruled([
        { host: 'a_b.io', paths: ROOT },
        { host: 'c.io', paths: ROOT },
      ]),
    );
    assert.equal(host, 'c.io');
    assert.match(notices.join(), /^"a_b\.io" is no host to call, as .*: it is skipped$/);
  });

  test('of an annotation is served by the rule that covers it most closely, or by the default backend', () => {
    const to = (host: string) => ({ 'eurek8s.io/host': host });
    assert.equal(
      published(
        ruled(
          [
            { host: '*.x.io', paths: ROOT },
            { host: 'c.x.io', paths: { '/': 'b' } },
          ],
          to('d.x.io'),
        ),
      ).host,
      'd.x.io',
    );
    assert.equal(
      refusal(
        ruled(
          [
            { host: 'a.io', paths: ROOT },
            { host: 'b.io', paths: ROOT },
            { host: 'a.io', paths: { '/x': 'b' } },
          ],
          to('c.io'),
        ),
      ),
      'no-host: eurek8s.io/host is "c.io", but no rule of the Ingress serves it (a.io, b.io)',
    );
    assert.equal(
      refusal(ruled([], to('c.io'))),
      'no-host: eurek8s.io/host is "c.io", but no rule of the Ingress serves it (no rules)',
    );
    assert.equal(published(ruled([], to('c.io'), { defaultBackend: service80('a') })).host, 'c.io');
  });
});

describe('the path', () => {
  const at = (
    paths: NonNullable<Rule['paths']>,
    annotations: Readonly<Record<string, string>> = {},
    spec: object = {},
  ) => ruled([{ host: 'h.io', paths }], annotations, spec);

  test('is that which serves everything, and what leads elsewhere is told', () => {
    assert.deepEqual(published(at({ '/x': 'b', '/': 'a', '/y': null })).notices, ['/x, /y of h.io lead elsewhere']);
    assert.deepEqual(published(at({ '/x': 'b', '/': 'a' })).notices, ['/x of h.io leads elsewhere']);
    assert.deepEqual(published(at({ '/x': 'a', '/': 'a' })).notices, []);
  });

  test('that does not serve everything is refused, or told where it is allowed', () => {
    const end = 'or set eurek8s.io/path: allow';
    assert.equal(
      refusal(at({ '/x': 'a', '/y': 'a' })),
      `path-not-root: h.io does not serve everything: only /x, /y of it is served, and callers know no path prefix: add a path /, ${end}`,
    );
    const exact = ruled([{ host: 'h.io', paths: { '/x': 'a', '/': 'a' }, pathType: 'Exact' }]);
    assert.equal(
      refusal(exact),
      `path-not-root: h.io does not serve everything: path / has pathType Exact, which serves nothing below it: use Prefix, ${end}`,
    );
    const below = ruled([{ host: 'h.io', paths: { '/x': 'a' }, pathType: 'Exact' }]);
    assert.match(refusal(below), /only \/x of it is served/);
    assert.deepEqual(published(at({ '/x': 'a', '/y': 'b' }, { 'eurek8s.io/path': 'allow' })).notices, [
      'published under /x only (eurek8s.io/path): callers that know no path prefix get 404',
      '/y of h.io leads elsewhere',
    ]);
  });

  test('without one that serves everything the default backend does', () => {
    const spec = { defaultBackend: service80('b') };
    assert.deepEqual(published(at({ '/x': 'a' }, {}, spec)).notices, [
      'what no path of h.io matches is served by the default backend',
      '/x of h.io leads elsewhere',
    ]);
    const bare = ruled([{ host: 'h.io' }], { 'eurek8s.io/host': 'h.io' }, spec);
    assert.deepEqual(published(bare).notices, ['h.io is served by the default backend']);
  });

  test('that leads to no Service is refused with what it leads to', () => {
    assert.equal(
      refusal(at({ '/': null })),
      'no-backend-service: path / of h.io leads to a resource, not to a Service; give it a Service',
    );
    const key = 'alb.ingress.kubernetes.io/actions.act';
    assert.equal(
      refusal(at({ '/': 'act' }, { [key]: '{"type":"fixed-response"}' })),
      `no-backend-service: path / of h.io leads to the action of ${key}, which takes all calls, not to a Service; give it a Service`,
    );
    const passing = { [key]: '{"type":"redirect","redirectConfig":{"protocol":"HTTPS"}}' };
    const alone = (name: string) =>
      `no-backend-service: h.io leads to the action of ${name} alone, not to a Service; add a path / with one`;
    assert.equal(refusal(at({ '/': 'act' }, passing)), alone(key));
    const byDefault = { defaultBackend: { service: { name: 'act2', port: { name: 'use-annotation' } } } };
    assert.equal(
      refusal(at({ '/': 'act' }, { ...passing, [`${key}2`]: '{"type":"fixed-response"}' }, byDefault)),
      alone(`${key}, ${key}2`),
    );
    assert.equal(
      refusal(ruled([{ host: 'h.io', paths: {} }])),
      'no-backend-service: h.io has no path and the Ingress no default backend; add a path / with a Service',
    );
    const { scheme, notices } = published(
      ruled([{ host: 'h.io', paths: { '/': 'act', '/*': 'a' }, pathType: 'ImplementationSpecific' }], passing),
    );
    assert.equal(scheme, 'https');
    assert.equal(notices[0], `a path of h.io leads to the action of ${key}, not to a Service: it is passed over`);
  });
});

describe('the selection', () => {
  const bare = (annotations: Readonly<Record<string, string>> = {}) =>
    ingress('a', { annotations: { 'eurek8s.io/publish': '', ...annotations } });
  const advice = 'not-selected: annotate the Ingress (or its Namespace) with eurek8s.io/publish: "true" to publish it';

  test('misses an annotation, and names the one that was most likely meant', () => {
    const without = (annotations: Readonly<Record<string, string>>): StrippedIngress => {
      const one = ingress('a');
      return { ...one, meta: { ...one.meta, annotations } };
    };
    assert.equal(refusal(without({})), advice);
    assert.equal(refusal(bare()), `${advice}; on Ingress a it is empty`);
    assert.equal(refusal(bare({ 'eurek8s.io/publish': ' ' })), `${advice}; on Ingress a it is empty`);
    const misspelled = 'did you mean eurek8s.io/publish?';
    assert.equal(
      refusal(without({ 'eurek8s.io/publsh': 'true' })),
      `${advice}; Ingress a has eurek8s.io/publsh: ${misspelled}`,
    );
    assert.equal(refusal(without({ 'eurek8s.io/app': 'x' })), advice);
    const space = namespace('shop', {}, { 'eureka8s.io/publish': 'true' });
    assert.equal(
      refusal(without({}), { others: [...OTHERS, space] }),
      `${advice}; Namespace shop has eureka8s.io/publish: ${misspelled}`,
    );
    assert.equal(
      refusal(without({}), { others: [...OTHERS, namespace('shop', {}, { 'eurek8s.io/publish': 'true' })] }),
      'published',
    );
  });

  test('allows classes, and tells of two that the Ingress names', () => {
    const config = { selection: { ingressClasses: ['x', 'y'] } };
    const end = 'selection.ingressClasses allows x, y';
    assert.equal(refusal(ingress('a'), { config }), `class-not-allowed: ingress class nginx is not allowed: ${end}`);
    assert.equal(
      refusal(ingress('a', { className: null }), { config }),
      `class-not-allowed: the Ingress has no class: ${end}`,
    );
    assert.equal(refusal(ingress('a', { className: 'y' }), { config }), 'published');
    const byDefault = [...OTHERS, ingressClass('x', true)];
    assert.equal(refusal(ingress('a', { className: null }), { config, others: byDefault }), 'published');
    const both = ruled(
      [{ host: 'h.io', paths: ROOT }],
      { 'kubernetes.io/ingress.class': 'z' },
      { ingressClassName: 'x' },
    );
    assert.equal(
      refusal(both, { config }),
      `class-not-allowed: ingress class z (of annotation kubernetes.io/ingress.class, which goes before x of the spec) is not allowed: ${end}`,
    );
    assert.deepEqual(published(both).notices, [
      'class z of annotation kubernetes.io/ingress.class counts, not x of the spec',
    ]);
  });

  test('goes by namespaces and labels', () => {
    const select = (selection: object) => refusal(ingress('a'), { config: { selection } });
    assert.equal(
      select({ namespaces: ['b', 'c'] }),
      'namespace-not-selected: selection.namespaces allows b, c, not shop',
    );
    assert.equal(
      select({ namespaceSelector: 'team=x' }),
      'namespace-not-selected: the labels of namespace shop do not match selection.namespaceSelector "team=x"',
    );
    assert.equal(select({ namespaceSelector: 'kubernetes.io/metadata.name=shop' }), 'published');
    assert.equal(
      select({ labelSelector: 'team=x' }),
      'label-not-selected: the labels of the Ingress do not match selection.labelSelector "team=x"',
    );
  });

  test('that cannot be read is told with its option', () => {
    const rules = (selection: object) => derivationRules(derivationConfig({ selection }));
    for (const option of ['namespaceSelector', 'labelSelector']) {
      const wrong = rules({ [option]: 'a b' });
      assert.ok(!wrong.ok && wrong.error.startsWith(`selection.${option}: "a b" in label selector`));
    }
  });
});

test('an Ingress that nobody selects claims no name, and one with an error keeps its claim', () => {
  const claims = (one: StrippedIngress, given?: Given): boolean => {
    const { outcome } = derive(one, given);
    return outcome.kind === 'refused' && 'claim' in outcome.refusal;
  };
  const deleting = { ...ingress('a'), meta: { ...ingress('a').meta, deleting: true } };
  const select = (selection: object): Given => ({ config: { selection } });
  const without: readonly (readonly [StrippedIngress, Given?])[] = [
    [deleting],
    [ingress('a', { annotations: { 'eurek8s.io/publish': '' } })],
    [ingress('a', { annotations: { 'eurek8s.io/publish': 'false' } })],
    [ingress('a'), select({ ingressClasses: ['x'] })],
    [ingress('a'), select({ namespaces: ['x'] })],
    [ingress('a'), select({ labelSelector: 'team=x' })],
    [{ ...ingress('a'), canaryMarks: [{ annotation: 'x/canary', service: undefined }] }],
  ];
  assert.deepEqual(
    without.map(([one, given]) => [refusal(one, given).split(':')[0], claims(one, given)]),
    [
      'being-deleted',
      'not-selected',
      'opted-out',
      'class-not-allowed',
      'namespace-not-selected',
      'label-not-selected',
      'canary',
    ].map((code) => [code, false]),
  );
  assert.ok(claims(ingress('a', { service: 'gone' })));
  assert.ok(claims(ruled([])));
  assert.ok(REFUSAL_CODES.length > without.length);
});

test('addresses of the configuration are those of the class, and a policy is there where it is said', () => {
  const config = { addresses: { nginx: ['10.9.9.9'] } };
  assert.equal(published(ingress('a'), { config }).address, '10.9.9.9');
  assert.equal(published(ingress('a', { className: null }), { config }).address, '10.20.0.80');
  assert.equal('policy' in published(ingress('a')), false);
  assert.equal(
    published(ingress('a', { annotations: { 'eurek8s.io/policy': 'kubernetes-only' } })).policy,
    'kubernetes-only',
  );
});

test('traffic that cannot be read any more stays as it was, and the fault is told', () => {
  const bad = ingress('a', { annotations: { 'eurek8s.io/traffic': 'half' } });
  assert.match(refusal(bad), /^bad-annotation: eurek8s\.io\/traffic is "half": /);
  const current: Current = { app: appName('A'), entry: undefined, traffic: { kind: 'share', percent: 25 } };
  const { outcome, fault } = derive(bad, { current });
  assert.equal(outcome.kind, 'published');
  assert.match(fault?.reason ?? '', /; what was valid last stays: 25%$/);
  assert.equal('fault' in derive(ingress('a'), { current }), false);
});

test('ports: the right protocol, and what the Service has instead', () => {
  const ported = (...ports: readonly object[]): StrippedObject => {
    const object = stripObject('Service', { metadata: { name: 'a', namespace: 'shop' }, spec: { ports } });
    assert.ok(object);
    return object;
  };
  const why = (...ports: readonly object[]) => refusal(ingress('a'), { others: [ported(...ports)] });
  assert.equal(why(), 'port-not-found: Service a has no TCP port 80; it has no ports at all: give it spec.ports');
  assert.equal(
    why({ port: 80, protocol: 'UDP' }, { port: 81, name: 'x' }, { port: 82 }),
    'port-not-found: Service a has no TCP port 80; it has 80/UDP, 81 (x), 82: correct the backend',
  );
  const many = Array.from({ length: 12 }, (_, i) => ({ port: 100 + i, name: `p${i}` }));
  assert.match(why(...many), /, 109 \(p9\) and 2 more: correct the backend$/);
  assert.match(why(...many.slice(0, 10)), /, 109 \(p9\): correct the backend$/);
  const nameless = ruled(
    [{ host: 'h.io' }],
    { 'eurek8s.io/host': 'h.io' },
    { defaultBackend: { service: { name: 'a', port: {} } } },
  );
  assert.match(
    refusal(nameless),
    /^port-not-found: the backend names no port of Service a, or two at once; the Service has 80/,
  );
});
