import assert from 'node:assert/strict';
import { test } from 'node:test';
import packageJson from '../../../../package.json' with { type: 'json' };
import { runtimeProblem } from '../../../../server/cli/runtime-check.ts';

const engines = packageJson.engines.node;

test('the range of package.json decides which Node.js runs the program', () => {
  assert.equal(runtimeProblem(process.versions.node, engines), undefined);
  for (const version of ['26.10.0', '26.10.1', '26.11.0'])
    assert.equal(runtimeProblem(version, '>=26.10.0 <27'), undefined, version);
  for (const version of ['20.20.2', '24.21.0', '26.9.9', '27.0.0', '27.0.0-nightly'])
    assert.match(
      runtimeProblem(version, '>=26.10.0 <27') ?? '',
      /needs Node\.js >=26\.10\.0 <27, and this is/,
      version,
    );
});

test('the error for a wrong Node.js explains how to get the right one', () => {
  const text = runtimeProblem('20.20.2', engines) ?? '';
  assert.match(text, /npm ci/);
  assert.match(text, /npm run eurek8s/);
  assert.match(text, /container image/);
});
