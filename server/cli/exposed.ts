import { readFile, stat } from 'node:fs/promises';
import { hideUserInfo } from '../../shared/text/user-info.ts';
import type { ClusterConfig } from '../../shared/config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Finding } from './finding.ts';

/** Bits of a file's mode: everybody may read it. */
const WORLD_READABLE = 0o004;

/** Notes on files that every user of the machine may read. They are only notes, because a Pod has no other users. */
export async function exposed(subject: string, paths: readonly string[]): Promise<readonly Finding[]> {
  const isExposed = await Promise.all(paths.map(everybodyReads));
  return paths
    .filter((_, i) => isExposed[i])
    .map((path) => ({
      verdict: 'note',
      subject,
      text: `${path} holds secrets, and every user of this machine may read it`,
    }));
}

/** A file that cannot be looked at is told of where it is read. */
async function everybodyReads(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }));
  return (mode & WORLD_READABLE) !== 0;
}

/** The file of the configuration, where URLs in it have user and password. */
export async function exposedConfig({ given }: Pick<LoadedConfig, 'given'>): Promise<readonly Finding[]> {
  const withSecrets = [...given.values()].flatMap(({ origin, value }) => {
    const text = JSON.stringify(value) ?? '';
    return origin.kind === 'file' && hideUserInfo(text) !== text ? [origin.file] : [];
  });
  return exposed('configuration', [...new Set(withSecrets)]);
}

/** Credentials in a kubeconfig itself; `tokenFile` and a plug-in keep them elsewhere. */
const CREDENTIALS = /\b(?:token|password|client-key-data)["']?\s*:\s*\S/;

export async function exposedKubeconfig(cluster: ClusterConfig): Promise<readonly Finding[]> {
  if (cluster.inCluster) return [];
  const text = await readFile(cluster.kubeconfig, 'utf8').catch(() => '');
  return CREDENTIALS.test(text) ? exposed(`cluster ${cluster.name}`, [cluster.kubeconfig]) : [];
}
