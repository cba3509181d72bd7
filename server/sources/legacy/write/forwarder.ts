import type { Clock } from '../../../ports/clock.ts';
import type { Write } from '../../../ports/writes.ts';
import type { Failover } from '../wire/failover.ts';
import type { SentWrite } from '../wire/endpoint.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { Place } from '../wire/redirect.ts';

/**
 * The legacy's verdict, the server that gave it, and where that server is when redirects led there (`undefined` when
 * that cannot be determined). `unreachable`: no server gave a verdict in time.
 */
export type Forwarded =
  | { readonly kind: 'accepted'; readonly by: LegacyServer; readonly place: Place | undefined }
  | Rejected
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface Rejected {
  readonly kind: 'rejected';
  readonly by: LegacyServer;
  readonly status: 400 | 404 | 409;
  readonly reason: string;
}

type Verdict = 'accepted' | 400 | 404 | 409 | 'next-server';

/** Milliseconds; with less time left no exchange is begun. */
const MIN_EXCHANGE_MS = 10;

/** Forwards writes unchanged. When one server cannot answer, the next one receives the write. */
export class Forwarder {
  readonly #servers: Failover<LegacyServer>;
  readonly #clock: Clock;
  readonly #polled: () => LegacyServer | undefined;

  /** `polled`: the server whose lists are served. A write goes there first, so that lists show it. */
  constructor(servers: Failover<LegacyServer>, clock: Clock, polled: () => LegacyServer | undefined = () => undefined) {
    this.#servers = servers;
    this.#clock = clock;
    this.#polled = polled;
  }

  /** Whether another server's lists are served. */
  isBesidePolled(server: LegacyServer): boolean {
    const polled = this.#polled();
    return polled !== undefined && polled !== server;
  }

  /** `deadline`: epoch milliseconds by which the client must have its answer. */
  async forward(write: Write, deadline: number): Promise<Forwarded> {
    return this.forwardTo(this.#servers.all(this.#clock.now(), this.#polled()), write, deadline);
  }

  /** The others that may be tried now. */
  others({ by }: { readonly by: LegacyServer }): readonly LegacyServer[] {
    return this.#servers.ready(this.#clock.now()).filter((server) => server !== by);
  }

  /** Forwards to one of these servers, in their order. */
  async forwardTo(servers: readonly LegacyServer[], write: Write, deadline: number): Promise<Forwarded> {
    const failures: string[] = [];
    const passedOver: LegacyServer[] = [];
    for (const [index, server] of servers.entries()) {
      const time = (deadline - this.#clock.now()) * this.#servers.share(servers.slice(index));
      if (time < MIN_EXCHANGE_MS) break;
      // The write would come back to us and wait here for itself.
      if (server.loop !== undefined) {
        failures.push(server.loop);
        continue;
      }
      const sent = await server.send(write.raw, time);
      if (!sent.ok) {
        failures.push(sent.error);
        this.#servers.failed(server, this.#clock.now());
        continue;
      }
      const isUnread = isUnreadPath(write, sent.value);
      const reason = isUnread ? `${sent.value.by}: answered 400: ${UNREAD}` : reasonOf(sent.value);
      const verdict = isUnread ? 400 : judge(write.kind, sent.value);
      // A bad answer to one write does not mean that the server is down, so there is no back-off before another server
      // has taken the same write.
      if (verdict === 'next-server') {
        failures.push(reason);
        passedOver.push(server);
      } else {
        for (const other of passedOver) this.#servers.failed(other, this.#clock.now());
        this.#servers.succeeded(server);
        const { place } = sent.value;
        return verdict === 'accepted'
          ? { kind: verdict, by: server, place }
          : { kind: 'rejected', by: server, status: verdict, reason };
      }
    }
    return { kind: 'unreachable', reason: failures.join('; ') || 'no time left after waiting for earlier writes' };
  }
}

/**
 * A 404 makes every client register anew, so it is passed on only when a registry can have meant it and a Eureka wrote
 * it: proxies in front of a Eureka answer too, and with any status.
 */
function judge(kind: Write['kind'], { status, signed }: SentWrite): Verdict {
  if (!signed) return 'next-server';
  if (status < 300) return 'accepted';
  switch (status) {
    case 404:
      return kind === 'register' ? 'next-server' : 404;
    case 400:
    case 409:
      return status;
    default:
      return 'next-server';
  }
}

const UNREAD_IN_PATHS = /%(?:2f|5c|00)/i;
const UNREAD = 'an escaped slash, backslash or NUL in a path is read by no stock server';

/**
 * The containers of stock servers, and many proxies, answer such a path with 400 and a page of their own. The next
 * server would do the same: a write to such an id is a mistake of the client.
 */
function isUnreadPath({ raw }: Write, { status, signed }: SentWrite): boolean {
  return !signed && status === 400 && UNREAD_IN_PATHS.test(raw.path);
}

function reasonOf({ by, status, signed, contentType }: SentWrite): string {
  if (signed || !COULD_BE_SIGNED.has(status)) return `${by}: answered ${status}`;
  const type = contentType?.split(';', 1)[0] ?? 'unknown type';
  return `${by}: answered ${status} with a page (${type}) that is no Eureka's: a proxy or a login page in front of it?`;
}

const COULD_BE_SIGNED: ReadonlySet<number> = new Set([200, 204, 400, 404, 409]);
