import { gunzipSync } from 'node:zlib';

interface Listed {
  readonly instanceId: string;
  readonly status: string;
  readonly actionType?: string;
}

interface Listing {
  readonly applications: {
    readonly apps__hashcode: string;
    readonly application: readonly { readonly instance: readonly Listed[] }[];
  };
}

/** What a poller knows of the registry, as far as its hash code needs it: id → status. */
export interface View {
  readonly statuses: ReadonlyMap<string, string>;
  readonly hash: string;
}

/**
 * Views of many pollers in one process. What follows from one view and one answer is worked out once and shared by all
 * pollers that are in the same position; each of them checks the hash for itself.
 */
export class Views {
  readonly #full = new Map<string, View>();
  readonly #next = new Map<View, Map<string, View>>();
  readonly #documents = new Map<string, Listing>();

  full(body: Buffer): View {
    const key = keyOf(body);
    let view = this.#full.get(key);
    if (view === undefined) {
      const statuses = new Map<string, string>();
      for (const { instanceId, status } of instancesOf(this.#read(key, body))) statuses.set(instanceId, status);
      view = { statuses, hash: hashOf(statuses) };
      this.#full.set(key, view);
    }
    return view;
  }

  /** The view after a delta; undefined when its hash is not the server's: a client then fetches everything again. */
  after(view: View, body: Buffer): View | undefined {
    const key = keyOf(body);
    const following = this.#next.get(view) ?? new Map<string, View>();
    this.#next.set(view, following);
    const listing = this.#read(key, body);
    let next = following.get(key);
    if (next === undefined) {
      next = applied(view, listing);
      following.set(key, next);
    }
    return next.hash === listing.applications.apps__hashcode ? next : undefined;
  }

  #read(key: string, body: Buffer): Listing {
    const known = this.#documents.get(key);
    if (known !== undefined) return known;
    const listing = JSON.parse(gunzipSync(body).toString('utf8')) as Listing;
    this.#documents.set(key, listing);
    return listing;
  }
}

/** Equal statuses stay the same object: a change of metadata makes no view that others would have to be compared with. */
function applied(view: View, listing: Listing): View {
  const changes = instancesOf(listing).filter(({ instanceId, status, actionType }) =>
    actionType === 'DELETED' ? view.statuses.has(instanceId) : view.statuses.get(instanceId) !== status,
  );
  if (changes.length === 0) return view;
  const statuses = new Map(view.statuses);
  for (const { instanceId, status, actionType } of changes)
    if (actionType === 'DELETED') statuses.delete(instanceId);
    else statuses.set(instanceId, status);
  return { statuses, hash: hashOf(statuses) };
}

function instancesOf({ applications }: Listing): readonly Listed[] {
  return applications.application.flatMap(({ instance }) => instance);
}

/** As clients compute it: each status with its count, in alphabetical order. */
function hashOf(statuses: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const status of statuses.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${status}_${count}_`)
    .join('');
}

/** Bytes of one version are equal, so their checksum (at the end of a gzip member) and length tell them apart. */
function keyOf(body: Buffer): string {
  return `${body.length}/${body.toString('latin1', body.length - 8)}`;
}
