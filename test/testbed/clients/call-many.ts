import { Tally } from '../tally.ts';
import type { ReachedHosts } from './client.ts';

/** Makes calls one after the other. `once` returns the Host header with which the call reached the service. */
export async function callMany(count: number, once: () => Promise<string>): Promise<ReachedHosts> {
  const hosts = new Tally();
  for (let i = 0; i < count; i++) hosts.add(await once());
  return hosts.counts;
}
