import { gunzipSync } from 'node:zlib';
import type { BalancedExchange } from '../testbed/balancer.ts';

interface Instance {
  readonly instanceId: string;
  readonly app: string;
  readonly lastUpdatedTimestamp: string;
  readonly actionType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Replicas keep a change in their deltas for three minutes and longer, from when they know of it. */
const IN_DELTAS_MS = 150_000;

/** What has been said of an instance last. */
interface Said {
  /** Grows with each change of it. */
  readonly age: number;
  readonly deleted: boolean;
}

/**
 * The answers that one client gets from several replicas in turn. A replica is behind when what it says of an instance is
 * older than what the client has been told already: then, and only then, a hash code may disagree, and the client fetches
 * everything.
 */
export class PolledReplicas {
  deltas = 0;
  fulls = 0;
  /** Deltas of a replica that was behind. */
  behind = 0;
  /** Full fetches after a delta of a replica that was not behind. */
  readonly unexplained: string[] = [];
  readonly #answers = new Map<number, number>();
  /** What deltas have said, and when it was news. */
  readonly #told = new Map<string, Said & { readonly at: number }>();
  #last: { readonly behind: boolean; readonly replica: number } | undefined;

  /** By replica. */
  get answers(): readonly number[] {
    return [...this.#answers].toSorted(([a], [b]) => a - b).map(([, count]) => count);
  }

  passed({ path, method, status, replica, body, encoding }: BalancedExchange): void {
    const delta = /\/apps\/delta\/?$/.test(path);
    if (method !== 'GET' || status !== 200 || !(delta || /\/apps\/?$/.test(path))) return;
    this.#answers.set(replica, (this.#answers.get(replica) ?? 0) + 1);
    if (delta) {
      this.#delta(instancesOf((encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8')), replica);
      return;
    }
    this.fulls++;
    if (this.#last?.behind === false) this.unexplained.push(`after a delta of replica ${this.#last.replica}`);
    this.#last = undefined;
  }

  #delta(instances: readonly Instance[], replica: number): void {
    this.deltas++;
    const now = performance.now();
    const said = new Map(instances.map((instance) => [`${instance.app}/${instance.instanceId}`, saidOf(instance)]));
    const recent = [...this.#told].filter(([, { at }]) => now - at < IN_DELTAS_MS);
    const behind = recent.some(([key, told]) => isOlder(said.get(key), told));
    if (behind) this.behind++;
    this.#last = { behind, replica };
    for (const [key, news] of said) {
      const told = this.#told.get(key);
      const same = told?.age === news.age && told.deleted === news.deleted;
      if (!same && !isOlder(news, told)) this.#told.set(key, { ...news, at: now });
    }
  }
}

function instancesOf(text: string): readonly Instance[] {
  const { applications } = JSON.parse(text) as {
    readonly applications: { readonly application: readonly { readonly instance: readonly Instance[] }[] };
  };
  return applications.application.flatMap(({ instance }) => instance);
}

function saidOf({ lastUpdatedTimestamp, actionType, metadata }: Instance): Said {
  // Entries from manifests count their changes: each replica sees them at a time of its own.
  return { age: Number(metadata?.['change'] ?? lastUpdatedTimestamp), deleted: actionType === 'DELETED' };
}

/** Two deletions are alike: each replica has its own time for one. */
function isOlder(said: Said | undefined, told: Said | undefined): boolean {
  if (told === undefined) return false;
  if (said === undefined) return true;
  return said.deleted && told.deleted ? false : said.age < told.age;
}
