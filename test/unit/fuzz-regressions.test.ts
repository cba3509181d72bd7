import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { namedCases, tryAgain } from '../fuzz/regressions.ts';
import { TARGETS } from '../fuzz/targets.ts';

const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

// Inputs on which `npm run fuzz` once found a fault. Those of a server process are tried by `npm run fuzz` alone.
for (const { name, target, input, why } of namedCases()) {
  const named = TARGETS.find((each) => each.name === target);
  if (named?.process === true) continue;
  test(`fuzzing found: ${why} (${name})`, async () => {
    assert.ok(named, `there is no target ${target}`);
    const opened = await named.open();
    try {
      await tryAgain(opened, input);
    } finally {
      await opened.close?.();
    }
    // Libraries write to standard error what they read, secrets included.
    await nextTurn();
    assert.deepEqual(warnings, []);
  });
}
