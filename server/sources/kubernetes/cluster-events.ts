import { createHash } from 'node:crypto';
import type { ObjectEvent } from '../../../shared/api/object-events.ts';
import { rawRecord, rawText } from '../../../shared/data/raw-data.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { EventOutcome } from '../../ports/object-events.ts';
import type { ClusterAccess, ClusterAccessOptions } from './cluster-access.ts';
import type { Connection } from './api-request.ts';
import { failureOf, type Failure } from './failure.ts';
import { DEFAULT_TIMING } from './timing.ts';
import { deadline } from './wait.ts';

export interface ClusterEventsOptions extends Pick<ClusterAccessOptions, 'cluster' | 'environment'> {
  /** Of the machine, as the Events carry its time. */
  readonly clock: Clock;
  readonly log: Log;
  /** Who writes, for people. */
  readonly instance: string;
  /** The uid of the object now; `undefined`: it is gone. */
  readonly uidOf: (event: ObjectEvent) => string | undefined;
}

/** An Event that was observed so many milliseconds ago is not repeated: another replica has just written it. */
const FRESH_MS = 10 * 60_000;
const CONTROLLER = 'eurek8s.io/eurek8s';

/**
 * Writes Events of `events.k8s.io/v1`. Their name follows from what they say, so that replicas, and a process after this
 * one, find the same Event and make a series of it.
 */
export class ClusterEvents {
  readonly #options: ClusterEventsOptions;
  readonly #abort = new AbortController();
  #access: ClusterAccess | undefined;
  /** What is wrong since the last Event that was written; it is told once. */
  #failing: string | undefined;

  constructor(options: ClusterEventsOptions) {
    this.#options = options;
  }

  async write(event: ObjectEvent): Promise<EventOutcome> {
    const { cluster, environment, clock, log, uidOf } = this.#options;
    const uid = uidOf(event);
    if (uid === undefined) return 'gone';
    const limit = deadline(clock, DEFAULT_TIMING.pageDeadline, this.#abort.signal, 'the API server');
    try {
      // Imported lazily, like everything that loads the cluster client.
      const [{ ClusterAccess: Access }, { connect }] = await Promise.all([
        import('./cluster-access.ts'),
        import('./api-request.ts'),
      ]);
      this.#access ??= new Access({ cluster, environment, clock, pluginLimit: DEFAULT_TIMING.pluginLimit });
      const login = this.#access.login();
      try {
        const connection = await connect(login, limit.signal);
        try {
          const outcome = await this.#writeTo(connection, event, uid, limit.signal);
          this.#failing = undefined;
          return outcome;
        } finally {
          connection.close();
        }
      } catch (error) {
        this.#access.failed(failureOf(error).status, login);
        throw error;
      }
    } catch (error) {
      const failure = failureOf(error);
      if (isGone(failure)) return 'gone';
      // Texts name the namespace and the Event.
      const failing = failure.status === undefined ? failure.text : `HTTP ${failure.status}`;
      if (failing !== this.#failing && !this.#abort.signal.aborted)
        log.warn({ cluster: cluster.name, error: failure.text }, 'Events cannot be written');
      this.#failing = failing;
      return 'failed';
    } finally {
      limit.release();
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #writeTo(connection: Connection, event: ObjectEvent, uid: string, signal: AbortSignal): Promise<EventOutcome> {
    const now = this.#options.clock.now();
    const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(event.namespace)}/events`;
    const body = eventBody(event, uid, this.#options.instance, now);
    try {
      await connection.json(path, signal, body);
      return 'written';
    } catch (error) {
      if (failureOf(error).status !== CONFLICT) throw error;
    }
    const at = `${path}/${body.metadata.name}`;
    const known = rawRecord(await connection.json(at, signal));
    const series = rawRecord(known['series']);
    const last = rawText(series['lastObservedTime']) ?? rawText(known['eventTime']);
    if (last !== undefined && now - Date.parse(last) < FRESH_MS) return 'known';
    const { resourceVersion } = rawRecord(known['metadata']);
    const count = Number(series['count'] ?? 1) + 1;
    try {
      await connection.patch(at, signal, {
        metadata: { resourceVersion },
        series: { count, lastObservedTime: microTime(now) },
      });
      return 'repeated';
    } catch (error) {
      // Another replica was faster.
      if (failureOf(error).status === CONFLICT) return 'known';
      throw error;
    }
  }
}

const CONFLICT = 409;

/** The namespace is gone or going, or the Event was forgotten before it could be made a series. */
function isGone({ status, text }: Failure): boolean {
  return status === 404
    ? /"[^"]*" not found/.test(text)
    : status === 403 && text.includes('because it is being terminated');
}

/** Of 253 characters, for the name of the object. */
const MAX_NAME = 230;
/** The longest name of who writes. */
const MAX_INSTANCE = 128;

function eventBody(event: ObjectEvent, uid: string, instance: string, now: number) {
  const { namespace, kind, name, reason, type, note } = event;
  const digest = createHash('sha256')
    .update(JSON.stringify([uid, reason, note]))
    .digest('hex')
    .slice(0, 16);
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name: `${name.slice(0, MAX_NAME).replace(/[^a-z0-9]+$/, '')}.${digest}` },
    eventTime: microTime(now),
    reportingController: CONTROLLER,
    reportingInstance: instance.slice(0, MAX_INSTANCE),
    action: 'Publish',
    reason,
    type,
    note,
    regarding: {
      apiVersion: kind === 'Ingress' ? 'networking.k8s.io/v1' : 'gateway.networking.k8s.io/v1',
      kind,
      namespace,
      name,
      uid,
    },
  };
}

/** RFC 3339 with six digits, which the field requires. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
