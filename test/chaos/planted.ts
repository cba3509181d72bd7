import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Plant } from './options.ts';
import { applicationsOf } from './wire.ts';

interface ReplicaConfig {
  readonly legacy: object;
  readonly guards: object;
}

/** The configuration of a replica with the faults planted. */
export function plantedConfig(
  plants: readonly Plant[],
  replica: number,
  config: ReplicaConfig & Readonly<Record<string, unknown>>,
  wrongRegistry: string,
): ReplicaConfig & Readonly<Record<string, unknown>> {
  return plants.reduce((planted, plant) => {
    const { legacy, guards } = planted;
    switch (plant) {
      case 'brake off':
        return { ...planted, guards: { ...guards, maxRemoval: '100%' } };
      case 'wrong registry':
        return replica === 2 ? { ...planted, legacy: { ...legacy, urls: [wrongRegistry] } } : planted;
      case 'slow polls':
        return replica === 1 ? { ...planted, legacy: { ...legacy, pollInterval: '2m', fullInterval: '2m' } } : planted;
      case 'no file, not required':
        return { ...planted, legacy: { ...legacy, required: false }, snapshot: { file: '' } };
      case 'mangled delta':
        return planted;
    }
  }, config);
}

/** A registry of other people: one application that nobody ever made. */
export async function startWrongRegistry(port: number): Promise<() => void> {
  const instance = {
    instanceId: 'stranger-1',
    hostName: '127.0.0.1',
    app: 'STRANGER',
    ipAddr: '127.0.0.1',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 9, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    countryId: 1,
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    metadata: { v: '1' },
    vipAddress: 'stranger',
  };
  const applications = {
    versions__delta: '1',
    apps__hashcode: 'UP_1_',
    application: [{ name: 'STRANGER', instance: [instance] }],
  };
  const server = createServer((question, answer) => {
    question.resume();
    const delta = question.url?.includes('delta') === true;
    const shown = delta ? { ...applications, application: [] } : applications;
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ applications: shown }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => server.close();
}

/** Between the judge and a replica: every delta lacks its last instance. */
export async function startMangler(port: number, origin: string): Promise<() => void> {
  const server = createServer((question, answer) => {
    const headers = { ...question.headers, 'accept-encoding': 'identity' };
    const far = request(new URL(question.url ?? '/', origin), { headers, agent: false }, (said) => {
      void answerMangled(said, answer, question.url?.endsWith('/apps/delta') === true);
    });
    far.on('error', () => answer.destroy());
    far.end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => server.close();
}

async function answerMangled(said: IncomingMessage, answer: ServerResponse, delta: boolean): Promise<void> {
  const bytes = await buffer(said).catch(() => undefined);
  if (bytes === undefined) {
    answer.destroy();
    return;
  }
  answer.writeHead(said.statusCode ?? 502, { 'content-type': 'application/json' });
  answer.end(delta && said.statusCode === 200 ? mangled(bytes.toString('utf8')) : bytes);
}

function mangled(text: string): string {
  const applications = applicationsOf(text);
  return JSON.stringify({ applications: { ...applications, application: applications.application.slice(0, -1) } });
}
