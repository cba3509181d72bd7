import { freePorts } from '../testbed/ports.ts';
import { LittleBackend } from './backend.ts';
import { Ec2Instance, type Ec2World } from './ec2-instance.ts';
import { factsOf } from './entry.ts';
import { between, pick, type Random } from './random.ts';
import { applicationsOf, ask, instancesOf, JSON_PLAIN } from './wire.ts';
import { TIMES } from './timing.ts';

/** Applications on EC2, each with so many slots, of which at least three are taken. BOB is in Kubernetes as well. */
export const EC2_APPS = ['ALICE', 'BOB', 'DAVE', 'ERIN'] as const;
const SLOTS = 7;
const FEWEST = 3;
const AT_FIRST = 5;

/** The instances on EC2. */
export class Fleet {
  readonly instances: readonly Ec2Instance[];
  readonly #world: Ec2World;
  #listedAt = 0;
  #listed: ReadonlySet<string> = new Set();

  private constructor(world: Ec2World, instances: readonly Ec2Instance[]) {
    this.#world = world;
    this.instances = instances;
  }

  static async start(world: Ec2World, calledDead: (instance: Ec2Instance) => void): Promise<Fleet> {
    const ports = await freePorts(EC2_APPS.length * SLOTS);
    const instances = EC2_APPS.flatMap((app, a) =>
      Array.from({ length: SLOTS }, (_, i) => {
        const name = `${app.toLowerCase()}-${i + 1}`;
        const backend = new LittleBackend(name, ports[a * SLOTS + i] ?? 0, () => calledDead(instance));
        const instance: Ec2Instance = new Ec2Instance(world, app, backend, i % 2 === 0 ? 'legacy' : 'us');
        return instance;
      }),
    );
    for (const [i, instance] of instances.entries())
      await (i % SLOTS < AT_FIRST ? instance.start() : instance.backend.die());
    return new Fleet(world, instances);
  }

  /** Asks the legacy itself what it lists, and learns which leases have run out. */
  async look(): Promise<void> {
    const at = this.#world.now();
    const { status, text } = await ask(`${this.#world.legacy}/apps`, { headers: JSON_PLAIN, timeoutMs: 5_000 });
    if (status !== 200) return;
    const states = factsOf(instancesOf(applicationsOf(text)));
    this.#world.listed({ at, states });
    for (const instance of this.instances)
      if (instance.phase === 'gone' && states.has(instance.id) && !this.#listed.has(instance.id))
        instance.reappeared(this.#listedAt, at);
      else if (instance.phase === 'dead' && !states.has(instance.id)) {
        const lastListed = this.#listed.has(instance.id) ? this.#listedAt : instance.diedAt;
        instance.evicted(Math.min(lastListed, at), this.#world.now());
      }
    this.#listedAt = at;
    this.#listed = new Set(states.keys());
  }

  async tick(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.tick()));
  }

  /** Half of the instances do not find their way back for a while: less than `guards.grace`. */
  loseHalf(next: Random): void {
    const until = this.#world.now() + between(next, 6_000, TIMES.grace * 0.5);
    for (const [i, instance] of this.instances.entries()) if (i % 2 === 0) instance.silentUntil = until;
  }

  /** One change at random. */
  async change(next: Random): Promise<void> {
    const app = pick(next, EC2_APPS);
    const own = this.instances.filter((instance) => instance.app === app);
    const taken = own.filter(({ phase }) => phase === 'registered');
    const free = own.filter(({ phase }) => phase === 'gone');
    const dice = next();
    const chosen = pick(next, taken.length === 0 ? own : taken);
    const other = free.length === 0 ? undefined : pick(next, free);
    if (taken.length < FEWEST || dice < 0.3) await other?.start();
    else if (dice < 0.5) chosen.cancel();
    else if (dice < 0.6 && chosen.steady) await chosen.crash();
    else chosen.change(dice < 0.75 ? 'DOWN' : 'UP');
  }
}
