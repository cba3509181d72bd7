import { resolve } from 'node:path';
import { err, ok, type Result } from '../../../shared/result.ts';
import { httpRequest } from '../../support/http-request.ts';
import { buildJava, type JavaProgram } from '../java/build.ts';
import { startRibbonClient } from '../java/clients.ts';
import { jvmFlags, springArguments } from '../java/jvm.ts';
import { startZuul } from '../java/zuul.ts';
import { launch } from '../process.ts';
import { callMany } from './call-many.ts';
import type { Client, ClientOptions } from './client.ts';
import { startDriver } from './driver.ts';

type Properties = Readonly<Record<string, string>>;

/** The properties of a Spring application that registers, with short intervals. */
function registration({ app, id, port, address = '127.0.0.1' }: ClientOptions): Properties {
  return {
    'spring.application.name': app.toLowerCase(),
    'eureka.client.register-with-eureka': 'true',
    'eureka.client.initial-instance-info-replication-interval-seconds': '0',
    'eureka.instance.instance-id': id,
    'eureka.instance.hostname': address,
    'eureka.instance.ip-address': address,
    'eureka.instance.non-secure-port': `${port}`,
    'eureka.instance.lease-renewal-interval-in-seconds': '1',
  };
}

/** A Spring program without a web server, which answers JSON lines. */
export async function startSpringDriver(
  program: JavaProgram,
  options: ClientOptions,
  properties: Properties = {},
): Promise<Client> {
  return startDriver({
    name: options.app,
    command: 'java',
    args: await springProgram(program, options, properties),
    logFile: resolve(options.dir, 'client.log'),
  });
}

export async function startRegisteredRibbon(options: ClientOptions): Promise<Client> {
  const ribbon = await startRibbonClient({ ...options, properties: registration(options) });
  return {
    instances: async (service) =>
      Object.fromEntries((await ribbon.servers(service)).map(({ host, port }) => [`${host}:${port}`, 'UP'])),
    call: async (service, count) => {
      const { hosts, errors, failures } = await ribbon.call(service, count);
      if (errors > 0) throw new Error(JSON.stringify(failures));
      return hosts;
    },
    stop: () => ribbon.stop(),
    kill: () => ribbon.stop(),
  };
}

export async function startRegisteredZuul(options: ClientOptions, properties: Properties = {}): Promise<Client> {
  const zuul = await startZuul({ ...options, properties: { ...registration(options), ...properties } });
  return gatewayClient(zuul.url, () => zuul.stop());
}

export async function startGateway(options: ClientOptions, properties: Properties = {}): Promise<Client> {
  const url = `http://127.0.0.1:${options.port}`;
  const gateway = await launch({
    name: options.app,
    command: 'java',
    args: await springProgram('gateway', options, { 'server.port': `${options.port}`, ...properties }),
    logFile: resolve(options.dir, 'client.log'),
    ready: async () => (await httpRequest(`${url}/actuator/info`)).status === 200,
    readyTimeoutMs: 120_000,
  });
  return gatewayClient(url, () => gateway.stop());
}

async function springProgram(
  program: JavaProgram,
  options: ClientOptions,
  properties: Properties,
): Promise<readonly string[]> {
  const jars = await buildJava([program], () => undefined);
  const dir = resolve(options.dir);
  return [
    ...jvmFlags({ maxHeapMb: 192, dir, hosts: options.hosts }),
    '-jar',
    jars[program],
    ...springArguments({
      'eureka.client.service-url.defaultZone': options.eurekaUrl,
      ...registration(options),
      ...properties,
    }),
  ];
}

/**
 * What a gateway knows is seen from the calls it makes: a dozen calls are four rounds over the most instances that a
 * test has.
 */
const PROBES = 12;

/** A gateway that has little of a busy machine answers late, which is no failed call. */
const CALL_MS = 60_000;

function gatewayClient(url: string, stop: () => Promise<void>): Client {
  const ask = async (service: string): Promise<Result<string, string>> => {
    const { status, body } = await httpRequest(`${url}/${service}/whoami`, { timeoutMs: CALL_MS });
    return status === 200 ? ok((JSON.parse(body) as { readonly host: string }).host) : err(`${status} ${body}`);
  };
  return {
    instances: async (service) => {
      const reached: Record<string, string> = {};
      for (let i = 0; i < PROBES; i++) {
        const answer = await ask(service);
        if (answer.ok) reached[answer.value] = 'UP';
      }
      return reached;
    },
    call: (service, count) =>
      callMany(count, async () => {
        const answer = await ask(service);
        if (!answer.ok) throw new Error(`${service} was not reached: ${answer.error}`);
        return answer.value;
      }),
    stop,
    kill: stop,
  };
}
