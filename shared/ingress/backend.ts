import { rawScalar } from '../data/raw-data.ts';
import type { BackendPort, IngressBackend, ServiceBackend } from './stripped.ts';

/** A port as it is written: a number, even in quotes, or else a name. `undefined` for none. */
export function backendPort(value: unknown): BackendPort | undefined {
  const text = rawScalar(value);
  return text !== undefined && /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : text;
}

/** The Service of a backend; `undefined` for a resource, and for an action of the controller itself. */
export function serviceIn(backend: IngressBackend | undefined): ServiceBackend | undefined {
  return backend !== undefined && 'service' in backend ? backend : undefined;
}
