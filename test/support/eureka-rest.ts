import { httpRequest, type HttpAnswer } from './http-request.ts';

export type RestStatus = 'UP' | 'DOWN' | 'STARTING' | 'OUT_OF_SERVICE' | 'UNKNOWN';

/** What a test sets of an instance. The rest is what an ordinary Spring client on loopback would send. */
export interface Registration {
  readonly app: string;
  /** Default `app:port`. */
  readonly id?: string;
  readonly host?: string;
  readonly ip?: string;
  readonly port: number;
  readonly securePort?: number;
  readonly status?: RestStatus;
  /** Default: the name of the application in lower case. */
  readonly vip?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** An entry of the metadata, where Ribbon and Spring look for it. */
  readonly zone?: string;
  readonly leaseInfo?: { readonly renewalIntervalInSecs: number; readonly durationInSecs: number };
  /** Epoch milliseconds; now by default. */
  readonly lastDirtyTimestamp?: number;
}

/** An instance in an answer, with the fields that tests look at. */
export interface ShownInstance {
  readonly instanceId: string;
  readonly hostName: string;
  readonly ipAddr: string;
  readonly status: RestStatus;
  readonly port: { readonly $: number; readonly '@enabled': string };
  readonly securePort: { readonly $: number; readonly '@enabled': string };
  readonly vipAddress?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `baseUrl` is `http://host:port/eureka`, of stock Eureka or of Eurek8s. */
export async function registerInstance(baseUrl: string, registration: Registration): Promise<void> {
  expectStatus(204, 'register', await postRegistration(baseUrl, registration));
}

async function postRegistration(baseUrl: string, registration: Registration): Promise<HttpAnswer> {
  const instance = registrationBody(registration);
  return httpRequest(`${baseUrl}/apps/${instance.app}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ instance }),
  });
}

export async function cancelInstance(baseUrl: string, app: string, id: string): Promise<void> {
  expectStatus(200, 'cancel', await httpRequest(instanceUrl(baseUrl, app, id), { method: 'DELETE' }));
}

/** Returns the status. 200: renewed. 404: the server has no such lease, and a client registers again. */
export async function heartbeatInstance(
  baseUrl: string,
  app: string,
  id: string,
  lastDirtyTimestamp?: number,
): Promise<number> {
  const dirty = lastDirtyTimestamp === undefined ? '' : `&lastDirtyTimestamp=${lastDirtyTimestamp}`;
  return (await httpRequest(`${instanceUrl(baseUrl, app, id)}?status=UP${dirty}`, { method: 'PUT' })).status;
}

/** Sets the status override, as an operator does. */
export async function overrideStatus(baseUrl: string, app: string, id: string, status: RestStatus): Promise<void> {
  const url = `${instanceUrl(baseUrl, app, id)}/status?value=${status}`;
  expectStatus(200, 'status', await httpRequest(url, { method: 'PUT' }));
}

/** The full registry: application name → its instances. */
export async function readRegistry(baseUrl: string): Promise<ReadonlyMap<string, readonly ShownInstance[]>> {
  const answer = await httpRequest(`${baseUrl}/apps`, { headers: { accept: 'application/json' } });
  expectStatus(200, 'read', answer);
  const { applications } = JSON.parse(answer.body) as {
    readonly applications: {
      readonly application: readonly { readonly name: string; readonly instance: readonly ShownInstance[] }[];
    };
  };
  return new Map(applications.application.map(({ name, instance }) => [name, instance]));
}

function registrationId({ app, id, port }: Registration): string {
  return id ?? `${app.toLowerCase()}:${port}`;
}

/** The Legacy JSON form: enabled flags and timestamps are strings. */
export function registrationBody(registration: Registration) {
  const { app, host = '127.0.0.1', ip = '127.0.0.1', port, securePort, status = 'UP', zone } = registration;
  const vip = registration.vip ?? app.toLowerCase();
  const base = `http://${host}:${port}`;
  const now = `${registration.lastDirtyTimestamp ?? Date.now()}`;
  return {
    instanceId: registrationId(registration),
    hostName: host,
    app: app.toUpperCase(),
    ipAddr: ip,
    status,
    overriddenStatus: 'UNKNOWN',
    port: { $: port, '@enabled': 'true' },
    securePort: { $: securePort ?? 443, '@enabled': securePort === undefined ? 'false' : 'true' },
    countryId: 1,
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    // An hour. Nothing renews the lease, and it must not expire in a long test about something else.
    leaseInfo: registration.leaseInfo ?? { renewalIntervalInSecs: 30, durationInSecs: 3600 },
    metadata: { ...(zone !== undefined && { zone }), ...registration.metadata },
    homePageUrl: `${base}/`,
    statusPageUrl: `${base}/actuator/info`,
    healthCheckUrl: `${base}/actuator/health`,
    vipAddress: vip,
    secureVipAddress: vip,
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: now,
    lastDirtyTimestamp: now,
  };
}

function instanceUrl(baseUrl: string, app: string, id: string): string {
  return `${baseUrl}/apps/${encodeURIComponent(app.toUpperCase())}/${encodeURIComponent(id)}`;
}

function expectStatus(expected: number, what: string, { status, headers, body }: HttpAnswer): void {
  if (status === expected) return;
  const reason = headers['x-eurek8s-reason'];
  throw new Error(`${what} was answered ${status}, not ${expected}: ${String(reason ?? body.slice(0, 500))}`);
}
