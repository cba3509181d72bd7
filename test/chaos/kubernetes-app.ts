import { statusKey, stateOf } from './entry.ts';
import type { Ingress } from './ingress.ts';
import type { KubeApi } from './kube-api.ts';
import type { Truth } from './truth.ts';

export const NAMESPACE = 'shop';

export interface KubernetesWorld {
  readonly truth: Truth;
  readonly now: () => number;
  readonly api: KubeApi;
  readonly ingress: Ingress;
}

/** A service in Kubernetes: Ingress, Service and EndpointSlice. One change at a time, each tried until it is answered. */
export class KubernetesApp {
  readonly name: string;
  readonly app: string;
  readonly host: string;
  published = false;
  ready = 0;
  /** Since when calls to its host find nobody. */
  deadSince = 0;
  readonly #world: KubernetesWorld;
  #v = 0;
  #pending: { readonly send: () => Promise<void>; readonly confirm: (at: number) => void } | undefined;
  #busy = false;

  constructor(world: KubernetesWorld, name: string) {
    this.#world = world;
    this.name = name;
    this.app = name.toUpperCase();
    this.host = `${name}.k8s.example.test`;
  }

  get settled(): boolean {
    return this.#pending === undefined;
  }

  get id(): string {
    return `eurek8s:main:${NAMESPACE}:${this.name}:${this.host}:0`;
  }

  /** Service and endpoints, before there is an Ingress. */
  async prepare(): Promise<void> {
    const { api } = this.#world;
    await api.apply(`/api/v1/namespaces/${NAMESPACE}/services/${this.name}`, this.#service());
    this.scale(1 + (this.name.length % 3));
    await this.tick();
  }

  scale(ready: number): void {
    const { truth, now, api } = this.#world;
    const state = ready > 0 ? 'UP' : 'DOWN';
    this.ready = ready;
    this.#route();
    const path = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/${this.name}`;
    const confirm = truth.change(now(), statusKey(this.id), { ...this.#line(), state });
    this.#pending = { send: () => api.apply(path, this.#slice()), confirm };
  }

  /** Makes the Ingress, or changes its content. */
  publish(): void {
    const { truth, now, api, ingress } = this.#world;
    this.#v++;
    this.published = true;
    this.#route();
    const { app, host } = this;
    const fields = { app, host, ip: '127.0.0.1', port: ingress.port, vip: this.name, v: `${this.#v}` };
    const confirm = truth.change(now(), this.id, { ...this.#line(), state: stateOf(fields) });
    this.#pending = { send: () => api.apply(this.#path(), this.#ingress()), confirm };
  }

  withdraw(): void {
    const { truth, now, api } = this.#world;
    const confirm = truth.change(now(), this.id, { ...this.#line(), state: 'absent', ending: 'deleted' });
    const done = (at: number): void => {
      confirm(at);
      this.published = false;
      this.#route();
    };
    this.#pending = { send: () => api.delete(this.#path()), confirm: done };
  }

  async tick(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined || this.#busy) return;
    this.#busy = true;
    try {
      await pending.send();
      pending.confirm(this.#world.now());
      if (this.#pending === pending) this.#pending = undefined;
    } catch {
      // out of reach: once more in the next round
    } finally {
      this.#busy = false;
    }
  }

  #route(): void {
    const { routes } = this.#world.ingress;
    if (this.published && this.ready > 0) routes.set(this.host, `${this.name}-pods`);
    else if (routes.delete(this.host)) this.deadSince = this.#world.now();
  }

  #line() {
    return { source: 'kubernetes', app: this.app } as const;
  }

  #path(): string {
    return `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses/${this.name}`;
  }

  #ingress(): object {
    const service = { name: this.name, port: { number: 80 } };
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: this.name,
        namespace: NAMESPACE,
        annotations: {
          'eurek8s.io/publish': 'true',
          'eurek8s.io/address': '127.0.0.1',
          'eurek8s.io/port': `${this.#world.ingress.port}`,
          'eurek8s.io/metadata.v': `${this.#v}`,
        },
      },
      spec: {
        rules: [{ host: this.host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
      },
    };
  }

  #service(): object {
    const spec = { selector: { app: this.name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
    return { apiVersion: 'v1', kind: 'Service', metadata: { name: this.name, namespace: NAMESPACE }, spec };
  }

  #slice(): object {
    const endpoints = Array.from({ length: 3 }, (_, i) => ({
      addresses: [`10.42.0.${i + 1}`],
      conditions: { ready: i < this.ready },
    }));
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: this.name, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': this.name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints,
    };
  }
}
