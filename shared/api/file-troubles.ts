import type { SourcesReport } from './sources.ts';

/** What is wrong with the followed files and the registry file, a line each for people. Text `/` has the same. */
export function fileTroubles({ files, registryFile }: SourcesReport): readonly string[] {
  const followed = files.flatMap(({ option, problem, notes }) => [
    ...(problem === undefined ? [] : [`${option}: the last good one stays in force: ${problem}`]),
    ...notes.map((note) => `${option}: ${note}`),
  ]);
  const problem = registryFile?.problem;
  return [...followed, ...(problem === undefined ? [] : [`registry file: ${problem}`])];
}
