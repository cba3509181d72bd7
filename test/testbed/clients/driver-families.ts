import { join, resolve } from 'node:path';
import type { BuiltClients } from './build.ts';
import type { Ability, Client, ClientOptions, Family } from './client.ts';
import { startCurl } from './curl.ts';
import { startDriver } from './driver.ts';

type Remarks = Partial<Readonly<Record<Ability, string>>>;

const looksUpOnly = "It only looks up: the calls are made by the driver, with the language's own HTTP client.";
const callersLoop =
  'It has calls for renewing but no loop: the driver renews each second and registers again when the lease is unknown.';
const noLoop: Remarks = { 'comes back': 'left to its caller', 'calm on 503 heartbeats': 'left to its caller' };
const readOnly = 'it only reads';
const reader: Remarks = {
  registers: readOnly,
  renews: readOnly,
  'calm on 503 heartbeats': readOnly,
  'comes back': readOnly,
  deregisters: readOnly,
};

/** The clients that are not Java. */
export function driverFamilies(built: BuiltClients): readonly Family[] {
  const node = (name: string) => (options: ClientOptions) =>
    started(options, process.execPath, [join(import.meta.dirname, 'node', 'driver.ts'), built.nodePackages, name]);
  const go = (name: string) => (options: ClientOptions) => started(options, built.go, [name]);
  const python = (options: ClientOptions): Promise<Client> =>
    started(options, built.python.command, [join(import.meta.dirname, 'python', 'driver.py')], {
      PYTHONPATH: built.pythonPackages,
    });

  return [
    {
      key: 'EJS',
      client: 'eureka-js-client',
      version: '4.5.0',
      runtime: 'Node 26',
      reads: 'cache',
      remark: looksUpOnly,
      start: node('eureka-js-client'),
    },
    {
      key: 'EJS-FORK',
      client: '@rocketsoftware/eureka-js-client',
      version: '4.5.9',
      runtime: 'Node 26',
      reads: 'cache',
      remark: looksUpOnly,
      start: node('@rocketsoftware/eureka-js-client'),
    },
    {
      key: 'FARGO-XML',
      client: 'hudl/fargo, XML',
      version: '1.4.0',
      runtime: 'Go',
      reads: 'on demand',
      lacks: noLoop,
      remark: `${looksUpOnly} ${callersLoop}`,
      start: go('fargo-xml'),
    },
    {
      key: 'FARGO-JSON',
      client: 'hudl/fargo, JSON',
      version: '1.4.0',
      runtime: 'Go',
      reads: 'on demand',
      lacks: noLoop,
      remark: `${looksUpOnly} ${callersLoop}`,
      start: go('fargo-json'),
    },
    {
      key: 'GO-EUREKA-CLIENT',
      client: 'ArthurHlt/go-eureka-client',
      version: '1.1.0',
      runtime: 'Go',
      reads: 'on demand',
      lacks: noLoop,
      remark: `${looksUpOnly} ${callersLoop}`,
      start: go('go-eureka-client'),
    },
    {
      key: 'PROMETHEUS',
      client: 'Prometheus eureka_sd',
      version: '0.315.0',
      runtime: 'Go',
      reads: 'cache',
      lacks: reader,
      remark:
        'Its service discovery alone, as a library; the driver calls the addresses of the targets, as Prometheus would ' +
        'scrape them. Instances that are not UP are targets too, with their status as a label.',
      start: go('prometheus'),
    },
    {
      key: 'PY-EUREKA-CLIENT',
      client: 'py-eureka-client',
      version: '0.13.3',
      runtime: 'Python 3',
      reads: 'cache',
      traits: { 'calm on 503 heartbeats': 'it registers after any failed heartbeat' },
      remark:
        'While heartbeats fail it tries to register each time, and all else goes on; the test bounds how often. ' +
        'Its stop may hang when its own renewing runs at that moment, and does not end it: the process must end at once, or ' +
        'the instance comes back. Where the first delta after an outage does not lead to the hash code of the server, its ' +
        'renewing takes its own lock twice and hangs for ever, with any server: the run takes that lock away.',
      start: python,
    },
    {
      key: 'CURL',
      client: 'curl',
      version: 'any',
      runtime: 'shell',
      reads: 'on demand',
      lacks: noLoop,
      remark: 'By hand or in scripts; the driver is the script.',
      start: startCurl,
    },
  ];
}

async function started(
  options: ClientOptions,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const { eurekaUrl: eureka, app, id, port, dir, address = '127.0.0.1' } = options;
  return startDriver({
    name: app,
    command,
    args: [...args, JSON.stringify({ eureka, app, id, port, address })],
    env: { ...process.env, ...environment },
    logFile: resolve(dir, 'client.log'),
  });
}
