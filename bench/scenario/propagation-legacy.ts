import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelInstance, registerInstance } from '../../test/support/eureka-rest.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, keptConnections } from '../load/ask.ts';
import { CORES } from '../pin.ts';
import type { Bench } from '../section.ts';
import { startEurek8s } from '../subjects/eurek8s.ts';
import { startStock } from '../subjects/stock.ts';
import { seenAt, type Watched } from './seen.ts';
import { staged } from './staged.ts';
import type { Way } from './way.ts';

const ROUNDS = 20;
const POLL = '1s';

/** Changes at a stock server, and through us, in turns. */
export async function legacyPropagation(bench: Bench): Promise<Way[]> {
  return staged(async (keep) => {
    const dir = join(bench.workDir, 'propagation');
    const fedPort = await freePort();
    bench.say('propagation: a stock server and two Eurek8s');
    const stock = keep(
      await startStock({
        generation: 'current',
        freshness: 'fresh',
        dir,
        core: CORES.load,
        properties: {
          'eureka.client.service-url.defaultZone': `http://localhost:${fedPort}/peer/eureka/`,
          'eureka.client.fetch-registry': 'true',
          'eureka.server.wait-time-in-ms-when-sync-empty': '0',
        },
        progress: (line) => bench.say(line),
      }),
    );
    const urls = [`${stock.url}/eureka`];
    const start = (name: string, peerFeed: boolean, port: number) => {
      const config = { legacy: { urls, pollInterval: POLL, peerFeed } };
      return startEurek8s({ program: bench.program, dir: join(dir, name), config, port });
    };
    await registerInstance(`${stock.url}/eureka`, { app: 'anchor', id: 'anchor-1', port: 1 });
    const polling = keep(await start('polling', false, await freePort()));
    const fed = keep(await start('fed', true, fedPort));
    for (const { url } of [polling, fed])
      await until('reads are answered', async () => (await ask(`${url}/readyz`)).status === 200);
    const agent = keptConnections(4);
    const watched = (url: string): Watched => ({ url: `${url}/eureka/apps`, agent });

    const polled: number[] = [];
    const pushed: number[] = [];
    const through: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      bench.say(`propagation: legacy, round ${i + 1} of ${ROUNDS}`);
      // At no fixed phase of the polls.
      await sleep(200 + ((i * 137) % 1000));
      const there = i % 2 === 0;
      const shows = (body: string): boolean => body.includes('"ORDERS"') === there;
      if (there) await registerInstance(`${stock.url}/eureka`, { app: 'orders', id: 'orders-1', port: 8080 });
      else await cancelInstance(`${stock.url}/eureka`, 'orders', 'orders-1');
      const since = performance.now();
      const [byPoll, byPush] = await Promise.all([
        seenAt(watched(polling.url), shows),
        seenAt(watched(fed.url), shows),
      ]);
      polled.push(byPoll - since);
      pushed.push(byPush - since);

      const own = `through-${i}`;
      const sentAt = performance.now();
      await registerInstance(`${polling.url}/eureka`, { app: own, id: own, port: 8080 });
      through.push((await seenAt(watched(polling.url), (body) => body.includes(own))) - sentAt);
    }
    agent.destroy();
    return [
      { from: 'register or cancel at the legacy', to: `Eurek8s, polling every ${POLL}`, samples: polled },
      { from: 'register or cancel at the legacy', to: 'Eurek8s, peer feed', samples: pushed },
      { from: 'register through Eurek8s, from sending it', to: 'the same Eurek8s', samples: through },
    ];
  });
}
