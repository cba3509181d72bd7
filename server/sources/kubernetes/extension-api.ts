import { rawList, rawRecord, rawText } from '../../../shared/data/raw-data.ts';
import type { Clock } from '../../ports/clock.ts';
import { connect } from './api-request.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { failureOf, type Failure } from './failure.ts';
import type { Login } from './login.ts';
import { groupPath, type Resource } from './resources.ts';
import type { Timing } from './timing.ts';
import { deadline } from './wait.ts';

/** What an API server has of a resource that is installed as an extension. `going`: its definition is being deleted. */
export type Presence =
  | { readonly kind: 'served' | 'going'; readonly version: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly failure: Failure };

export interface ExtensionApiOptions {
  readonly access: ClusterAccess;
  readonly timing: Timing;
  readonly clock: Clock;
}

/** Asks which resources an API server has, by its discovery, which every client may read. */
export class ExtensionApi {
  readonly #options: ExtensionApiOptions;

  constructor(options: ExtensionApiOptions) {
    this.#options = options;
  }

  /** One connection for all of them. Never rejects. */
  async look(resources: readonly Resource[], signal: AbortSignal): Promise<ReadonlyMap<Resource, Presence>> {
    const { access, clock, timing } = this.#options;
    const limit = deadline(clock, timing.pageDeadline, signal, 'the API server');
    let login: Login | undefined;
    try {
      login = access.login();
      const connection = await connect(login, limit.signal);
      const asked = new Map<string, Promise<ReadonlyMap<string, Presence>>>();
      const listed = (path: string, version: string): Promise<ReadonlyMap<string, Presence>> => {
        const list = asked.get(path) ?? resourcesAt(() => connection.json(path, limit.signal), version);
        asked.set(path, list);
        return list;
      };
      try {
        const found = new Map<Resource, Presence>();
        for (const resource of resources) {
          let presence: Presence | undefined;
          for (const version of resource.versions)
            presence ??= (await listed(groupPath(resource, version), version)).get(resource.plural);
          found.set(resource, presence ?? { kind: 'absent' });
        }
        return found;
      } finally {
        connection.close();
      }
    } catch (error) {
      const failure = failureOf(error);
      access.failed(failure.status, login);
      return new Map(resources.map((resource) => [resource, { kind: 'unknown', failure }]));
    } finally {
      limit.release();
    }
  }
}

/** By plural name. Throws when the answer does not tell; 404 tells that there is no such group or version. */
async function resourcesAt(ask: () => Promise<unknown>, version: string): Promise<ReadonlyMap<string, Presence>> {
  let answer: unknown;
  try {
    answer = await ask();
  } catch (error) {
    if (failureOf(error).status === 404) return new Map();
    throw error;
  }
  if (rawRecord(answer)['kind'] !== 'APIResourceList')
    throw new Error('the API server answered with something that is no list of resources');
  return new Map(
    rawList(rawRecord(answer)['resources'])
      .map(rawRecord)
      .map(({ name, verbs }) => [rawText(name) ?? '', { kind: isGoing(rawList(verbs)) ? 'going' : 'served', version }]),
  );
}

/** An API server takes no new objects of a definition that is being deleted, and deletes those that there are. */
function isGoing(verbs: readonly unknown[]): boolean {
  return verbs.includes('delete') && !verbs.includes('create');
}
