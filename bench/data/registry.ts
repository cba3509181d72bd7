export interface RegistrySize {
  /** The name in the report: the number of instances. */
  readonly name: string;
  readonly applications: number;
  readonly instancesEach: number;
}

/** The registries that are measured. */
export const SIZES = {
  small: { name: '600', applications: 200, instancesEach: 3 },
  medium: { name: '10,000', applications: 2_000, instancesEach: 5 },
  large: { name: '100,000', applications: 10_000, instancesEach: 10 },
} as const satisfies Readonly<Record<string, RegistrySize>>;

/** What a client would POST to `/eureka/apps/APP`. */
export interface Registration {
  readonly app: string;
  readonly id: string;
  readonly vip: string;
  /** JSON text. */
  readonly body: string;
}

export const REGISTER_HEADERS = { 'content-type': 'application/json', accept: 'application/json' } as const;

/** What two registrations of one instance may differ in. */
export interface RegistrationVariant {
  /** Metadata value `marker`: it identifies the registration in an answer. */
  readonly marker?: string;
  /** Epoch milliseconds; servers keep the registration with the greatest. */
  readonly dirtyAt?: number;
}

/** A fixed moment, so that two runs register the same bytes. */
export const REGISTERED_AT = 1_750_000_000_000;

// A day: only the measurement itself renews instances, and no server may evict one during a run.
const LEASE = { renewalIntervalInSecs: 30, durationInSecs: 86_400 };

const WORDS = ['ORDERS', 'BILLING', 'CATALOG', 'ACCOUNT', 'PLAYBACK', 'SEARCH', 'RATINGS', 'PROFILE'] as const;
const ZONES = ['us-east-1a', 'us-east-1c', 'us-east-1d'] as const;

export function instanceCount({ applications, instancesEach }: RegistrySize): number {
  return applications * instancesEach;
}

/** All registrations of a registry, application by application. */
export function* registrations(size: RegistrySize): Generator<Registration> {
  for (let nth = 0; nth < instanceCount(size); nth++) yield registration(size, nth);
}

/** Number `step` of `count` instances that are evenly spread over the registry; the first follows the last. */
export function spreadRegistration(
  size: RegistrySize,
  step: number,
  count: number,
  variant: RegistrationVariant = {},
): Registration {
  return registration(size, Math.floor(((step % count) * instanceCount(size)) / count), variant);
}

export function applicationName(index: number): string {
  return `${WORDS[index % WORDS.length]}-${String(index).padStart(5, '0')}`;
}

export function registration(size: RegistrySize, nth: number, variant: RegistrationVariant = {}): Registration {
  const instance = instanceOf(size, nth, variant);
  const { app, instanceId: id, vipAddress: vip } = instance;
  return { app, id, vip, body: JSON.stringify({ instance }) };
}

/**
 * An instance as a NetflixOSS application on EC2 registers it, with the fields in the order of stock servers. A stock
 * server serves it as about 990 bytes of JSON; in a whole registry that is compressed it takes some 40.
 */
export function instanceOf(
  { instancesEach }: RegistrySize,
  nth: number,
  { marker, dirtyAt = REGISTERED_AT }: RegistrationVariant = {},
) {
  const app = applicationName(Math.floor(nth / instancesEach));
  // Only the end differs: random ids would be most of the compressed answer, and its size all that is measured.
  const id = `i-0a1b2c3d4e${nth.toString(16).padStart(8, '0')}`;
  const ip = `10.${64 + (nth >> 16)}.${(nth >> 8) & 255}.${nth & 255}`;
  const hostName = `ip-${ip.replaceAll('.', '-')}.ec2.internal`;
  return {
    instanceId: id,
    hostName,
    app,
    ipAddr: ip,
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: 7001, '@enabled': 'true' },
    securePort: { $: 7002, '@enabled': 'false' },
    countryId: 1,
    dataCenterInfo: {
      '@class': 'com.netflix.appinfo.AmazonInfo',
      name: 'Amazon',
      metadata: {
        'ami-id': 'ami-0c55b159cbfafe1f0',
        'availability-zone': ZONES[(nth % instancesEach) % ZONES.length],
        'instance-id': id,
        'instance-type': 'm5.xlarge',
      },
    },
    leaseInfo: LEASE,
    metadata: { version: '1.4.2', ...(marker !== undefined && { marker }) },
    statusPageUrl: `http://${hostName}:7001/info`,
    healthCheckUrl: `http://${hostName}:7001/health`,
    vipAddress: app.toLowerCase(),
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: `${dirtyAt}`,
    lastDirtyTimestamp: `${dirtyAt}`,
  };
}
