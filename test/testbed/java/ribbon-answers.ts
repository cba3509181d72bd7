import { Tally } from '../tally.ts';
import { PATIENCE_MS, until } from '../until.ts';
import type { JsonLinesProcess } from './json-lines.ts';

/** The results of a number of calls through Ribbon, one after the other. */
export interface CallSummary {
  readonly ok: number;
  readonly errors: number;
  /** Name of the backend that answered → how often. */
  readonly backends: Readonly<Record<string, number>>;
  /** Host header it was called with → how often. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Error → how often. */
  readonly failures: Readonly<Record<string, number>>;
}

/** An entry of Ribbon's server list. */
export interface RibbonServer {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  readonly alive: boolean;
  /** Ribbon's own id: host:port, or host:metadata.instanceId. */
  readonly ribbonId: string;
  /** Eureka's. */
  readonly instanceId: string;
}

export interface RibbonCaller {
  /** GETs of `path` (default `/whoami`), one after the other. */
  call(service: string, count: number, path?: string): Promise<CallSummary>;
  servers(service: string): Promise<readonly RibbonServer[]>;
  /**
   * Repeats the request until the list is as wanted, and returns it. The error at the deadline (default 30 s) shows the
   * last list.
   */
  waitForServers(
    service: string,
    wanted: (servers: readonly RibbonServer[]) => boolean,
    timeoutMs?: number,
  ): Promise<readonly RibbonServer[]>;
}

/** `seen`: what the backend answered. */
interface OneCall {
  readonly seen?: { readonly backend: string; readonly host: string };
  readonly failure?: string;
}

/** What the Ribbon client and the Netflix client have in common. */
export function ribbonCaller(process: JsonLinesProcess): RibbonCaller {
  const servers = async (service: string): Promise<readonly RibbonServer[]> => {
    const answer = await process.ask({ cmd: 'list', service });
    return answer['servers'] as readonly RibbonServer[];
  };
  return {
    servers,
    call: async (service, count, path = '/whoami') => {
      const [backends, hosts, failures] = [new Tally(), new Tally(), new Tally()];
      for (let i = 0; i < count; i++) {
        const { seen, failure } = (await process.ask({ cmd: 'call', service, path })) as OneCall;
        if (seen === undefined) failures.add(failure ?? 'no answer');
        else {
          backends.add(seen.backend);
          hosts.add(seen.host);
        }
      }
      return {
        ok: hosts.total,
        errors: failures.total,
        backends: backends.counts,
        hosts: hosts.counts,
        failures: failures.counts,
      };
    },
    waitForServers: (service, wanted, timeoutMs = PATIENCE_MS) =>
      until(
        `Ribbon's list of ${service} is as wanted`,
        async () => {
          const list = await servers(service);
          if (wanted(list)) return list;
          throw new Error(`the list is ${JSON.stringify(list)}`);
        },
        { timeoutMs, everyMs: 100 },
      ),
  };
}
