import type { Publication } from '../../shared/contribution/publication.ts';
import { appName } from '../../shared/model/names.ts';

/** An ordinary publication that is UP. Tests override what they are about. */
export function publication(app: string, overrides: Partial<Publication> = {}): Publication {
  return {
    cluster: 'main',
    namespace: 'shop',
    ingress: app.toLowerCase(),
    app: appName(app),
    host: `${app.toLowerCase()}.k8s.example.com`,
    address: '192.0.2.10',
    port: 80,
    securePort: 443,
    scheme: 'http',
    status: 'UP',
    statusReason: '2 of 2 endpoints ready',
    readyEndpoints: 2,
    traffic: { kind: 'single' },
    maxEntries: 128,
    overrides: {
      vipAddress: undefined,
      secureVipAddress: undefined,
      zone: undefined,
      metadata: new Map(),
      healthCheckPath: undefined,
      statusPagePath: undefined,
      homePagePath: undefined,
    },
    createdAt: 1_750_000_000_000,
    changedAt: 1_750_000_000_000,
    notices: [],
    ...overrides,
  };
}
