import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFiles, reportFiles, type FollowedFiles } from '../../../../shared/api/files.ts';

const NOW = 1_750_000_000_000;
const good: FollowedFiles = { option: 'auth.file', files: ['/a'], since: NOW - 5_000, problem: undefined, notes: [] };
const bad: FollowedFiles = { ...good, option: 'listen.tls', files: ['/b', '/c'], problem: 'no key' };
const noted: FollowedFiles = { ...good, option: 'legacy.tls', notes: ['ends in 3 days'] };

test('followed files are current, or outdated with what is wrong', () => {
  const [current, outdated] = reportFiles([good, bad], NOW);
  assert.deepEqual(current, { ...good, state: 'current', since: '2025-06-15T15:06:35.000Z', ageMs: 5_000 });
  assert.deepEqual([outdated?.state, outdated?.problem], ['outdated', 'no key']);
});

test('the short list has only what needs a look, the full one has every file', () => {
  const reports = reportFiles([good, bad, noted], NOW);
  const short = renderFiles(reports, 'short').split('\n');
  assert.match(short[0] ?? '', /^FILES OF +STATE +AGE/);
  assert.match(short[1] ?? '', /^listen\.tls +outdated +5 ?s/);
  assert.match(short[2] ?? '', /^ +the last good one stays in force: no key$/);
  assert.match(short[3] ?? '', /^legacy\.tls +current/);
  assert.match(short[4] ?? '', /^ +ends in 3 days$/);
  assert.deepEqual(short.slice(5), ['']);
  const full = renderFiles(reports, 'full').split('\n');
  assert.match(full[1] ?? '', /^auth\.file +current/);
  for (const file of ['/a', '/b', '/c']) assert.ok(full.some((line) => line.trim() === file && line !== file));
  assert.equal(renderFiles(reportFiles([good], NOW), 'short'), '');
});
