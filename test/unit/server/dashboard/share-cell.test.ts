import assert from 'node:assert/strict';
import { test } from 'node:test';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { tableRow } from '../../../../server/dashboard/view/application-row.ts';
import type { Row } from '../../../../shared/dashboard/row.ts';

const ROW: Row = {
  name: 'CAROL',
  stage: 'kubernetes-only',
  status: 'DOWN',
  legacy: 0,
  copies: 0,
  kubernetes: 1,
  up: 0,
  hidden: 0,
  refused: 0,
  share: { asked: 'default', achievedPercent: 0 },
  sources: ['cluster'],
};

/** How long the part of those that are registered is. */
function registered(row: Row): string | undefined {
  const html = renderToString(h('tbody', null, tableRow(row, './', 0)));
  return /<rect class="registered"[^>]* width="([\d.]+)"/.exec(html)?.[1];
}

test('where nothing is UP the bar shows no part for what is registered', () => {
  assert.equal(registered(ROW), '0');
});

test('the part that Kubernetes does not get is of what is registered', () => {
  const share = { asked: '25%', achievedPercent: 25 };
  assert.equal(registered({ ...ROW, stage: 'dual', status: 'UP', legacy: 3, up: 4, share }), '75');
});
