import { encodeInstanceDocumentJson } from '../../../../shared/codec/json-encode.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { PublishAnswer, PublishRequest } from '../../../../shared/publish/exchange.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import type { RawWrite, Write } from '../../../ports/writes.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import { applicationPath, instancePath } from '../wire/resource-path.ts';
import type { Forwarder } from '../write/forwarder.ts';

export interface PublishExchangeParts {
  readonly servers: Failover<LegacyServer>;
  /** The server to be asked first. */
  readonly first: () => LegacyServer | undefined;
  /** Over the same servers, in the same order. */
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Milliseconds for one request, including the fail-over. */
  readonly timeout: number;
}

/** Says to whoever reads the access log of the legacy who registers there. */
const HEADERS = { 'discoveryidentity-name': 'Eurek8s' };

/** Sends the requests for published entries to the legacy, from one server to the next. */
export class PublishExchange {
  readonly #parts: PublishExchangeParts;

  constructor(parts: PublishExchangeParts) {
    this.#parts = parts;
  }

  /** Epoch milliseconds from which a server may be asked, after all of them were out of reach. */
  get readyAt(): number {
    return this.#parts.servers.readyAt();
  }

  async send(request: PublishRequest): Promise<PublishAnswer> {
    const { app, id } = request;
    switch (request.kind) {
      case 'look':
        return this.#count('look', await this.#look(app, id));
      case 'renew':
        return this.#write({
          kind: 'renew',
          app,
          id,
          lastDirtyTimestamp: undefined,
          raw: raw('PUT', instancePath(app, id)),
        });
      case 'cancel':
        return this.#write({ kind: 'cancel', app, id, raw: raw('DELETE', instancePath(app, id)) });
      case 'register':
        return this.#register(request.form);
      case 'replace': {
        const cancelled = await this.#write({ kind: 'cancel', app, id, raw: raw('DELETE', instancePath(app, id)) });
        return cancelled.kind === 'failed' ? cancelled : this.#register(request.form);
      }
    }
  }

  async #register(record: InstanceRecord): Promise<PublishAnswer> {
    const { app, id } = record;
    const body = Buffer.from(encodeInstanceDocumentJson(record));
    return this.#write({
      kind: 'register',
      app,
      id,
      record,
      raw: raw('POST', applicationPath(app), body),
    });
  }

  async #look(app: AppName, id: InstanceId): Promise<PublishAnswer> {
    const { servers, first, clock, timeout } = this.#parts;
    const failures: string[] = [];
    for (const server of servers.all(clock.now(), first())) {
      const found = await server.look(app, id, timeout);
      if (found.kind === 'no-answer') {
        failures.push(found.reason);
        if (!found.isReached) servers.failed(server, clock.now());
        continue;
      }
      servers.succeeded(server);
      return found.kind === 'none' ? { kind: 'absent' } : { kind: 'found', record: found.record };
    }
    return { kind: 'failed', reason: failures.join('; ') };
  }

  async #write(write: Write): Promise<PublishAnswer> {
    const { forwarder, clock, timeout } = this.#parts;
    const forwarded = await forwarder.forward(write, clock.now() + timeout);
    switch (forwarded.kind) {
      case 'accepted':
        return this.#count(write.kind, { kind: 'done' });
      case 'unreachable':
        return this.#count(write.kind, { kind: 'failed', reason: forwarded.reason });
      case 'rejected':
        return this.#count(
          write.kind,
          forwarded.status === 404 ? { kind: 'absent' } : { kind: 'failed', reason: forwarded.reason },
        );
    }
  }

  #count(kind: string, answer: PublishAnswer): PublishAnswer {
    this.#parts.metrics.count('legacy_publish_requests', { kind, outcome: answer.kind });
    return answer;
  }
}

function raw(method: RawWrite['method'], path: string, body?: Buffer): RawWrite {
  const contentType = body === undefined ? undefined : 'application/json';
  return { method, path, query: '', contentType, body, headers: HEADERS };
}
