import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpRequest } from '../support/http-request.ts';
import { startWatchedProcess, type WatchedProcess } from '../support/watched-process.ts';
import { until } from '../testbed/until.ts';
import { startAttacker, type Attacker } from './attacker.ts';
import type { AttackKind, AttackState } from './attacks.ts';
import { Reader, type Latency } from './reader.ts';

// The limits of a real server process while clients misbehave in numbers: its memory is bounded, and ordinary clients are
// answered meanwhile. How long reads take beside the load is printed and not judged: it depends on the machine.

const MIB = 1024 * 1024;
/** Megabytes of the full answer that slow readers ask for; `EUREK8S_LOAD_MB=100` for the longer edition. */
const ANSWER_MB = Number(process.env['EUREK8S_LOAD_MB'] ?? 24);
const INSTANCE_BYTES = 4000;
const BATCH = 200;
const READS = 40;
const CONNECTION_LIMIT = 10_000;
const PATIENT = { timeoutMs: 120_000, everyMs: 100 };

/** Descriptors that a process may have here, but for those that it needs itself. */
function connectionsPossible(): number {
  const granted = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return Math.min(granted === 'unlimited' ? Number.POSITIVE_INFINITY : Number(granted) - 200, CONNECTION_LIMIT - 100);
}

interface Phase {
  readonly kind: AttackKind;
  readonly connections: number;
  /** Whether it has begun in earnest. */
  readonly isOn: (state: AttackState) => boolean;
  /** Mebibytes that it may occupy at most. */
  readonly mayTake: number;
}

describe('limits under load', () => {
  let server: WatchedProcess;
  let reader: Reader;
  before(async () => {
    server = await startWatchedProcess({ config: { leases: { enabled: true }, log: { level: 'error' } } });
    reader = new Reader(server.url);
    await register(server.url, 'READ', 10, 200);
    await reader.latency(READS);
  });
  after(async () => {
    reader.close();
    await server.stop();
  });

  /** Attacks, reads meanwhile, and ends the attack after `during`. */
  async function underLoad(
    t: TestContext,
    { kind, connections, isOn, mayTake }: Phase,
    during: (attacker: Attacker) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const alone = await reader.latency(READS);
    const memoryBefore = server.resident();
    await server.read();
    const attacker = startAttacker(kind, server.port, connections);
    let peak = memoryBefore;
    const sampling = setInterval(() => (peak = Math.max(peak, server.resident())), 20);
    try {
      await until(`${kind} is on`, () => Promise.resolve(isOn(attacker.state())), PATIENT);
      const loaded = await reader.latency(READS);
      await during(attacker);
      const { busyMs } = await server.read();
      await attacker.stop();
      const again = await reader.latency(READS);
      const facts = describeLoad(kind, connections, attacker.state(), alone, loaded, again);
      t.diagnostic(
        `${facts}; memory ${mib(memoryBefore)} before, ${mib(peak)} at most, ${mib(server.resident())} after; longest turn of the event loop ${busyMs.toFixed(0)} ms of CPU time`,
      );
      assert.ok(server.runs());
      assert.ok(peak - memoryBefore < mayTake * MIB, `it took ${mib(peak - memoryBefore)}, more than ${mayTake} MiB`);
    } finally {
      clearInterval(sampling);
      await attacker.stop();
    }
  }

  test('ten thousand idle connections', async (t) => {
    const connections = connectionsPossible();
    if (connections < CONNECTION_LIMIT - 100)
      t.diagnostic(`the system grants descriptors for ${connections} connections only`);
    await underLoad(t, {
      kind: 'idle',
      connections,
      isOn: ({ answered }) => answered >= connections,
      mayTake: 250,
    });
  });

  test('more connections than the limit: the rest is refused and counted, those that are there are served', async (t) => {
    if (connectionsPossible() < CONNECTION_LIMIT - 100) return t.skip('the system grants too few descriptors for it');
    const before = await metric('eurek8s_connections_cut_total{reason="limit"}');
    await underLoad(t, {
      kind: 'idle',
      connections: CONNECTION_LIMIT + 300,
      isOn: ({ answered, ended }) => answered >= CONNECTION_LIMIT - 100 && ended >= 200,
      mayTake: 250,
    });
    await until(
      'it is counted',
      async () => (await metric('eurek8s_connections_cut_total{reason="limit"}')) > before,
      PATIENT,
    );
  });

  test('slow headers: each connection is ended with 408', async (t) => {
    const connections = Math.min(1000, connectionsPossible());
    await underLoad(
      t,
      { kind: 'slow-headers', connections, isOn: ({ open }) => open >= connections, mayTake: 200 },
      async (attacker) => {
        await until('all are ended', () => Promise.resolve(attacker.state().ended >= connections), PATIENT);
        assert.deepEqual(Object.keys(attacker.state().byStatus), ['408']);
      },
    );
  });

  test('slow bodies: those beyond the limit of all bodies are refused with 503, and small ones are not', async (t) => {
    await underLoad(
      t,
      { kind: 'slow-bodies', connections: 600, isOn: ({ byStatus }) => (byStatus['503'] ?? 0) > 300, mayTake: 250 },
      async () => {
        await register(server.url, 'ORDINARY', 1, 200);
      },
    );
    assert.ok((await metric('eurek8s_refused_requests_total{reason="too-many-bodies"}')) > 300);
  });

  test('a storm of registrations, of many instances and of one', async (t) => {
    await underLoad(t, {
      kind: 'many-instances',
      connections: 50,
      isOn: ({ answered }) => answered > 1000,
      mayTake: 300,
    });
    await underLoad(
      t,
      { kind: 'one-instance', connections: 50, isOn: ({ answered }) => answered > 1000, mayTake: 200 },
      (attacker) => {
        assert.deepEqual(Object.keys(attacker.state().byStatus), ['204']);
        return Promise.resolve();
      },
    );
  });

  test(`slow readers of an answer of ${ANSWER_MB} MB: they hold no copies of it`, async (t) => {
    await register(server.url, 'LARGE', Math.ceil((ANSWER_MB * 1_000_000) / INSTANCE_BYTES), INSTANCE_BYTES);
    const headers = { accept: 'application/json' };
    const { body } = await httpRequest(`${server.url}/eureka/apps`, { headers, timeoutMs: 120_000 });
    assert.ok(body.length > ANSWER_MB * 900_000, `the answer has ${body.length} characters`);
    const readers = 60;
    await underLoad(
      t,
      { kind: 'slow-readers', connections: readers, isOn: ({ open }) => open >= readers, mayTake: 6 * ANSWER_MB + 150 },
      async () => {
        await sleep(3000);
      },
    );
  });

  async function metric(name: string): Promise<number> {
    const { body } = await httpRequest(`${server.url}/metrics`, { timeoutMs: 60_000 });
    const line = body.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length) ?? 0);
  }
});

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

function describeLoad(
  kind: AttackKind,
  connections: number,
  { answered, byStatus }: AttackState,
  alone: Latency,
  loaded: Latency,
  again: Latency,
): string {
  const [before, meanwhile, afterwards] = [alone, loaded, again].map(
    ({ median, slowest }) => `${median.toFixed(2)} (${slowest.toFixed(1)})`,
  );
  const statuses = Object.entries(byStatus).map(([status, count]) => `${count} × ${status}`);
  return `${kind}, ${connections} connections, ${answered} answers (${statuses.join(', ')}): a read took ${before} ms before, ${meanwhile} ms meanwhile, ${afterwards} ms after (median, slowest in brackets): ${(loaded.median / Math.max(alone.median, again.median)).toFixed(1)} times as long`;
}

/** Registers instances with so many bytes each, in batches as peers send them. */
async function register(url: string, app: string, instances: number, bytes: number): Promise<void> {
  for (let first = 0; first < instances; first += BATCH) {
    const replicationList = Array.from({ length: Math.min(BATCH, instances - first) }, (_, i) => ({
      appName: app,
      id: `${app}-${first + i}`,
      action: 'Register',
      instanceInfo: {
        instanceId: `${app}-${first + i}`,
        app,
        hostName: 'h.example',
        ipAddr: '10.0.0.1',
        status: 'UP',
        dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
        metadata: { filling: String(first + i).padEnd(bytes, 'x') },
      },
    }));
    const answer = await httpRequest(`${url}/eureka/peerreplication/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ replicationList }),
      timeoutMs: 120_000,
    });
    assert.equal(answer.status, 200);
  }
}
