import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { queriesOf, readBoard } from '../support/grafana-board.ts';

const board = readBoard();
const shown = board.panels.filter(({ type }) => type !== 'row');

test('each metric of the board for Grafana is in the reference, or one of the process', () => {
  const reference = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'metrics.md'), 'utf8');
  const known = new Set([...reference.matchAll(/^\| `(eurek8s_\w+)`/gm)].map(([, name]) => name));
  const named = queriesOf(board).flatMap((query) => query.match(/\b(?:eurek8s|nodejs|process)_\w+/g) ?? []);
  const unknown = named.filter((name) => name.startsWith('eurek8s_') && !known.has(name));
  assert.deepEqual(unknown, []);
  assert.ok(new Set(named).size > 30, `${new Set(named).size} metrics`);
});

test('each panel asks for the chosen replicas, of the chosen Prometheus, and says what it means', () => {
  for (const { title, description = '', datasource, targets = [] } of shown) {
    assert.match(description, /\.$/, title);
    assert.equal(datasource?.uid, '$datasource', title);
    assert.ok(targets.length > 0, title);
    for (const { expr, legendFormat } of targets) {
      const selectors = expr.match(/_\w+\{/g) ?? [];
      assert.equal(expr.match(/\{job=~"\$job",instance=~"\$instance"/g)?.length, selectors.length, expr);
      assert.notEqual(legendFormat, '', title);
    }
  }
  const names = board.templating.list.map(({ name }) => name);
  assert.deepEqual(names, ['datasource', 'job', 'instance']);
});

test('no panel lies on another, and each has its own number and title', () => {
  assert.equal(new Set(board.panels.map(({ id }) => id)).size, board.panels.length);
  assert.equal(new Set(board.panels.map(({ title }) => title)).size, board.panels.length);
  const cells = new Set<string>();
  for (const { title, gridPos } of board.panels)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(x < 24 && !cells.has(`${x} ${y}`), title);
        cells.add(`${x} ${y}`);
      }
});
