import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAnnotations, type ParsedAnnotations } from '../../../../shared/ingress/annotations.ts';

function parse(annotations: Readonly<Record<string, string>>): ParsedAnnotations {
  const parsed = parseAnnotations(annotations);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
  return parsed.value;
}

function refusal(annotations: Readonly<Record<string, string>>): string {
  const parsed = parseAnnotations(annotations);
  assert.equal(parsed.ok, false);
  return parsed.ok ? '' : parsed.error;
}

test('no annotation of ours asks for nothing', () => {
  const { overrides, notices, ...rest } = parse({ 'kubernetes.io/ingress.class': 'nginx' });
  assert.ok(Object.values(rest).every((value) => value === undefined));
  assert.deepEqual(notices, []);
  assert.equal(overrides.metadata.size, 0);
});

test('surrounding blanks are no part of a value', () => {
  assert.equal(parse({ 'eurek8s.io/port': ' 8080 ' }).port, 8080);
});

test('shares may have decimals', () => {
  assert.deepEqual(parse({ 'eurek8s.io/traffic': '2.5%' }).traffic, { kind: 'share', percent: 2.5 });
  assert.deepEqual(parse({ 'eurek8s.io/traffic': '0%' }).traffic, { kind: 'share', percent: 0 });
  assert.deepEqual(parse({ 'eurek8s.io/traffic': '100%' }).traffic, { kind: 'share', percent: 100 });
});

for (const value of ['100.1%', '-1%', '25', '%', 'half', '1e1%'])
  test(`traffic "${value}" is refused with the allowed values`, () => {
    assert.match(
      refusal({ 'eurek8s.io/traffic': value }),
      /eurek8s\.io\/traffic is ".*": allowed is "single", "ready"/,
    );
  });

test('all bad values are named at once', () => {
  const text = refusal({ 'eurek8s.io/port': '0', 'eurek8s.io/scheme': 'ftp', 'eurek8s.io/metadata.x': 'a\u0000b' });
  for (const key of ['port', 'scheme', 'metadata.x']) assert.ok(text.includes(`eurek8s.io/${key}`), text);
});

test('metadata keys come in a stable order and may be empty text', () => {
  const { metadata } = parse({ 'eurek8s.io/metadata.b': '', 'eurek8s.io/metadata.a': '1' }).overrides;
  assert.deepEqual(
    [...metadata],
    [
      ['a', '1'],
      ['b', ''],
    ],
  );
});

test('a metadata key that is a property of every object does no harm', () => {
  const annotations = JSON.parse('{"eurek8s.io/metadata.__proto__": "x"}') as Record<string, string>;
  assert.deepEqual([...parse(annotations).overrides.metadata], [['__proto__', 'x']]);
});

test('a mistyped key brings a notice with the key that was meant', () => {
  const { notices } = parse({ 'eurek8s.io/secureport': '443', 'eurek8s.io/Zone': 'a', 'eurek8s.io/whatever': '1' });
  assert.deepEqual(notices, [
    'unknown annotation eurek8s.io/Zone is ignored: did you mean eurek8s.io/zone?',
    'unknown annotation eurek8s.io/secureport is ignored: did you mean eurek8s.io/secure-port?',
    'unknown annotation eurek8s.io/whatever is ignored',
  ]);
});

test('an address that is none is refused with what is wrong about it', () => {
  assert.match(
    refusal({ 'eurek8s.io/address': '10.0.0.1, 10.0.0.256' }),
    /separated by commas \("10\.0\.0\.256" is neither an IP address nor a host name: it ends in a number/,
  );
  assert.match(refusal({ 'eurek8s.io/host': '10.0.0.1' }), /one host name without .* \(it is an IP address\)$/);
});

test('addresses and hosts are taken in their one spelling', () => {
  const { address, host } = parse({
    'eurek8s.io/address': 'FD00::A, [::1], LB.Example.com.',
    'eurek8s.io/host': 'Carol.Example.com.',
  });
  assert.deepEqual(address, ['fd00::a', '::1', 'lb.example.com']);
  assert.equal(host, 'carol.example.com');
});

test('an annotation that is empty, unknown or idle has no effect, and is told', () => {
  const { notices } = parse({
    'eurek8s.io/app': '',
    'eurek8s.io/zone': ' ',
    'eurek8s.io/port': '80',
    'eurek8s.io/prot': '80',
    'eurek8s.io/whatever-else': 'x',
    'eurek8s.io/traffic': '25%',
    'eurek8s.io/traffic-start': '2026-03-01T10:00:00Z',
    'other.io/app': '',
  });
  assert.deepEqual(notices, [
    'annotation eurek8s.io/app is empty: it counts as not said',
    'annotation eurek8s.io/zone is empty: it counts as not said',
    'unknown annotation eurek8s.io/prot is ignored: did you mean eurek8s.io/port?',
    'unknown annotation eurek8s.io/whatever-else is ignored',
    'annotation eurek8s.io/traffic-start is ignored: eurek8s.io/traffic is no schedule',
  ]);
});

test('a start that is not said, or blank, is nothing to tell', () => {
  for (const start of [{}, { 'eurek8s.io/traffic-start': ' ' }]) {
    const { notices } = parse({ 'eurek8s.io/traffic': '25%', ...start });
    assert.ok(!notices.some((notice) => notice.includes('is ignored')), notices.join());
  }
});

test('metadata under a misspelled prefix is told with its key', () => {
  const [notice] = parse({ 'eureka8s.io/metadata.team': 'a' }).notices;
  assert.equal(
    notice,
    'unknown annotation eureka8s.io/metadata.team is ignored: did you mean eurek8s.io/metadata.team?',
  );
});

test('keys of metadata are names of XML elements, and values may be empty', () => {
  const { metadata } = parse({ 'eurek8s.io/metadata.a_b-C.1': ' x ', 'eurek8s.io/metadata._z': '' }).overrides;
  assert.deepEqual(
    [...metadata],
    [
      ['_z', ''],
      ['a_b-C.1', 'x'],
    ],
  );
  for (const key of ['1a', 'a b', 'a/b', 'ä', 'a$', ''])
    assert.match(
      refusal({ [`eurek8s.io/metadata.${key}`]: 'x' }),
      /: a metadata key begins with a letter and has letters, digits, "\.", "_" and "-"$/,
    );
  assert.equal(
    refusal({ 'eurek8s.io/metadata.zone': 'x' }),
    'eurek8s.io/metadata.zone is not allowed: use eurek8s.io/zone',
  );
});

test('only what nearly is our domain is taken for ours', () => {
  const notices = (key: string): number => parse({ [key]: 'x' }).notices.length;
  assert.equal(notices('eureka8s.io/x'), 1);
  assert.equal(notices('EUREK8S.io/x'), 1);
  for (const key of [
    '/eurek8s.io',
    'eurek8s.io',
    'my-eurek8s.io/x',
    'example.com/eurek8s.io',
    'europe.example.com/x',
    'urek8s.io/x',
  ])
    assert.equal(notices(key), 0, key);
});

test('a schedule without a start is told what to write, and what was most likely meant', () => {
  const steps = { 'eurek8s.io/traffic': '1% 10m, 100%' };
  const reason =
    'eurek8s.io/traffic is a schedule: it begins at eurek8s.io/traffic-start, a time as in RFC 3339 with its offset, such as "2026-03-01T10:00:00Z"';
  assert.equal(refusal(steps), reason);
  assert.equal(
    refusal({ ...steps, 'eurek8s.io/trafic-start': 'x' }),
    `${reason}; eurek8s.io/trafic-start says nothing`,
  );
});
