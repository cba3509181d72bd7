/** What an attacking process has reached. */
export interface AttackState {
  /** Connections that are open. */
  readonly open: number;
  readonly ended: number;
  readonly answered: number;
  readonly byStatus: Record<string, number>;
}

/** How one connection misbehaves. */
interface Attack {
  /**
   * `once`: sends its bytes, and waits. `drips`: and then a byte now and then. `again`: sends the next bytes with each
   * answer. `never-reads`: asks and does not read.
   */
  readonly rhythm: 'once' | 'drips' | 'again' | 'never-reads';
  readonly bytes: (connection: number, sent: number) => string;
}

export type AttackKind = 'idle' | 'slow-headers' | 'slow-bodies' | 'slow-readers' | 'many-instances' | 'one-instance';

/** Of a body that is sent at once; the rest never comes. */
const SLOW_BODY_BYTES = 400_000;
/** Instances that one connection registers in turn, in an application of its own. */
const INSTANCES_EACH = 200;
const HOST = 'host: eurek8s\r\n';

export const ATTACKS: Readonly<Record<AttackKind, Attack>> = {
  idle: { rhythm: 'once', bytes: () => `GET /healthz HTTP/1.1\r\n${HOST}\r\n` },
  'slow-headers': { rhythm: 'drips', bytes: () => `GET /eureka/apps HTTP/1.1\r\n${HOST}x-slow: ` },
  'slow-bodies': {
    rhythm: 'drips',
    bytes: () =>
      `POST /eureka/apps/SLOW HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 500000\r\n\r\n${' '.repeat(SLOW_BODY_BYTES)}`,
  },
  'slow-readers': {
    rhythm: 'never-reads',
    bytes: () => `GET /eureka/apps HTTP/1.1\r\n${HOST}accept: application/json\r\n\r\n`,
  },
  'many-instances': {
    rhythm: 'again',
    bytes: (connection, sent) => register(`STORM-${connection}`, `i-${sent % INSTANCES_EACH}`, sent),
  },
  'one-instance': { rhythm: 'again', bytes: (_connection, sent) => register('THE-SAME', 'i-1', sent) },
};

function register(app: string, id: string, sent: number): string {
  const body = JSON.stringify({
    instance: {
      instanceId: id,
      app,
      hostName: `${id}.example`,
      ipAddr: '10.0.0.1',
      status: 'UP',
      vipAddress: 'storm',
      lastDirtyTimestamp: String(1_795_000_000_000 + sent),
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      metadata: { sent: String(sent) },
    },
  });
  return `POST /eureka/apps/${app} HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
