import type { Config } from '../../shared/config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';
import { checkCluster } from './check-cluster.ts';
import { checkLegacy } from './check-legacy.ts';
import { checkManifests } from './check-manifests.ts';
import { type Finding, findingText } from './finding.ts';
import { EXIT, type Shell } from './shell.ts';

/** Tries everything that the configuration names, all at the same time, and tells the outcome in its order. */
export async function check({ config, given }: LoadedConfig, shell: Shell): Promise<number> {
  const written = [...given.values()].filter(({ origin }) => origin.kind !== 'default').length;
  const findings: readonly Finding[] = [
    { verdict: 'good', subject: 'configuration', text: `valid, ${written} options given` },
    ...(await Promise.all(sourceChecks(config, shell))).flat(),
  ];
  for (const finding of findings) shell.out(`${hideUserInfo(findingText(finding))}\n`);
  return findings.some(({ verdict }) => verdict === 'bad') ? EXIT.failed : EXIT.done;
}

function sourceChecks(config: Config, { clock, random }: Shell): readonly Promise<readonly Finding[]>[] {
  const self = `check-${random().toString(36).slice(2)}`;
  return [
    ...config.legacy.urls.map((url) => checkLegacy(url, config.legacy, clock, self)),
    ...config.clusters.map((cluster) => checkCluster(cluster, config, clock)),
    ...config.manifests.map((manifests) => checkManifests(manifests)),
  ];
}
