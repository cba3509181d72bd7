import { refused, type RefusalCause } from '../contribution/refusal.ts';
import { ok, type Result } from '../result.ts';
import type { ServiceBackend, ServicePort, StrippedService } from './stripped.ts';

/** The ports that a reason names. */
const MAX_NAMED = 10;

/**
 * The port of the Service that the backend names. It must be a TCP port, because no other carries HTTP. The error is a
 * refusal.
 */
export function findPort({ meta, ports }: StrippedService, backend: ServiceBackend): Result<ServicePort, RefusalCause> {
  const { port } = backend;
  const found = ports.find(
    ({ name, number, protocol }) => protocol === 'TCP' && (typeof port === 'number' ? number : name) === port,
  );
  if (found !== undefined && port !== '') return ok(found);
  const has = ports.length === 0 ? 'no ports at all: give it spec.ports' : `${listed(ports)}: correct the backend`;
  return refused(
    'port-not-found',
    port === undefined
      ? `the backend names no port of Service ${meta.name}, or two at once; the Service has ${has}`
      : `Service ${meta.name} has no TCP port ${port}; it has ${has}`,
  );
}

/** For people: `http`, or the number if the port has no name. */
export function portLabel({ name, number }: ServicePort): string {
  return name === '' ? String(number) : name;
}

function listed(ports: readonly ServicePort[]): string {
  const words = ports
    .slice(0, MAX_NAMED)
    .map(
      ({ name, number, protocol }) =>
        `${number}${protocol === 'TCP' ? '' : `/${protocol}`}${name === '' ? '' : ` (${name})`}`,
    );
  const more = ports.length - words.length;
  return words.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
