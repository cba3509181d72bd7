import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallerRow } from '../../../../server/census/caller-row.ts';
import { CallerTable } from '../../../../server/census/caller-table.ts';
import { appName } from '../../../../shared/model/names.ts';
import { questionOf, writingOf } from '../../../../shared/census/question.ts';
import { ownCopy } from '../../../../shared/text/own-copy.ts';
import { heapInUse } from '../../../support/heap-in-use.ts';

test('a copy has the text, cut where it is too long', () => {
  assert.deepEqual(
    [ownCopy('', 3), ownCopy('abc', 3), ownCopy('abcd', 3), ownCopy('名前', 1)],
    ['', 'abc', 'abc', '名'],
  );
});

test('names that are remembered do not keep the long URLs that they come from', () => {
  const padding = 'x'.repeat(16_000);
  const url = (path: string): string => Buffer.from(`/eureka/${path}?${padding}`).toString('latin1');
  const remembered: unknown[] = [];
  const before = heapInUse();
  for (let i = 0; i < 2000; i++) {
    remembered.push(
      questionOf(url(`vips/a-name-of-a-vip-${i}`)),
      questionOf(url(`apps/AN-APPLICATION-${i}/an-id-${i}`)),
    );
    remembered.push(writingOf('PUT', url(`apps/AN-APPLICATION-${i}/an-id-${i}`)));
  }
  const bytes = heapInUse() - before;
  assert.equal(remembered.length, 6000);
  // The URLs have 96 MB.
  assert.ok(bytes < 10_000_000, `${bytes} bytes`);
});

test('nor do the applications that a caller renews', () => {
  const padding = 'x'.repeat(16_000);
  const rows: CallerRow[] = [];
  const table = new CallerTable();
  const before = heapInUse();
  for (let i = 0; i < 2000; i++) {
    if (i % 100 === 0) rows.push(newRow(table, `10.0.0.${i / 100}`));
    const url = Buffer.from(`/eureka/apps/AN-APPLICATION-${i}/an-id-${i}?${padding}`).toString('latin1');
    const row = rows.at(-1);
    assert.ok(row !== undefined);
    table.countWriting(row, appName(url.slice('/eureka/apps/'.length, url.lastIndexOf('/'))), 'renew', 1);
  }
  const bytes = heapInUse() - before;
  assert.equal(
    rows.reduce((sum, { registers }) => sum + registers.size, 0),
    2000,
  );
  // The URLs have 32 MB.
  assert.ok(bytes < 5_000_000, `${bytes} bytes`);
});

function newRow(table: CallerTable, address: string): CallerRow {
  const identity = { name: undefined, version: undefined, id: undefined };
  const row = table.row({ address, userAgent: 'client/1', identity, credentials: [] }, 0);
  assert.ok(row !== undefined);
  return row;
}
