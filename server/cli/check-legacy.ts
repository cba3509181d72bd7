import type { LegacyConfig } from '../../shared/config/config.ts';
import { noRegistry } from '../../shared/text/no-registry.ts';
import type { Clock } from '../ports/clock.ts';
import { LegacyEndpoint } from '../sources/legacy/wire/endpoint.ts';
import { legacySettings } from '../sources/legacy/settings.ts';
import type { Finding } from './finding.ts';
import { countRegistry } from './registry-count.ts';

/** Fetches the whole registry once, as the server would at its start. */
export async function checkLegacy(url: string, config: LegacyConfig, clock: Clock): Promise<readonly Finding[]> {
  const settings = legacySettings(config);
  const endpoint = new LegacyEndpoint(url, clock, settings);
  const subject = `legacy ${endpoint.url}`;
  const bad = (text: string): readonly Finding[] => [{ verdict: 'bad', subject, text }];
  const startedAt = clock.now();
  try {
    const timeouts = { head: settings.headTimeout, body: settings.bodyTimeout };
    const page = await endpoint.get('apps', 'application/json, application/xml;q=0.5', 'polls', timeouts);
    if (!page.ok) return bad(page.error.replace(`${endpoint.url}: `, ''));
    if (page.value.status !== 200) return bad(noRegistry(page.value.status));
    const count = countRegistry(page.value.text);
    if (count === undefined) return bad('answers, but not with a registry: is this the base URL of a Eureka?');
    const text = `${count.instances} instances of ${count.applications} applications, ${clock.now() - startedAt} ms`;
    return [{ verdict: 'good', subject, text: count.format === 'json' ? text : `${text}, as XML only` }];
  } finally {
    await endpoint.close();
  }
}
