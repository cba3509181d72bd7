import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../test/support/cpu-time.ts';
import { FakeKubernetes } from '../../test/support/fake-kubernetes.ts';
import { firstShown } from '../../test/support/followed-change.ts';
import { until } from '../../test/testbed/until.ts';
import { INGRESS_CLASS, putApplications, type PublishedApplication } from '../data/ingresses.ts';
import { ask, JSON_GZIP, keptConnections, textOf } from '../load/ask.ts';
import { residentBytes } from '../machine.ts';
import { figure, memoryMb, ms } from '../report/text.ts';
import type { Bench, Section, SectionResult, Table } from '../section.ts';
import { startEurek8s } from '../servers/eurek8s.ts';
import { stage, type Server } from '../servers/server.ts';
import { percentile } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';

interface Size {
  readonly applications: number;
  /** The time in which nothing changes, in parts of these seconds. A watch lasts 4.4 to 5.3 minutes. */
  readonly quietParts: number;
  readonly partSeconds: number;
  readonly changes: number;
}

const FULL: Size = { applications: 10_000, quietParts: 6, partSeconds: 60, changes: 100 };
const QUICK: Size = { applications: 1_000, quietParts: 1, partSeconds: 3, changes: 4 };

const HOUR_SECONDS = 3_600;
const ADDRESS = '10.1.2.3';

export const kubernetes: Section = {
  name: 'kubernetes',
  title: 'Ten thousand Ingresses',
  about:
    'An API server of the tests (HTTP/2 over TLS, pages as it is asked for, a bookmark a minute) has 10,000 Ingresses, each with a Service and an EndpointSlice, in 500 namespaces. Measured are the time from the last page of the lists, and from the first request, to the first complete answer of `GET /eureka/apps`; resident memory afterwards; CPU time and requests while nothing changes, for six minutes, in which each watch ends once in good order; and the time from a change at the API server (an annotation, and the readiness of all endpoints, in turn) to the answer that shows it. Quick mode: 1,000 Ingresses, 3 s, and no bars.',
  run: async (bench) =>
    stage(async (keep) => {
      const size = bench.quick ? QUICK : FULL;
      const api = await keep(FakeKubernetes.start('tls-http2'));
      const applications = putApplications(api.state, size.applications);
      const dir = join(bench.workDir, 'kubernetes');
      mkdirSync(dir);
      const kubeconfig = join(dir, 'kubeconfig');
      writeFileSync(kubeconfig, api.kubeconfig());
      const config = { clusters: [{ name: 'main', kubeconfig }], addresses: { [INGRESS_CLASS]: [ADDRESS] } };
      bench.say(`kubernetes: ${size.applications} Ingresses`);
      const server = await keep(startEurek8s({ program: bench.program, dir, config, until: 'started' }));
      const measured = { bench, size, api, server, applications };
      const loaded = await load(measured);
      const changed = await changes(measured);
      const quiet = await quietTime(measured);
      return result(measured, loaded, changed, quiet);
    }),
};

interface Measured {
  readonly bench: Bench;
  readonly size: Size;
  readonly api: FakeKubernetes;
  readonly server: Server;
  readonly applications: readonly PublishedApplication[];
}

/** Seconds and bytes. */
interface Loaded {
  readonly fromFirstRequest: number;
  readonly fromLastPage: number;
  readonly cpu: number;
  readonly peak: number;
  /** Requests of the lists. */
  readonly lists: number;
}

async function load({ size, api, server }: Measured): Promise<Loaded> {
  const answered = await until(
    'the first answer',
    async () => {
      const answer = await ask(`${server.url}/eureka/apps`, { headers: JSON_GZIP });
      return answer.status === 200 && { answer, at: performance.now() };
    },
    { everyMs: 5, timeoutMs: 300_000 },
  );
  const cpu = cpuSeconds(server.pid);
  const text = await textOf(answered.answer);
  const entries = text.match(/"instanceId":/g)?.length ?? 0;
  const up = text.match(/"status":"UP"/g)?.length ?? 0;
  if (entries !== size.applications || up !== entries) throw new Error(`${entries} entries, of which ${up} UP`);
  const lists = api.calls.filter(({ verb }) => verb === 'list').map(({ at }) => at);
  const seconds = (since: number): number => (answered.at - since) / 1000;
  return {
    fromFirstRequest: seconds(Math.min(...lists)),
    fromLastPage: seconds(Math.max(...lists)),
    cpu,
    peak: residentBytes(server.pid, 'peak'),
    lists: lists.length,
  };
}

interface Changed {
  /** Milliseconds from the change to the answer that shows it. */
  readonly annotation: readonly number[];
  readonly readiness: readonly number[];
}

async function changes({ bench, size, api, server, applications }: Measured): Promise<Changed> {
  bench.say(`kubernetes: ${size.changes} changes`);
  const agent = keptConnections(1);
  const [annotation, readiness]: [number[], number[]] = [[], []];
  const follow = async (name: string, change: () => void, shows: (answer: string) => boolean): Promise<number> => {
    // Beyond the window of an earlier change, as single changes come.
    await sleep(150 + ((annotation.length * 37) % 100));
    const read = async (): Promise<string> =>
      (
        await ask(`${server.url}/eureka/apps/${name}`, { headers: { accept: 'application/json' }, agent })
      ).body.toString();
    const shown = firstShown(read, shows);
    const at = performance.now();
    change();
    return (await shown) - at;
  };
  for (let round = 0; round < size.changes; round++) {
    // Each far from the last one.
    const application = applications[(round * 7919) % applications.length];
    if (application === undefined) throw new Error('no applications');
    const mark = `round-${round}`;
    annotation.push(
      await follow(
        application.name,
        () => void api.state.put(application.ingress(mark)),
        (answer) => answer.includes(mark),
      ),
    );
    const isReady = round % 2 === 1;
    const status = `"status":"${isReady ? 'UP' : 'DOWN'}"`;
    if (isReady) api.state.put(application.endpointSlice(false));
    if (isReady) await sleep(500);
    readiness.push(
      await follow(
        application.name,
        () => void api.state.put(application.endpointSlice(isReady)),
        (answer) => answer.includes(status),
      ),
    );
  }
  agent.destroy();
  return { annotation, readiness };
}

interface Quiet {
  /** Percent of a core, of each part. */
  readonly cpu: readonly number[];
  readonly requestsAnHour: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly resident: number;
}

async function quietTime({ bench, size, api, server }: Measured): Promise<Quiet> {
  const { quietParts, partSeconds } = size;
  bench.say(`kubernetes: ${quietParts * partSeconds} s in which nothing changes`);
  // What the changes left behind is done with.
  await sleep(bench.quick ? 1_000 : 10_000);
  const [calls, discoveries] = [api.calls.length, api.discoveries];
  const cpu: number[] = [];
  for (let part = 0; part < quietParts; part++) {
    const before = cpuSeconds(server.pid);
    await sleep(partSeconds * 1000);
    cpu.push(((cpuSeconds(server.pid) - before) / partSeconds) * 100);
  }
  const made = api.calls.slice(calls);
  const requests = {
    watches: made.filter(({ verb }) => verb === 'watch').length,
    'questions for the version': made.filter(({ verb }) => verb === 'version').length,
    lists: made.filter(({ verb }) => verb === 'list').length,
    'discoveries of the Gateway API': api.discoveries - discoveries,
  };
  const all = Object.values(requests).reduce((sum, each) => sum + each, 0);
  return {
    cpu,
    requests,
    requestsAnHour: (all / (quietParts * partSeconds)) * HOUR_SECONDS,
    resident: residentBytes(server.pid),
  };
}

function result({ bench, size }: Measured, loaded: Loaded, changed: Changed, quiet: Quiet): SectionResult {
  const all = [...changed.annotation, ...changed.readiness];
  const tables: readonly Table[] = [
    {
      title: `${figure(size.applications)} Ingresses`,
      columns: ['what', 'measured'],
      rows: [
        ['last page of the lists asked for → first complete answer', `${figure(loaded.fromLastPage)} s`],
        ['first request → first complete answer', `${figure(loaded.fromFirstRequest)} s`],
        ['CPU time of the process until then', `${figure(loaded.cpu)} s`],
        ['requests for the lists', `${loaded.lists}`],
        ['resident memory, after the first answer and all that follows', `${memoryMb(quiet.resident)} MB`],
        ['most resident memory until the first answer', `${memoryMb(loaded.peak)} MB`],
        [
          `CPU while nothing changes, ${size.partSeconds} s each`,
          quiet.cpu.map((each) => `${figure(each)} %`).join(', '),
        ],
        ['requests an hour while nothing changes, without the hourly lists', figure(quiet.requestsAnHour)],
        [
          'which were',
          Object.entries(quiet.requests)
            .map(([what, count]) => `${count} ${what}`)
            .join(', '),
        ],
      ],
    },
    {
      title: 'One change → served',
      columns: ['change', 'samples', 'median', 'p90', 'worst'],
      rows: [
        ['an annotation of an Ingress', changed.annotation] as const,
        ['readiness in an EndpointSlice', changed.readiness] as const,
      ].map(([what, took]) => [
        what,
        `${took.length}`,
        ...[50, 90, 100].map((percent) => ms(percentile(took, percent))),
      ]),
    },
  ];
  const verdict = (what: string, samples: readonly number[], unit: Verdict['unit'], bar: number): Verdict => ({
    what: `10,000 Ingresses: ${what}`,
    samples,
    unit,
    bar,
    sense: 'at most',
  });
  const verdicts = [
    {
      ...verdict('first complete answer after the lists have arrived', [loaded.fromLastPage], 's', 5),
      remark: `CPU of the process from its start: ${figure(loaded.cpu)} s`,
    },
    verdict('resident memory', [memoryMb(quiet.resident)], 'MB', 350),
    verdict('CPU of a quiet minute, of a core', quiet.cpu, '%', 0.5),
    verdict('one change → served', all, 'ms', 50),
  ];
  return { tables, verdicts: bench.quick ? [] : verdicts };
}
