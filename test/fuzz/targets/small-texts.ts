import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { parsePercent } from '../../../server/config/quantities.ts';
import { parseAddressOrHost } from '../../../shared/address/address-or-host.ts';
import { parseHostName } from '../../../shared/address/host-name.ts';
import { parseNetwork } from '../../../shared/address/network.ts';
import { describeSteps, parseSteps } from '../../../shared/contribution/schedule.ts';
import { describeFixedTraffic, parseFixedTraffic } from '../../../shared/contribution/traffic.ts';
import { parseIngressHost } from '../../../shared/ingress/ingress-host.ts';
import { parseLabelSelector } from '../../../shared/ingress/label-selector.ts';
import { describeDuration, parseDuration } from '../../../shared/text/duration.ts';
import { parseRfc3339, rfc3339 } from '../../../shared/text/rfc3339.ts';
import type { Random } from '../engine/random.ts';
import { target, type NamedTarget } from '../engine/target.ts';
import { mutatedText } from '../input/text-mutation.ts';

const TRAFFICS = ['single', 'ready', '25%', '100.000%', '0.5%', '1% 10m, 10% 1h, 100%', '1% 1s,2% 365d,  3%'];
const TIMES = ['250ms', '5s', '1.5h', '2d', '2026-03-01T10:00:00Z', '2026-02-28t23:59:60.123456+13:30', '30%', '99.9%'];
const SELECTORS = ['team=blue', 'tier in (web, api),!old', 'a.b/c notin (x)', 'a!=b', 'a==b,c'];
const ADDRESSES = [
  '10.0.0.7',
  'fd00::7',
  '::ffff:10.0.0.7',
  'fe80::1%eth0',
  '[::1]',
  '10.42.0.0/16',
  'fd00::/8',
  'alice.example.com.',
  'bücher.example',
  'a_b.example',
  '0x7f.1',
  '*.example.com',
];

function oneOf(texts: readonly string[]): (random: Random) => string {
  return (random) => mutatedText(random.pick(texts), random, texts);
}

function trafficOf(input: string) {
  return { fixed: parseFixedTraffic(input), steps: parseSteps(input) };
}

function timesOf(input: string) {
  return { duration: parseDuration(input), moment: parseRfc3339(input), percent: parsePercent(input) };
}

function addressesOf(input: string) {
  return {
    name: parseHostName(input),
    host: parseIngressHost(input),
    address: parseAddressOrHost(input),
    network: parseNetwork(input),
  };
}

export const SMALL_TEXTS: readonly NamedTarget[] = [
  target('traffic', 'shares of the traffic and schedules', () => ({
    generate: oneOf(TRAFFICS),
    read: trafficOf,
    judge: (_input, { fixed, steps }) => {
      if (fixed !== undefined) assert.deepEqual(parseFixedTraffic(describeFixedTraffic(fixed)), fixed);
      if (!steps.ok) return fixed === undefined ? 'refused' : 'accepted';
      for (const { percent, lasts } of steps.value)
        assert.ok(percent >= 0 && percent <= 100 && Number.isSafeInteger(lasts));
      assert.deepEqual(parseSteps(describeSteps({ kind: 'schedule', startsAt: 0, steps: steps.value })), steps);
      return 'accepted';
    },
  })),
  target('times', 'durations, moments and percentages', () => ({
    generate: oneOf(TIMES),
    read: timesOf,
    judge: (_input, { duration, moment, percent }) => {
      if (duration !== undefined && Number.isSafeInteger(duration))
        assert.equal(parseDuration(describeDuration(duration)), duration);
      if (moment !== undefined) assert.equal(parseRfc3339(rfc3339(moment)), moment);
      if (percent !== undefined) assert.ok(percent >= 0 && percent <= 100);
      return [duration, moment, percent].every((each) => each === undefined) ? 'refused' : 'accepted';
    },
  })),
  target('label-selector', 'label selectors of the configuration', () => ({
    generate: oneOf(SELECTORS),
    read: parseLabelSelector,
    judge: (_input, parsed) => {
      if (!parsed.ok) return 'refused';
      const written = parsed.value.map((each) => {
        if ('values' in each) return `${each.key} ${each.operator} (${each.values.join(',')})`;
        return each.operator === 'exists' ? each.key : `!${each.key}`;
      });
      assert.deepEqual(parseLabelSelector(written.join(',')), parsed);
      return 'accepted';
    },
  })),
  target('addresses', 'addresses, host names and networks', () => ({
    generate: oneOf(ADDRESSES),
    read: addressesOf,
    judge: (input, { name, host, address, network }) => {
      if (name.ok) {
        assert.deepEqual(parseHostName(name.value), name);
        assert.equal(isIP(name.value), 0);
        assert.equal(URL.parse(`http://${name.value}/`)?.hostname, name.value);
      }
      if (host.ok) assert.deepEqual(name, host);
      if (address.ok) {
        assert.deepEqual(parseAddressOrHost(address.value), address);
        assert.ok(isIP(address.value) !== 0 || name.ok);
      }
      if (network.ok) assert.ok(isIP(input.split('/', 1)[0] ?? '') !== 0);
      return name.ok || address.ok || network.ok ? 'accepted' : 'refused';
    },
  })),
];
