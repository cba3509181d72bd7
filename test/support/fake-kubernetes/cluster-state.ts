import { randomUUID } from 'node:crypto';

/** An object as the API server stores it. */
export interface ApiObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface StateEvent {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

export const PLURALS: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  Deployment: 'deployments',
  Namespace: 'namespaces',
  IngressClass: 'ingressclasses',
  HTTPRoute: 'httproutes',
  Gateway: 'gateways',
  GatewayClass: 'gatewayclasses',
  ReferenceGrant: 'referencegrants',
};

export const GROUPS: Readonly<Record<string, string>> = {
  Ingress: 'networking.k8s.io',
  Service: '',
  EndpointSlice: 'discovery.k8s.io',
  Deployment: 'apps',
  Namespace: '',
  IngressClass: 'networking.k8s.io',
  HTTPRoute: 'gateway.networking.k8s.io',
  Gateway: 'gateway.networking.k8s.io',
  GatewayClass: 'gateway.networking.k8s.io',
  ReferenceGrant: 'gateway.networking.k8s.io',
};

/** The kinds that are installed as definitions of custom resources. */
export const GATEWAY_KINDS: readonly string[] = ['HTTPRoute', 'Gateway', 'GatewayClass', 'ReferenceGrant'];

/** The objects, their versions, and the history for watches. */
export class ClusterState {
  #version = 100;
  /** Watches from a version before this one are answered 410. */
  #oldest = 0;
  #objects = new Map<string, ApiObject>();
  /** Versions that are no numbers, as of servers that do not store objects in etcd. */
  opaque = false;
  readonly #history: StateEvent[] = [];
  readonly #listeners = new Set<(event: StateEvent) => void>();

  get version(): number {
    return this.#version;
  }

  get oldest(): number {
    return this.#oldest;
  }

  /** Creates or updates an object, and fills in what an API server would fill in. */
  put(object: ApiObject): ApiObject {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    const stored = {
      ...object,
      metadata: {
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...object.metadata,
        uid: known?.metadata.uid ?? randomUUID(),
        resourceVersion: this.spelled(++this.#version),
        // What a real server adds, and nobody needs.
        managedFields: [{ manager: 'test', fieldsV1: { 'f:spec': {} } }],
      },
    };
    this.#objects.set(key, stored);
    this.#emit(known === undefined ? 'ADDED' : 'MODIFIED', stored);
    return stored;
  }

  delete(kind: string, namespace: string, name: string): void {
    const key = `${kind}/${namespace}/${name}`;
    const known = this.#objects.get(key);
    if (known === undefined) throw new Error(`no ${key}`);
    this.#objects.delete(key);
    const resourceVersion = this.spelled(++this.#version);
    this.#emit('DELETED', { ...known, metadata: { ...known.metadata, resourceVersion } });
  }

  /** Forgets the history, so that earlier watches and continue tokens are expired. */
  compact(): void {
    this.#history.length = 0;
    this.#oldest = ++this.#version;
  }

  /** Makes a backup. The returned function restores it, and then versions are used a second time. */
  backUp(): () => void {
    const version = this.#version;
    const objects = new Map(this.#objects);
    return () => {
      this.#version = version;
      this.#objects = new Map(objects);
      this.#history.splice(0, Infinity, ...this.#history.filter((event) => event.version <= version));
    };
  }

  spelled(version: number): string {
    return this.opaque ? `v${(version * 7919) % 1000}-${version}` : String(version);
  }

  parsed(version: string): number {
    return Number(version.slice(version.indexOf('-') + 1));
  }

  list(kind: string, namespace: string | undefined): readonly ApiObject[] {
    return [...this.#objects.values()].filter((object) => isOf(object, kind, namespace));
  }

  since(version: number, kind: string, namespace: string | undefined): readonly StateEvent[] {
    return this.#history.filter((event) => event.version > version && isOf(event.object, kind, namespace));
  }

  /** The returned function unsubscribes. */
  onEvent(listener: (event: StateEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #emit(type: StateEvent['type'], object: ApiObject): void {
    const event = { version: this.#version, type, object };
    this.#history.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

export function isOf(object: ApiObject, kind: string, namespace: string | undefined): boolean {
  return object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace);
}

function keyOf({ kind, metadata }: ApiObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}
