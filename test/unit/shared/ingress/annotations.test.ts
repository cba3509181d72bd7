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
