/** What a client of Eureka is started with: everything else is its own default, but intervals of one second. */
export interface ClientOptions {
  /** `http://127.0.0.1:PORT/eureka` */
  readonly eurekaUrl: string;
  /** Log and temporary files. */
  readonly dir: string;
  /** What it registers as, where it registers. */
  readonly app: string;
  readonly id: string;
  readonly port: number;
  /** Host name → address: names that it must be able to call. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** How often a service was reached under which Host header (`host:port`), as the service saw it. */
export type ReachedHosts = Readonly<Record<string, number>>;

/** A real client, as the tests see it. */
export interface Client {
  /**
   * Address (`host:port`) → status: the instances of a service, as this client knows them at this moment. Clients that
   * keep only those that are UP show only those. An error is one that the client reports.
   */
  instances(service: string): Promise<Readonly<Record<string, string>>>;
  /** GETs of `/whoami`, one after the other; an error when one fails. */
  call(service: string, count: number): Promise<ReachedHosts>;
  /** Ends it as its users end it: one that registered deregisters. */
  stop(): Promise<void>;
  /** For the end of a test that went wrong. */
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
  /** 'cache': it polls the registry and answers from memory; 'on demand': each look-up asks the server. */
  readonly reads: 'cache' | 'on demand';
  /** Its User-Agent, for libraries that can speak to Eureka through several HTTP clients. */
  readonly transport?: RegExp;
  /** What it does not offer: why. */
  readonly lacks?: Partial<Readonly<Record<Ability, string>>>;
  /** What it does not do with any server: how. The run tries it with a stock server too. */
  readonly traits?: Partial<Readonly<Record<Ability, string>>>;
  /** For readers of the table. */
  readonly remark?: string;
  start(options: ClientOptions): Promise<Client>;
}
