import { troublesOfFiles } from './files.ts';
import { troublesOfRegistryFile } from './registry-file.ts';
import type { SourcesReport } from './sources.ts';

/** What is wrong with the followed files and the registry file, a line each for people. Text `/` has the same. */
export function fileTroubles({ files, registryFile }: SourcesReport): readonly string[] {
  const followed = files.flatMap((each) => troublesOfFiles(each).map((trouble) => `${each.option}: ${trouble}`));
  const registry = registryFile === undefined ? [] : troublesOfRegistryFile(registryFile);
  return [...followed, ...registry.map((trouble) => `registry file: ${trouble}`)];
}
