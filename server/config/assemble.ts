import type { Config } from '../../shared/config/config.ts';
import type { Values } from './options.ts';

/** The flat values of the option table as the nested configuration, frozen. */
export function assembleConfig(values: Values): Config {
  return deepFreeze({
    listen: {
      host: values['listen.host'],
      port: values['listen.port'],
      keepAlive: values['listen.keepAlive'],
      tls: listenTls(values),
      trustedProxies: values['listen.trustedProxies'],
    },
    auth: { file: values['auth.file'], anonymous: values['auth.anonymous'] },
    legacy: {
      urls: values['legacy.urls'],
      pollInterval: values['legacy.pollInterval'],
      fullInterval: values['legacy.fullInterval'],
      required: values['legacy.required'],
      peerFeed: values['legacy.peerFeed'],
      publish: values['legacy.publish'],
      tls: { ca: values['legacy.tls.ca'], cert: values['legacy.tls.cert'], key: values['legacy.tls.key'] },
    },
    leases: { enabled: values['leases.enabled'] },
    clusters: values.clusters,
    manifests: values.manifests,
    selection: {
      mode: values['selection.mode'],
      ingressClasses: values['selection.ingressClasses'],
      gatewayClasses: values['selection.gatewayClasses'],
      namespaces: values['selection.namespaces'],
      namespaceSelector: values['selection.namespaceSelector'],
      labelSelector: values['selection.labelSelector'],
    },
    addresses: values.addresses,
    defaults: {
      traffic: values['defaults.traffic'],
      health: values['defaults.health'],
      minReady: values['defaults.minReady'],
      downDelay: values['defaults.downDelay'],
      maxEntriesPerApp: values['defaults.maxEntriesPerApp'],
      copies: values['defaults.copies'],
      probe: values['defaults.probe'],
    },
    probe: { interval: values['probe.interval'], timeout: values['probe.timeout'] },
    applications: values.applications,
    overlay: { cidrs: values['overlay.cidrs'], action: values['overlay.action'] },
    guards: {
      maxRemoval: values['guards.maxRemoval'],
      minInstances: values['guards.minInstances'],
      grace: values['guards.grace'],
      window: values['guards.window'],
    },
    ownership: values.ownership,
    events: { enabled: values['events.enabled'] },
    snapshot: { file: values['snapshot.file'], maxAge: values['snapshot.maxAge'] },
    history: { keep: values['history.keep'] },
    readOnly: values.readOnly,
    log: { level: values['log.level'] },
  });
}

function listenTls(values: Values): Config['listen']['tls'] {
  const { 'listen.tls.cert': cert, 'listen.tls.key': key, 'listen.tls.port': port } = values;
  if (cert === undefined || key === undefined) return undefined;
  return {
    cert,
    key,
    clientCa: values['listen.tls.clientCa'],
    clientAuth: values['listen.tls.clientAuth'],
    port: port === 0 ? undefined : port,
  };
}

/** Maps are read-only by type; freezing does not reach their entries. */
function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
