import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFixedTraffic, parseFixedTraffic, type FixedTraffic } from '../../../../shared/contribution/traffic.ts';
import { options } from '../../../../server/config/options.ts';
import { TRAFFIC } from '../../../../shared/ingress/annotation-values.ts';

const share = (percent: number): FixedTraffic => ({ kind: 'share', percent });

for (const [text, expected] of [
  ['single', { kind: 'single' }],
  ['ready', { kind: 'ready' }],
  ['0%', share(0)],
  ['05%', share(5)],
  ['2.5%', share(2.5)],
  ['0.125%', share(0.125)],
  ['100%', share(100)],
  ['100.0%', share(100)],
  ['007%', undefined],
  ['0.1234%', undefined],
  ['100.1%', undefined],
  ['-1%', undefined],
  ['25', undefined],
  ['%', undefined],
  ['.5%', undefined],
  ['1e1%', undefined],
  ['25 %', undefined],
  ['Single', undefined],
  ['single\n', undefined],
  ['', undefined],
  ['1%,', undefined],
  ['1% 10m', undefined],
] as const)
  test(`traffic ${JSON.stringify(text)} is ${expected === undefined ? 'refused' : describeFixedTraffic(expected)}`, () => {
    assert.deepEqual(parseFixedTraffic(text), expected);
    assert.deepEqual(TRAFFIC.parse(text), expected, 'as an annotation');
    const configured = options['defaults.traffic'].kind.read(text);
    assert.deepEqual(configured.ok ? configured.value : undefined, expected, 'as defaults.traffic');
  });

test('a schedule is not what every application shall do: defaults.traffic refuses it', () => {
  const configured = options['defaults.traffic'].kind.read('1% 10m, 100%');
  assert.match(configured.ok ? '' : configured.error[0]!.message, /^expected "single", "ready" or a share /);
});
