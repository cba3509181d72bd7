// eureka-js-client and its fork: `driver.ts PACKAGES NAME OPTIONS`, where PACKAGES is the folder of the installed
// packages. Receives commands as JSON lines on stdin and answers each with one JSON line on stdout. At the end of stdin
// it deregisters and ends.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

interface EurekaJsInstance {
  readonly hostName: string;
  readonly port: { readonly $: number };
  readonly status: string;
}

interface EurekaJsClient {
  start(done: (error?: Error) => void): void;
  stop(done: (error?: Error) => void): void;
  getInstancesByAppId(app: string): readonly EurekaJsInstance[];
}

interface EurekaJsPackage {
  readonly Eureka: new (options: Readonly<Record<string, unknown>>) => EurekaJsClient;
}

interface Question {
  readonly id: number;
  readonly cmd: 'view' | 'call';
  readonly service: string;
}

const [, , packages = '', name = '', json = '{}'] = process.argv;
const { eureka, app, id, port, address } = JSON.parse(json) as {
  readonly eureka: string;
  readonly app: string;
  readonly id: string;
  readonly port: number;
  readonly address: string;
};
const { Eureka } = createRequire(join(packages, 'package.json'))(name) as EurekaJsPackage;
const server = new URL(eureka);
const silent = { trace() {}, debug() {}, info() {}, warn: console.error, error: console.error };

const client = new Eureka({
  logger: silent,
  eureka: {
    // It has no other option for user and password.
    host: `${server.username === '' ? '' : `${server.username}:${server.password}@`}${server.hostname}`,
    ssl: server.protocol === 'https:',
    port: Number(server.port),
    servicePath: `${server.pathname}/apps/`,
    heartbeatInterval: 1_000,
    registryFetchInterval: 1_000,
    maxRetries: 1,
    requestRetryDelay: 50,
  },
  instance: {
    instanceId: id,
    app,
    hostName: address,
    ipAddr: address,
    port: { $: port, '@enabled': true },
    vipAddress: app.toLowerCase(),
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
  },
});

function instances(service: string): Readonly<Record<string, string>> {
  const found = client.getInstancesByAppId(service.toUpperCase());
  return Object.fromEntries(found.map(({ hostName, port, status }) => [`${hostName}:${port.$}`, status]));
}

let calls = 0;

/** The library only looks up; its users make calls with any client, here alternately with Node's own client. */
async function call(service: string): Promise<string> {
  const addresses = Object.keys(instances(service));
  const address = addresses[calls++ % addresses.length];
  if (address === undefined) throw new Error(`no instance of ${service}`);
  return whoami(address);
}

async function whoami(address: string): Promise<string> {
  const url = new URL(`http://${address}/whoami`);
  // The names of the test bed, which no resolver can resolve.
  const known = url.hostname.endsWith('.example.test');
  const to = { host: known ? '127.0.0.1' : url.hostname, port: url.port, path: url.pathname };
  const question = request({ ...to, headers: { host: url.host }, agent: false, signal: AbortSignal.timeout(10_000) });
  const answered = once(question, 'response') as Promise<[IncomingMessage]>;
  question.end();
  const [answer] = await answered;
  const body = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  return (JSON.parse(body) as { readonly host: string }).host;
}

async function answerTo(question: Question): Promise<Readonly<Record<string, unknown>>> {
  switch (question.cmd) {
    case 'view':
      return { instances: instances(question.service) };
    case 'call':
      return { host: await call(question.service) };
    default:
      return { error: question.cmd satisfies never };
  }
}

const say = (line: Readonly<Record<string, unknown>>): void => console.log(JSON.stringify(line));

await promisify(client.start.bind(client))();
say({ event: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as Question;
  const answer = await answerTo(question).catch((error: unknown) => ({ error: String(error) }));
  say({ id: question.id, ...answer });
}
await promisify(client.stop.bind(client))();
process.exit(0);
