import { rawScalar } from '../data/raw-data.ts';
import type { BackendPort, IngressBackend, ServiceBackend } from './stripped.ts';

/** A port as it is written: a number, also in quotes, else a name. `undefined`: none. */
export function backendPort(value: unknown): BackendPort | undefined {
  const text = rawScalar(value);
  return text !== undefined && /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : text;
}

/** `undefined`: it leads to a resource, or to something that the controller does by itself. */
export function serviceIn(backend: IngressBackend | undefined): ServiceBackend | undefined {
  return backend !== undefined && 'service' in backend ? backend : undefined;
}
