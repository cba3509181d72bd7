import type { Config } from '../../shared/config/config.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import type { LoadedConfig } from '../config/load.ts';
import { counted } from '../../shared/text/printable.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';
import { overlayRules } from '../../shared/registry/overlay.ts';
import { advice } from './advice.ts';
import { checkCluster } from './check-cluster.ts';
import { checkFiles } from './check-files.ts';
import { checkLegacy } from './check-legacy.ts';
import { checkManifests } from './check-manifests.ts';
import { checkRegistryFile } from './check-registry-file.ts';
import { exposedConfig } from './exposed.ts';
import { type Finding, findingText } from './finding.ts';
import { EXIT, type Shell } from './shell.ts';

/** Checks the files and every source of the configuration, and prints the findings in its order. */
export async function check(loaded: LoadedConfig, shell: Shell): Promise<number> {
  const { config, given } = loaded;
  const written = [...given.values()].filter(({ origin }) => origin.kind !== 'default').length;
  const files = await checkFiles(config, shell.clock);
  const findings: readonly Finding[] = [
    { verdict: 'good', subject: 'configuration', text: `valid, ${counted(written, 'option')} given` },
    ...(await exposedConfig(loaded)),
    ...advice(config),
    ...files.findings,
    ...(await Promise.all(sourceChecks(config, shell, files.legacyTls))).flat(),
    ...optionalSources(config),
  ];
  for (const finding of findings) shell.out(`${hideUserInfo(findingText(finding))}\n`);
  return findings.some(({ verdict }) => verdict === 'bad') ? EXIT.failed : EXIT.done;
}

/** A note for each source that a start does not wait for. */
function optionalSources({ legacy, clusters }: Config): readonly Finding[] {
  const away =
    'when Eurek8s starts while it is away, reads are answered without it, and callers drop all its instances';
  const note = (subject: string, option: string): Finding => ({ verdict: 'note', subject, text: `${option}: ${away}` });
  return [
    ...(legacy.urls.length > 0 && !legacy.required ? [note('legacy', 'legacy.required: false')] : []),
    ...clusters.filter(({ required }) => !required).map(({ name }) => note(`cluster ${name}`, 'required: false')),
  ];
}

function sourceChecks(
  config: Config,
  shell: Shell,
  legacyTls: TlsMaterial | undefined,
): readonly Promise<readonly Finding[]>[] {
  const self = `check-${shell.random().toString(36).slice(2)}`;
  const overlay = overlayRules(config.overlay);
  return [
    ...config.legacy.urls.map((url) => checkLegacy(url, config.legacy, shell.clock, self, legacyTls, overlay)),
    ...config.clusters.map((cluster) => checkCluster(cluster, config, shell)),
    ...config.manifests.map((manifests) => checkManifests(manifests, shell.clock)),
    checkRegistryFile(config.snapshot, shell.clock, self),
  ];
}
