import { hashCodeOf, instancesOf, type WireApplications, type WireInstance } from './wire.ts';

/** A Eureka client of the judge's own: holds what it was told, by full answers and deltas. */
export class LittleClient {
  readonly #held = new Map<string, WireInstance>();

  get instances(): Iterable<WireInstance> {
    return this.#held.values();
  }

  get empty(): boolean {
    return this.#held.size === 0;
  }

  full(applications: WireApplications): void {
    this.#held.clear();
    for (const instance of instancesOf(applications)) this.#held.set(keyOf(instance), instance);
  }

  /** Returns whether the hash code agrees afterwards. */
  delta(applications: WireApplications): boolean {
    for (const instance of instancesOf(applications)) {
      if (instance.actionType === 'DELETED') this.#held.delete(keyOf(instance));
      else this.#held.set(keyOf(instance), instance);
    }
    return this.hash() === applications.apps__hashcode;
  }

  hash(): string {
    return hashCodeOf([...this.#held.values()].map(({ status }) => status));
  }
}

function keyOf({ app, instanceId }: WireInstance): string {
  return `${app}/${instanceId}`;
}

/** What two views differ in, or `undefined`. */
export function difference(a: Iterable<WireInstance>, b: Iterable<WireInstance>): string | undefined {
  const [left, right] = [comparable(a), comparable(b)];
  const lines: string[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()]))
    if (left.get(key) !== right.get(key))
      lines.push(`${key}: ${left.get(key) ?? 'absent'} ≠ ${right.get(key) ?? 'absent'}`);
  return lines.length === 0 ? undefined : lines.slice(0, 4).join('; ');
}

/** All that an instance says of itself. What a renewal touches is no change, and the action is that of the delta. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['leaseInfo', 'lastUpdatedTimestamp', 'actionType']);

function comparable(instances: Iterable<WireInstance>): ReadonlyMap<string, string> {
  return new Map(
    [...instances].map((instance) => {
      const said = Object.entries(instance).filter(([field]) => !NOT_COMPARED.has(field));
      return [keyOf(instance), JSON.stringify(inOrder(Object.fromEntries(said)))];
    }),
  );
}

/** An object as the list of its fields, in the order of the alphabet. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .map(([field, each]) => [field, inOrder(each)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
