import { troublesOfFiles } from './files.ts';
import { troublesOfRegistryFile, type RegistryFileReport } from './registry-file.ts';
import type { SourcesReport } from './sources.ts';

/** What is wrong with the followed files and the registry file, a line each for people. Text `/` has the same, and what a start found for as long as the process lives. */
export function fileTroubles({ files, registryFile }: SourcesReport): readonly string[] {
  const followed = files.flatMap((each) => troublesOfFiles(each).map((trouble) => `${each.option}: ${trouble}`));
  const registry = registryFile === undefined ? [] : presentTroubles(registryFile);
  return [...followed, ...registry.map((trouble) => `registry file: ${trouble}`)];
}

/** What the start found is over once the file has been written anew. */
function presentTroubles(report: RegistryFileReport): readonly string[] {
  if (report.lastWrite === undefined) return troublesOfRegistryFile(report);
  return report.problem === undefined ? [] : [report.problem];
}
