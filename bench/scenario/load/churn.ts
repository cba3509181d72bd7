import { Connection, requestBytes } from './connection.ts';

export interface ChurnInput {
  readonly port: number;
  /** How much faster than ours the server's clock goes. */
  readonly factor: number;
  /** By the server's clock. */
  readonly hours: number;
}

export interface ChurnResult {
  /** Instances that came and went, each with an id, an application and a vip of its own. */
  readonly instances: number;
  readonly requests: number;
  /** Answers that were neither 2xx nor 404: a lease that ran out is forgotten. */
  readonly refused: number;
  readonly broken: number;
}

/** Stay all day and renew every 30 s, so that the server does not take the fleet for lost and goes on evicting. */
const RESIDENTS = 100;
const RENEW_MS = 30_000;
/** That many come each minute; one in ten is never heard of again, the others are cancelled. */
const COME_PER_MINUTE = 20;
const CRASH_EVERY = 10;
const READ_ALL_MS = 10 * 60_000;

const JSON_HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip' } as const;
const VARIANTS = ['application/json', 'application/xml'].flatMap((accept) =>
  ['full', 'compact'].flatMap((detail) =>
    ['gzip', 'identity'].map((coding) => ({ accept, 'accept-encoding': coding, 'x-eureka-accept': detail })),
  ),
);

/** A connection that is opened again when the server closed it. */
class Line {
  requests = 0;
  refused = 0;
  broken = 0;
  readonly #port: number;
  #connection: Connection | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = JSON_HEADERS,
    body = '',
  ): Promise<void> {
    this.requests++;
    try {
      this.#connection ??= await Connection.open(this.#port);
      const { status } = await this.#connection.ask(requestBytes(method, `/eureka/${path}`, headers, body));
      if (status !== 404 && (status < 200 || status > 299)) this.refused++;
    } catch {
      this.#connection = undefined;
      this.broken++;
    }
  }

  async register(app: string, id: string): Promise<void> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    await this.ask('POST', `apps/${app}`, headers, registrationOf(app, id));
  }
}

async function main({ port, factor, hours }: ChurnInput): Promise<void> {
  const end = performance.now() + (hours * 3_600_000) / factor;
  const lines: Line[] = [];
  /** Does something again and again, `everyMs` of the server's time apart, on a connection of its own. */
  const repeat = async (everyMs: number, work: (line: Line, round: number) => Promise<void>): Promise<void> => {
    const line = new Line(port);
    lines.push(line);
    const startedAt = performance.now();
    for (let round = 0; performance.now() < end; round++) {
      const early = startedAt + (round * everyMs) / factor - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      await work(line, round);
    }
  };
  let instances = 0;
  const residents = Array.from({ length: RESIDENTS }, (_, i) => ({ app: `RESIDENT-${i >> 2}`, id: `resident-${i}` }));
  await Promise.all([
    repeat(RENEW_MS, async (line, round) => {
      for (const { app, id } of residents)
        await (round === 0 ? line.register(app, id) : line.ask('PUT', `apps/${app}/${id}?status=UP`));
    }),
    repeat(60_000 / COME_PER_MINUTE, async (line, round) => {
      instances++;
      await comeAndGo(line, round);
    }),
    repeat(READ_ALL_MS, async (line) => {
      for (const headers of VARIANTS) await line.ask('GET', 'apps', headers);
    }),
    repeat(RENEW_MS, (line) => line.ask('GET', 'apps/delta')),
  ]);
  const sum = (pick: (line: Line) => number): number => lines.reduce((total, line) => total + pick(line), 0);
  const result: ChurnResult = {
    instances,
    requests: sum(({ requests }) => requests),
    refused: sum(({ refused }) => refused),
    broken: sum(({ broken }) => broken),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

/** The life of an instance that nobody has ever seen before: every table and cache of the server meets it once. */
async function comeAndGo(line: Line, nth: number): Promise<void> {
  const app = `SERVICE-${nth}`;
  const id = `host-${nth}.example.test:${app}`;
  await line.register(app, id);
  await line.ask('PUT', `apps/${app}/${id}?status=UP`);
  await line.ask('PUT', `apps/${app}/${id}/metadata?build=${nth}`);
  await line.ask('PUT', `apps/${app}/${id}/status?value=OUT_OF_SERVICE`);
  await line.ask('GET', `apps/${app}`);
  await line.ask('GET', `apps/${app}`, { accept: 'application/xml' });
  await line.ask('GET', `vips/vip-${nth}`);
  await line.ask('GET', `instances/${id}`);
  if (nth % CRASH_EVERY !== 0) await line.ask('DELETE', `apps/${app}/${id}`);
}

function registrationOf(app: string, id: string): string {
  const vip = `vip-${app.slice(app.lastIndexOf('-') + 1)}`;
  const instance = {
    instanceId: id,
    hostName: `${id}.host`,
    app,
    ipAddr: '10.0.0.1',
    status: 'UP',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    metadata: { build: '0' },
    vipAddress: vip,
    secureVipAddress: vip,
  };
  return JSON.stringify({ instance });
}

await main(JSON.parse(process.argv[2] ?? '{}') as ChurnInput);
