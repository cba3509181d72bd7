import { COMMAND_AGENTS } from '../../shared/census/own-agent.ts';
import type { LegacyConfig } from '../../shared/config/config.ts';
import type { OverlayRules } from '../../shared/registry/overlay.ts';
import { counted } from '../../shared/text/printable.ts';
import { noRegistryReason } from '../../shared/text/no-registry.ts';
import { isLoop } from '../../shared/model/hops.ts';
import type { Clock } from '../ports/clock.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import { LegacyEndpoint } from '../sources/legacy/wire/endpoint.ts';
import { legacySettings } from '../sources/legacy/settings.ts';
import type { Finding } from './finding.ts';
import { countRegistry, type RegistryCount } from './registry-count.ts';

/**
 * Fetches the whole registry once, as the server would at its start. `self`: a random id of this process. It goes into
 * a header that only another Eurek8s answers.
 */
export async function checkLegacy(
  url: string,
  config: LegacyConfig,
  clock: Clock,
  self: string,
  tls?: TlsMaterial,
  overlay: OverlayRules = { networks: [] },
): Promise<readonly Finding[]> {
  const settings = legacySettings(config, tls === undefined ? {} : { tls: () => tls });
  const endpoint = new LegacyEndpoint(url, clock, { ...settings, userAgent: COMMAND_AGENTS.check }, self);
  const subject = `legacy ${endpoint.url}`;
  const bad = (text: string): readonly Finding[] => [{ verdict: 'bad', subject, text }];
  const startedAt = clock.now();
  try {
    const timeouts = { head: settings.headTimeout, body: settings.bodyTimeout };
    const page = await endpoint.get('apps', 'application/json, application/xml;q=0.5', 'polls', timeouts);
    if (!page.ok)
      return bad(page.error.startsWith(endpoint.url) ? page.error.slice(endpoint.url.length + 2) : page.error);
    const { by, hops, status } = page.value;
    // The redirects that were followed are part of every finding.
    const way = by === endpoint.url ? '' : `${by.slice(endpoint.url.length + 2)}: `;
    if (isLoop(self, hops)) return bad(way + LOOP);
    const notes: Finding[] = hops.length === 0 ? [] : [{ verdict: 'note', subject, text: way + EUREK8S }];
    if (status !== 200) return [...bad(way + noRegistryReason(status)), ...notes];
    const count = countRegistry(page.value.text, overlay);
    if (count === undefined) return bad(`${way}answers, but not with a registry: is this the base URL of a Eureka?`);
    const text = `${way}${counted(count.instances, 'instance')} of ${counted(count.applications, 'application')}, ${clock.now() - startedAt} ms`;
    if (count.unreachable > 0) notes.push({ verdict: 'note', subject, text: way + hiddenText(count) });
    return [{ verdict: 'good', subject, text: count.format === 'json' ? text : `${text}, as XML only` }, ...notes];
  } finally {
    await endpoint.close();
  }
}

function hiddenText({ unreachable, instances }: RegistryCount): string {
  return `${unreachable} of ${instances} instances have an address in overlay.cidrs, and no caller will find them: are they Pods?`;
}

const LOOP = 'an Eurek8s answers here whose own legacy.urls lead back to itself: name the legacy';
const EUREK8S =
  'this is an Eurek8s and no legacy: if it is the one that this configuration is for, it would ask itself; name the legacy';
