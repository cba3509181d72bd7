import { troublesOfFiles } from './files.ts';
import type { SourcesReport } from './sources.ts';

/** What is wrong with the followed files and the registry file, a line each for people. Text `/` has the same. */
export function fileTroubles({ files, registryFile }: SourcesReport): readonly string[] {
  const followed = files.flatMap((each) => troublesOfFiles(each).map((trouble) => `${each.option}: ${trouble}`));
  const problem = registryFile?.problem;
  return [...followed, ...(problem === undefined ? [] : [`registry file: ${problem}`])];
}
