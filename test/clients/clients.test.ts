import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { readRegistry } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { buildClients } from '../testbed/clients/build.ts';
import type { Ability } from '../testbed/clients/client.ts';
import { clientFamilies } from '../testbed/clients/families.ts';
import type { TappedExchange } from '../testbed/clients/tap.ts';
import { compatibilityDocument } from '../testbed/clients/verdicts.ts';
import { until } from '../testbed/until.ts';
import { observe, startControls, startFleet, type Member } from './fleet.ts';
import { startClientsScene, type ClientsScene } from './scene.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');
const progress = (line: string): void => void process.stderr.write(`${line}\n`);
/**
 * Java clients that once took longer than their interval of a second wait up to ten seconds before the next attempt.
 */
/** Each look-up at a gateway takes a dozen calls. */
const POLL = { everyMs: 250 };

describe('every client family works with Eurek8s, unmodified', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-clients-'));
  let scene: ClientsScene;
  let members: readonly Member[] = [];
  /** The clients with traits once more, at the stock Eureka itself. */
  let controls: ReadonlyMap<Member, Member> = new Map();

  before(async () => {
    const built = await buildClients(progress);
    scene = await startClientsScene(dir, progress);
    for (const name of ['bob-1', 'alice-1', 'alice-2'] as const) await scene.register(name);
    await until('reads are answered', () => scene.isReady());
    members = await startFleet(clientFamilies(built), { dir, hosts: scene.hosts, url: scene.url });
    controls = await startControls(members, { dir, hosts: scene.hosts, url: new URL(scene.eureka.url).origin });
  });

  after(async () => {
    await Promise.all([...members, ...controls.values()].map((member) => member.stop()));
    await scene?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Tries an ability with all clients, and fails with a list of what went wrong with which. */
  const all = async (
    ability: Ability,
    attempt: (member: Member) => Promise<void>,
    atStock?: (control: Member) => Promise<void>,
  ): Promise<void> => {
    await observe(members, ability, attempt, controls, atStock);
    const surprises = members.flatMap(({ family, verdicts }) => {
      const verdict = verdicts.get(ability);
      return verdict?.mark === 'failed' ? [`${family.key}: ${verdict.reason}`] : [];
    });
    assert.deepEqual(surprises, [], ability);
  };
  const upAddresses = async ({ client }: Member, service: string): Promise<readonly string[]> =>
    Object.entries(await client.instances(service))
      .flatMap(([address, status]) => (status === 'UP' ? [address] : []))
      .toSorted();
  const untilKnown = async (member: Member, service: string, addresses: readonly string[]): Promise<void> => {
    const wanted = addresses.toSorted().join();
    await until(
      `${service} is ${wanted}`,
      async () => {
        const known = (await upAddresses(member, service)).join();
        if (known === wanted) return true;
        throw new Error(`known: ${known}`);
      },
      POLL,
    );
  };
  const statusAt = async (url: string, { family, id }: Member): Promise<string | undefined> =>
    (await readRegistry(url)).get(family.key)?.find((each) => each.instanceId === id)?.status;
  const untilRegistered = async (member: Member): Promise<void> => {
    await until('it is UP at the stock Eureka', async () => (await statusAt(scene.eureka.url, member)) === 'UP');
    await until('it is UP at Eurek8s', async () => (await statusAt(`${scene.url}/eureka`, member)) === 'UP');
  };
  const count = (member: Member, method: string, status: number): number =>
    member.since().filter((each) => each.method === method && each.status === status).length;

  test('they register', () =>
    all('registers', async (member) => {
      await untilRegistered(member);
      const registrations = member.since().filter(({ method, status }) => method === 'POST' && status === 204);
      assert.ok(registrations.length >= 1, 'registered by a POST');
      const { transport } = member.family;
      if (transport !== undefined) assert.match(registrations[0]?.userAgent ?? '', transport);
    }));

  test('they see both worlds', async () => {
    const { address } = scene;
    await all('sees EC2', (member) => untilKnown(member, 'bob', [address['bob-1']]));
    await all('sees Kubernetes', async (member) => {
      await untilKnown(member, 'carol', [address.carol]);
      await untilKnown(member, 'alice', [address['alice-1'], address['alice-2'], address.alice]);
    });
  });

  test('they call both worlds, with the host of the Ingress in Kubernetes', async () => {
    const { address } = scene;
    await all('calls EC2', async ({ client }) => {
      assert.deepEqual(await client.call('bob', 4), { [address['bob-1']]: 4 });
    });
    await all('calls Kubernetes', async ({ client }) => {
      assert.deepEqual(await client.call('carol', 4), { [address.carol]: 4 });
    });
    await all('calls both as one', async ({ client }) => {
      // Thirty, so that even a client that chooses at random calls each of three.
      const reached = Object.keys(await client.call('alice', 30)).toSorted();
      assert.deepEqual(reached, [address['alice-1'], address['alice-2'], address.alice].toSorted());
    });
  });

  test('they follow what comes and goes in both worlds', async () => {
    const { address } = scene;
    await scene.register('bob-2');
    const added = new Map(
      members.map((member) => [member, untilKnown(member, 'bob', [address['bob-1'], address['bob-2']])]),
    );
    await Promise.allSettled(added.values());
    await scene.cancel('bob-2');
    await all('follows instances', async (member) => {
      await added.get(member);
      await untilKnown(member, 'bob', [address['bob-1']]);
    });

    scene.deploy('carol', false);
    const down = new Map(members.map((member) => [member, untilKnown(member, 'carol', [])]));
    await Promise.allSettled(down.values());
    scene.deploy('carol', true);
    await all('follows Kubernetes DOWN', async (member) => {
      await down.get(member);
      await untilKnown(member, 'carol', [address.carol]);
    });
  });

  test('they renew, and nothing makes them register again', async () => {
    for (const member of members) member.mark();
    await all('renews', async (member) => {
      await until('renewed', async () => count(member, 'PUT', 200) >= 3);
      assert.deepEqual(
        writes(member).filter(({ method, status }) => method !== 'PUT' || status !== 200),
        [],
      );
    });
  });

  test('while the stock Eureka is dead they neither register again nor forget anything', async () => {
    const { address } = scene;
    for (const control of controls.values()) await untilKnown(control, 'bob', [address['bob-1']]);
    await scene.eureka.kill();
    // Requests in flight do not count.
    await until('heartbeats are 503', async () => (await heartbeat(scene.url)) === 503);
    for (const member of [...members, ...controls.values()]) member.mark();
    const started = Date.now();
    const calm = async (member: Member, failure: number, services: Readonly<Record<string, string>>): Promise<void> => {
      await until(`three failed (${failure})`, async () => failedWrites(member, failure) >= 3);
      assert.equal(count(member, 'POST', failure) > 0, false, 'it registers again');
      for (const [service, known] of Object.entries(services)) await untilKnown(member, service, [known]);
    };
    await all(
      'calm on 503 heartbeats',
      (member) => calm(member, 503, { bob: address['bob-1'], carol: address.carol }),
      // A dead stock server answers nothing, and has no entries of Kubernetes.
      (control) => calm(control, 0, { bob: address['bob-1'] }),
    );
    // This client registers after each failed heartbeat by design, and tries each call twice.
    const python = members.find(({ family }) => family.key === 'PY-EUREKA-CLIENT');
    assert.ok(python !== undefined);
    const seconds = (Date.now() - started) / 1_000;
    const failed = failedWrites(python, 503);
    assert.ok(failed <= 4 * (seconds + 1), `${failed} writes in ${seconds} s`);
    assert.equal(count(python, 'GET', 503), 0, 'its reads are answered');
    assert.deepEqual(await upAddresses(python, 'bob'), [address['bob-1']]);
  });

  test('while Eurek8s itself has just started and does not know everything yet, they keep what they know', async () => {
    const { address } = scene;
    await scene.restartProduct();
    const answer = await httpRequest(`${scene.url}/eureka/apps`);
    assert.deepEqual([answer.status, answer.body], [503, '']);
    for (const member of members) member.mark();
    await all('keeps its view on 503', async (member) => {
      if (member.family.reads === 'on demand') {
        const failure = await member.client.instances('bob').then(String, (error: unknown) => String(error));
        assert.match(failure, /Error/, 'not taken for a registry');
        assert.doesNotMatch(failure, /has ended/, 'no crash');
        assert.ok(count(member, 'GET', 503) >= 1);
        return;
      }
      await until('two reads were answered 503', async () => count(member, 'GET', 503) >= 2);
      assert.deepEqual(await upAddresses(member, 'bob'), [address['bob-1']]);
      assert.deepEqual(await upAddresses(member, 'carol'), [address.carol]);
    });
  });

  test('they come back to a stock Eureka that has forgotten them, and see both worlds again', async () => {
    const { address } = scene;
    for (const member of members) member.mark();
    await scene.eureka.restart();
    for (const name of ['bob-1', 'alice-1', 'alice-2'] as const) await scene.register(name);
    await until('reads are answered', () => scene.isReady());
    await all('comes back', async (member) => {
      await untilRegistered(member);
      assert.ok(count(member, 'POST', 204) >= 1);
      await untilKnown(member, 'bob', [address['bob-1']]);
      await untilKnown(member, 'alice', [address['alice-1'], address['alice-2'], address.alice]);
    });
  });

  test('they deregister when they are stopped', () =>
    all('deregisters', async (member) => {
      await untilRegistered(member);
      member.mark();
      await until('renewed just now', async () => count(member, 'PUT', 200) >= 1, { everyMs: 10 });
      await member.client.stop();
      await until('its last request is answered', async () => !member.isBusy());
      const sent = writes(member);
      const left = sent.findIndex(({ method, status }) => method === 'DELETE' && status === 200);
      assert.ok(left >= 0, `a DELETE among ${JSON.stringify(sent)}`);
      // Libraries do not wait for a renewal in flight. When it arrives after the cancel, the lease is unknown and they
      // register once more.
      if (sent.slice(left).some(({ method }) => method === 'POST')) return;
      // The instance itself, because the stock Eureka's list may be cached from before.
      const { status } = await httpRequest(`${scene.eureka.url}/apps/${member.family.key}/${member.id}`);
      assert.equal(status, 404, 'gone at the stock Eureka');
      assert.equal(await statusAt(`${scene.url}/eureka`, member), undefined, 'gone at Eurek8s');
    }));

  test('docs/compatibility.md says what was seen', async () => {
    const style = await resolveConfig(DOCUMENT);
    const document = await format(compatibilityDocument(members), { ...style, parser: 'markdown' });
    if (process.env['UPDATE_COMPATIBILITY'] === '1') writeFileSync(DOCUMENT, document);
    const hint = 'npm run docs:compatibility writes it anew';
    assert.equal(document, readFileSync(DOCUMENT, 'utf8'), hint);
  });
});

async function heartbeat(url: string): Promise<number> {
  return (await httpRequest(`${url}/eureka/apps/BOB/bob-1?status=UP`, { method: 'PUT' })).status;
}

function writes(member: Member): readonly TappedExchange[] {
  return member.since().filter(({ method }) => method !== 'GET');
}

function failedWrites(member: Member, failure: number): number {
  return writes(member).filter(({ status }) => status === failure).length;
}
