import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { CredentialTable, digestOf, type Caller } from '../../../../server/auth/credential-table.ts';
import { Gate, type GateOptions } from '../../../../server/auth/gate.ts';
import { RefusalLog } from '../../../../server/auth/refusal-log.ts';
import type { ClientCertificate } from '../../../../shared/auth/client-certificate.ts';
import type { Refusal } from '../../../../shared/auth/refusal.ts';
import type { Subject } from '../../../../shared/auth/subject.ts';
import { parseNetwork } from '../../../../shared/address/network.ts';
import type { Right } from '../../../../shared/auth/rights.ts';
import { basic } from '../../../support/credentials.ts';
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
    counterOf: () => () => undefined,
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

/** One user with this right. */
function tableOf(user: string, right: Right): CredentialTable {
  const grants = [{ rights: new Set([right]), applications: undefined, vips: new Set<string>() }];
  const caller: Caller = { kind: 'known', grants, names: [user] };
  const digest = digestOf(Buffer.from(`${user}:secret`));
  return new CredentialTable({ passwords: [{ digest, caller }], tokens: [], subjects: new Map() });
}

describe('the requests of one connection', () => {
  function connection(options: Partial<GateOptions> = {}) {
    const counted: string[] = [];
    const inForce = { table: tableOf('team', 'read') };
    const { gate } = gateWith({
      anonymous: [],
      credentials: () => inForce.table,
      counterOf: (caller) => () => void counted.push(caller.names[0] ?? caller.kind),
      ...options,
    });
    const { socket } = requestFrom('10.0.0.7');
    const ask = (authorization: string | undefined, url = '/eureka/apps', method = 'GET'): unknown => {
      const request = Object.assign(new IncomingMessage(socket), { method, url, headers: { authorization } });
      const verdict = gate.verdict(request);
      return refused(verdict)?.status ?? verdict;
    };
    return { ask, counted, inForce };
  }
  const RIGHT = basic('team', 'secret');

  test('each has rights of its own, and each that needs one is counted', () => {
    const { ask, counted } = connection();
    const verdicts = [
      ask(RIGHT),
      ask(RIGHT),
      ask(RIGHT, '/readyz'),
      ask(RIGHT, '/eurek8s/callers'),
      ask(basic('team', 'guess')),
      ask(undefined),
      ask(RIGHT, '/eureka/apps/ALICE', 'POST'),
      ask(RIGHT, '/eureka/apps/ALICE'),
    ];
    assert.deepEqual(verdicts, ['admitted', undefined, 'open', 'admitted', 401, 401, 403, undefined]);
    assert.deepEqual(counted, ['team', 'team', 'team', 'wrong', 'none', 'team', 'team']);
  });

  test('what another state of the file does not allow is refused from then on', () => {
    const { ask, inForce } = connection();
    assert.deepEqual([ask(RIGHT), ask(RIGHT)], ['admitted', undefined]);
    inForce.table = tableOf('team', 'register');
    assert.equal(ask(RIGHT), 403);
    inForce.table = tableOf('other', 'read');
    assert.equal(ask(RIGHT), 401);
    inForce.table = tableOf('team', 'read');
    assert.equal(ask(RIGHT), 'admitted');
  });

  test('a certificate counts for as long as it is believed', () => {
    const subject = 'CN=team' as Subject;
    const { grants } = tableOf('team', 'read').ofHeader(RIGHT) ?? { grants: [] };
    const subjects = new Map([[subject, { kind: 'known', grants, names: ['team'] } as const]]);
    const table = new CredentialTable({ passwords: [], tokens: [], subjects });
    let certificate: ClientCertificate | undefined = { kind: 'believed', subject, shown: subject };
    const { ask } = connection({ credentials: () => table, certificateOf: () => certificate });
    assert.deepEqual([ask(undefined), ask(undefined)], ['admitted', 'admitted']);
    certificate = undefined;
    assert.equal(ask(undefined), 401);
  });
});
