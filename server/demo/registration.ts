import { request } from 'undici';
import type { Clock } from '../ports/clock.ts';

export interface Registrant {
  readonly app: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly zone: string;
}

/**
 * Registers an instance with a Eureka server and keeps its lease, as a Eureka client does: a heartbeat every 10 s, and
 * a new registration when the server does not have it (404). The returned function cancels the lease.
 */
export async function keepRegistered(
  eureka: string,
  registrant: Registrant,
  clock: Clock,
): Promise<() => Promise<void>> {
  const path = `${eureka}/apps/${registrant.app}`;
  const body = JSON.stringify({ instance: instanceOf(registrant, clock.now()) });
  const register = async (): Promise<void> => {
    const answer = await request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await answer.body.dump();
    if (answer.statusCode !== 204)
      throw new Error(`${path} answered ${answer.statusCode} to the registration of ${registrant.id}`);
  };
  const renew = async (): Promise<void> => {
    const answer = await request(`${path}/${registrant.id}`, { method: 'PUT' });
    await answer.body.dump();
    if (answer.statusCode === 404) await register();
  };
  await register();
  let cancelTimer: () => void;
  const schedule = (): void => {
    // A heartbeat that failed is made up by the next: a lease outlives several.
    cancelTimer = clock.after(
      10_000,
      () =>
        void renew()
          .catch(() => undefined)
          .finally(schedule),
    );
  };
  schedule();
  return async () => {
    cancelTimer();
    const answer = await request(`${path}/${registrant.id}`, { method: 'DELETE' });
    await answer.body.dump();
  };
}

function instanceOf({ app, id, address, port, zone }: Registrant, now: number): object {
  return {
    instanceId: id,
    hostName: address,
    app: app.toUpperCase(),
    ipAddr: address,
    vipAddress: app,
    secureVipAddress: app,
    status: 'UP',
    port: { $: port, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    leaseInfo: { renewalIntervalInSecs: 10, durationInSecs: 30 },
    metadata: { zone },
    homePageUrl: `http://${address}:${port}/`,
    lastDirtyTimestamp: String(now),
    lastUpdatedTimestamp: String(now),
  };
}
