import { urlHost } from '../../shared/address/ip-address.ts';

/** Port 0 in the configuration lets the system choose one. */
export function boundPort(address: string | { readonly port: number } | null): number | undefined {
  return typeof address === 'object' ? address?.port : undefined;
}

export function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  return `${scheme}://${host === '0.0.0.0' || host === '::' ? 'localhost' : urlHost(host)}:${port}`;
}
