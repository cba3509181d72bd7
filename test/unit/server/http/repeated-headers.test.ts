import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { rememberHeaders, repeatedHeaders } from '../../../../server/http/repeated-headers.ts';

function isRemembered(raw: readonly string[]): boolean {
  const socket = new Socket();
  const headers = {};
  rememberHeaders(socket, raw, headers);
  const repeated = repeatedHeaders(socket, raw);
  assert.ok(repeated === undefined || repeated === headers);
  return repeated !== undefined;
}

function headers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => [`h${i}`, 'v']).flat();
}

describe('the headers of the last request of a connection', () => {
  test('are remembered as long as they are few and short', () => {
    assert.ok(isRemembered([]));
    assert.ok(isRemembered(headers(32)));
    assert.ok(isRemembered(['name', 'v'.repeat(1020)]));
  });

  test('are not where they are many, however short, or long', () => {
    assert.ok(!isRemembered(headers(33)));
    assert.ok(!isRemembered(['name', 'v'.repeat(1021)]));
  });
});
