import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { Gate, type GateOptions } from '../../../../server/auth/gate.ts';
import { RefusalLog } from '../../../../server/auth/refusal-log.ts';
import type { Refusal } from '../../../../shared/auth/refusal.ts';
import { parseNetwork } from '../../../../shared/address/network.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

/** A request of this peer, whatever address the test itself has. */
function requestFrom(peer: string | undefined, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  return Object.assign(request, {
    method: 'POST',
    url: '/eurek8s/holds/x/release',
    headers: { host: 'localhost:8761', ...headers },
  });
}

function gateWith(options: Partial<GateOptions> = {}) {
  const lines: object[] = [];
  const log = { ...SILENT_LOG, warn: (fields: object) => void lines.push(fields) };
  const gate = new Gate({
    anonymous: ['read', 'register'],
    credentials: undefined,
    certificateOf: undefined,
    trustedProxies: [],
    refusals: new RefusalLog(log, new SteppedClock(), NO_METRICS),
    countCaller: () => undefined,
    ...options,
  });
  return { gate, lines };
}

function refused(verdict: ReturnType<Gate['verdict']>): Refusal | undefined {
  return typeof verdict === 'string' ? undefined : verdict;
}

test('without a file the machine itself operates, and nobody else, whatever he calls us', () => {
  const { gate, lines } = gateWith();
  for (const peer of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    assert.equal(gate.verdict(requestFrom(peer)), 'admitted', peer);
  for (const peer of ['10.0.0.7', '192.168.1.1', '::ffff:10.0.0.7', 'fe80::1', '2001:db8::1', '0.0.0.0', undefined])
    for (const host of ['localhost:8761', '127.0.0.1', '[::1]:8761']) {
      const refusal = refused(gate.verdict(requestFrom(peer, { host })));
      assert.deepEqual([refusal?.status, refusal?.code], [403, 'not-loopback'], `${peer} for ${host}`);
      assert.ok(refusal?.reason.endsWith(`the request came from ${peer ?? 'nowhere'}`));
    }
  assert.ok(lines.length > 0);
});

test('a refusal names the client of a trusted proxy, and else the peer', () => {
  const proxies = ['10.0.0.0/8'].flatMap((text) => {
    const network = parseNetwork(text);
    return network.ok ? [network.value] : [];
  });
  const headers = { 'x-forwarded-for': '192.0.2.7' };
  for (const [trustedProxies, named] of [
    [proxies, '192.0.2.7'],
    [[], '10.0.0.7'],
  ] as const) {
    const { gate, lines } = gateWith({ trustedProxies });
    assert.equal(refused(gate.verdict(requestFrom('10.0.0.7', headers)))?.status, 403);
    assert.deepEqual(
      lines.map((line) => 'peer' in line && line.peer),
      [named],
    );
  }
});
