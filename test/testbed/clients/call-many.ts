import { Tally } from '../tally.ts';
import type { ReachedHosts } from './client.ts';

/** Calls one after the other; `once` gives the Host header under which it reached the service. */
export async function callMany(count: number, once: () => Promise<string>): Promise<ReachedHosts> {
  const hosts = new Tally();
  for (let i = 0; i < count; i++) hosts.add(await once());
  return hosts.counts;
}
