import { run } from '../process.ts';
import { callMany } from './call-many.ts';
import type { Client, ClientOptions } from './client.ts';

interface ApplicationDocument {
  readonly application: {
    readonly instance: readonly {
      readonly hostName: string;
      readonly port: { readonly $: number };
      readonly status: string;
    }[];
  };
}

/** `curl` as people use it in scripts and by hand. */
export async function startCurl({ eurekaUrl, app, id, port, hosts }: ClientOptions): Promise<Client> {
  const curl = (...args: readonly string[]): Promise<string> =>
    run('curl', ['--silent', '--show-error', '--fail', '--max-time', '10', ...args], { answer: 'stdout' });
  const own = `${eurekaUrl}/apps/${app}/${id}`;
  const instance = {
    instanceId: id,
    app,
    hostName: '127.0.0.1',
    ipAddr: '127.0.0.1',
    status: 'UP',
    port: { $: port, '@enabled': 'true' },
    vipAddress: app.toLowerCase(),
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
  };
  const register = (): Promise<string> => {
    const json = ['--header', 'Content-Type: application/json', '--data', JSON.stringify({ instance })];
    return curl(...json, `${eurekaUrl}/apps/${app}`);
  };
  await register();
  // What a script around it does: it renews each second, and registers again when the lease is unknown.
  const renew = async (): Promise<void> => {
    const beat = ['--request', 'PUT', '--write-out', '%{http_code}', own];
    const answer = await run('curl', ['--silent', '--max-time', '10', ...beat]).catch(() => '');
    if (answer === '404') await register().catch(() => undefined);
  };
  let renewing = Promise.resolve();
  const renewal = setInterval(() => {
    renewing = renewing.then(renew);
  }, 1_000);

  const instances = async (service: string): Promise<Readonly<Record<string, string>>> => {
    const answer = await curl(
      '--compressed',
      '--header',
      'Accept: application/json',
      `${eurekaUrl}/apps/${service.toUpperCase()}`,
    );
    const { application } = JSON.parse(answer) as ApplicationDocument;
    return Object.fromEntries(application.instance.map((each) => [`${each.hostName}:${each.port.$}`, each.status]));
  };

  return {
    instances,
    call: async (service, count) => {
      const found = Object.entries(await instances(service));
      const up = found.flatMap(([address, status]) => (status === 'UP' ? [address] : []));
      let calls = 0;
      return callMany(count, async () => {
        const address = up[calls++ % up.length] ?? '';
        const [host = ''] = address.split(':');
        const resolved = hosts[host] === undefined ? [] : ['--resolve', `${address}:${hosts[host]}`];
        return (JSON.parse(await curl(...resolved, `http://${address}/whoami`)) as { readonly host: string }).host;
      });
    },
    stop: async () => {
      clearInterval(renewal);
      await renewing;
      await curl('--request', 'DELETE', own);
    },
    kill: async () => clearInterval(renewal),
  };
}
