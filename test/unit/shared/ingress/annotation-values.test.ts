import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as syntax from '../../../../shared/ingress/annotation-values.ts';
import { backendPort } from '../../../../shared/ingress/backend.ts';
import { isGoFalse, isGoTrue } from '../../../../shared/ingress/go-flag.ts';

function judged<T>({ parse }: syntax.ValueSyntax<T>, texts: readonly string[]): readonly (T | undefined)[] {
  return texts.map(parse);
}

test('a port is a number from 1 to 65535 and nothing else', () => {
  assert.deepEqual(judged(syntax.PORT, ['1', '80', '65535']), [1, 80, 65_535]);
  assert.deepEqual(
    judged(syntax.PORT, ['0', '65536', '123456', 'x80', '80x', '-1', '8.0', '']).filter((port) => port !== undefined),
    [],
  );
});

test('a number of endpoints has up to four digits', () => {
  assert.deepEqual(judged(syntax.READY_COUNT, ['0', '12', '9999']), [0, 12, 9999]);
  assert.deepEqual(judged(syntax.READY_COUNT, ['10000', 'x1', '1x', '', '-1']), Array(5).fill(undefined));
});

test('a path of a page begins with a slash and has no blanks', () => {
  assert.deepEqual(judged(syntax.PAGE_PATH, ['/', '/a?b=c']), ['/', '/a?b=c']);
  assert.deepEqual(judged(syntax.PAGE_PATH, ['a/b', '/a b', '/ä', '', 'http://h/']), Array(5).fill(undefined));
});

test('a vip has something that can be seen, metadata may be empty, and neither has control characters', () => {
  assert.deepEqual(judged(syntax.VIP, ['a, b', '', ' ', 'a\tb', 'a\u007f']), ['a, b', ...Array<undefined>(4)]);
  assert.deepEqual(judged(syntax.METADATA_VALUE, ['', 'a b', ' ', 'a\nb']), ['', 'a b', undefined, undefined]);
});

test('names of applications and zones have a length, and letters that every client takes', () => {
  const long = 'a'.repeat(100);
  assert.deepEqual(judged(syntax.APP, [long, `${long}a`, 'a.b_c-1', '-a', 'a b', 'ä']), [
    long,
    undefined,
    'a.b_c-1',
    ...Array<undefined>(3),
  ]);
  assert.deepEqual(judged(syntax.ZONE, [long, `${long}a`, 'a b', 'a,b', '']), [long, ...Array<undefined>(4)]);
});

test('a list of addresses is refused with the one that is wrong', () => {
  assert.deepEqual(syntax.ADDRESSES.parse('10.0.0.1, lb.example.com'), ['10.0.0.1', 'lb.example.com']);
  assert.equal(syntax.ADDRESSES.parse('10.0.0.1,'), undefined);
  assert.notEqual(syntax.ADDRESSES.why?.('10.0.0.1,a b'), '');
  assert.equal(
    syntax.HOST.why?.('a_b.example.com'),
    'it has an underscore, with which Java callers find no host in a URL',
  );
});

test('a traffic that is no schedule by far is told what is allowed alone', () => {
  assert.equal(syntax.TRAFFIC.why?.('halfway'), undefined);
  assert.match(syntax.TRAFFIC.why?.('1% 10m, 10%x') ?? '', /^step 2 /);
  assert.equal(syntax.TRAFFIC.parse('1% 10m, 100%')?.kind, 'steps');
});

test('what is allowed is said for people', () => {
  const all = Object.values(syntax).flatMap((value) => (typeof value === 'object' ? [value.allowed] : []));
  assert.ok(
    all.every((allowed) => allowed.length > 6),
    all.join(),
  );
  assert.equal(syntax.METADATA_VALUE.allowed, 'text without control characters');
  assert.equal(syntax.SCHEME.allowed, '"http" or "https" or "both"');
});

test('a port of a backend is a number where it is written as one', () => {
  assert.deepEqual([80, '80', 'http', '080', '80a', 'a80', '123456', undefined, null, ''].map(backendPort), [
    80,
    80,
    'http',
    '080',
    '80a',
    'a80',
    '123456',
    undefined,
    undefined,
    undefined,
  ]);
});

test('flags are read as Go reads them', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) assert.ok(isGoTrue(text) && !isGoFalse(text), text);
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) assert.ok(isGoFalse(text) && !isGoTrue(text), text);
  for (const text of ['tRUE', 'yes', 'untrue', 'trues', 'x1', '10', 'nofalse', 'falsely', '00', ''])
    assert.ok(!isGoTrue(text) && !isGoFalse(text), text);
});
