/** The options of a Eureka client. Everything else is its own default, except for intervals of one second. */
export interface ClientOptions {
  /** `http://127.0.0.1:PORT/eureka` */
  readonly eurekaUrl: string;
  /** Log and temporary files. */
  readonly dir: string;
  /** The instance that it registers, if it registers. */
  readonly app: string;
  readonly id: string;
  readonly port: number;
  /** The address that it registers; 127.0.0.1 by default. */
  readonly address?: string;
  /** Host name → address of the names that it must be able to call. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** How often a service was reached with each Host header (`host:port`), as the service saw it. */
export type ReachedHosts = Readonly<Record<string, number>>;

/** A real client, as the tests use it. */
export interface Client {
  /**
   * Address (`host:port`) → status of the instances of a service, as this client knows them now. Clients that keep only
   * instances that are UP return only those. Rejects with an error that the client reports.
   */
  instances(service: string): Promise<Readonly<Record<string, string>>>;
  /** Makes GETs of `/whoami`, one after the other. Rejects when one fails. */
  call(service: string, count: number): Promise<ReachedHosts>;
  /** Ends it as users end it; a registered client deregisters. */
  stop(): Promise<void>;
  /** Ends it at once, for the end of a failed test. */
  kill(): Promise<void>;
}

/** What can be seen of a client, in the order of the table. */
export const ABILITIES = [
  'registers',
  'renews',
  'sees EC2',
  'sees Kubernetes',
  'follows instances',
  'follows Kubernetes DOWN',
  'calls EC2',
  'calls Kubernetes',
  'calls both as one',
  'calm on 503 heartbeats',
  'keeps its view on 503',
  'comes back',
  'deregisters',
] as const;

export type Ability = (typeof ABILITIES)[number];

/** A client library or program, in one version. */
export interface Family {
  /** Also the name that it registers under. */
  readonly key: string;
  readonly client: string;
  readonly version: string;
  readonly runtime: string;
  /** 'cache': it polls the registry and answers from memory. 'on demand': each look-up is a request to the server. */
  readonly reads: 'cache' | 'on demand';
  /** Its User-Agent, for libraries that support several HTTP clients. */
  readonly transport?: RegExp;
  /** What it does not offer, with the reason. */
  readonly lacks?: Partial<Readonly<Record<Ability, string>>>;
  /** What it does not do with any server, with a description. The run tries it with a stock server too. */
  readonly traits?: Partial<Readonly<Record<Ability, string>>>;
  /** For readers of the table. */
  readonly remark?: string;
  start(options: ClientOptions): Promise<Client>;
}
