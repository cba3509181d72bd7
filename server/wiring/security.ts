import type { IncomingMessage } from 'node:http';
import type { FollowedFiles } from '../../shared/api/files.ts';
import { parseNetwork, type Network } from '../../shared/address/network.ts';
import type { Config, ListenTlsConfig } from '../../shared/config/config.ts';
import type { Caller } from '../auth/credential-table.ts';
import { loadCredentials } from '../auth/credentials-file.ts';
import { Gate } from '../auth/gate.ts';
import { RefusalLog } from '../auth/refusal-log.ts';
import type { TlsListener } from '../http/tls-listener.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CurrentTls } from '../ports/tls.ts';
import { ClientCertificates } from '../tls/client-certificates.ts';
import { HandshakeLog } from '../tls/handshake-log.ts';
import { contextOptions, loadTls, type CheckedMaterial } from '../tls/material.ts';
import { FollowedFileSet } from './followed-files.ts';

export interface SecurityEdges {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
}

/** The access control, the TLS material, and the files that both come from. */
export interface Security {
  readonly gate: Gate;
  /** Whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly Network[];
  /** `undefined`: plain HTTP only. */
  readonly listener: TlsListener | undefined;
  /** `undefined`: TLS to the legacy is not configured. */
  readonly legacyTls: CurrentTls | undefined;
  /** The states of the files that the configuration names. */
  readonly files: () => readonly FollowedFiles[];
  observe(): void;
  /** Makes the listeners follow the files. */
  start(listeners: TlsListeners): void;
  stop(): void;
}

/** The part of the HTTP server that follows certificates. */
export interface TlsListeners {
  renewTls(): void;
  endTls(): void;
}

const validityOf = ({ validity }: CheckedMaterial) => validity;

/** Reads the files that the configuration names. Rejects with `UnusableFile`. */
export async function openSecurity(config: Config, { clock, log, metrics }: SecurityEdges): Promise<Security> {
  const { listen, auth, legacy } = config;
  const files = new FollowedFileSet(clock, log);
  try {
    const credentials =
      auth.file === undefined ? undefined : await files.follow('auth.file', loadCredentials(auth.file));
    const certificates = new ClientCertificates(clock);
    const own = listen.tls && (await files.follow('listen.tls', loadTls(ownFiles(listen.tls)), validityOf));
    const hasLegacyTls = Object.values(legacy.tls).some((path) => path !== undefined);
    const toLegacy = hasLegacyTls ? await files.follow('legacy.tls', loadTls(legacy.tls), validityOf) : undefined;
    const trustedProxies = listen.trustedProxies.flatMap((text) => {
      const network = parseNetwork(text);
      return network.ok ? [network.value] : [];
    });
    const asksForCertificates = (listen.tls?.clientAuth ?? 'none') !== 'none';
    const handshakes = new HandshakeLog(log, clock);
    const gate = new Gate({
      anonymous: auth.anonymous,
      credentials: credentials && (() => credentials.value),
      certificateOf: asksForCertificates ? ({ socket }: IncomingMessage) => certificates.of(socket) : undefined,
      trustedProxies,
      refusals: new RefusalLog(log, clock, metrics),
      counterOf: callerCounters(metrics),
    });
    return {
      gate,
      trustedProxies,
      listener: listen.tls &&
        own && {
          port: listen.tls.port,
          clientAuth: listen.tls.clientAuth,
          context: () => contextOptions(own.value),
          opened: (socket) => {
            if (asksForCertificates) certificates.note(socket);
          },
          failed: (handshake) => handshakes.note(handshake),
        },
      legacyTls: toLegacy && (() => toLegacy.value),
      files: () => files.states(),
      observe: () => files.observe(metrics),
      start: (listeners) => {
        let authorities = own?.value.ca;
        own?.onChange(({ ca }) => {
          listeners.renewTls();
          if (ca === undefined || authorities?.equals(ca) === true) return;
          authorities = ca;
          certificates.forget();
          listeners.endTls();
        });
        files.remind();
      },
      stop: () => files.stop(),
    };
  } catch (error) {
    files.stop();
    throw error;
  }
}

function ownFiles({ cert, key, clientCa }: ListenTlsConfig): Parameters<typeof loadTls>[0] {
  return { cert, key, ca: clientCa };
}

/** A series for each name in the file, looked up by the caller that the table keeps. */
function callerCounters(metrics: PrometheusMetrics): (caller: Caller) => () => void {
  const counters = new WeakMap<Caller, () => void>();
  return (caller) => {
    let count = counters.get(caller);
    if (count === undefined) {
      count = metrics.counter('callers', { credential: caller.names.join(' '), shown: caller.kind });
      counters.set(caller, count);
    }
    return count;
  };
}
