import type { SnapshotConfig } from '../../shared/config/config.ts';
import { age } from '../../shared/text/printable.ts';
import type { Clock } from '../ports/clock.ts';
import { failureText } from '../registry-file/failure.ts';
import { readRegistryFile } from '../registry-file/file-reading.ts';
import { tryToWrite } from '../registry-file/file-writing.ts';
import { systemTimeSlices } from '../system/time-slices.ts';
import type { Finding } from './finding.ts';

/**
 * Checks whether the registry file can be written, and what a start would find in it. `self`: a random id of this
 * process.
 */
export async function checkRegistryFile(
  { file }: SnapshotConfig,
  clock: Clock,
  self: string,
): Promise<readonly Finding[]> {
  if (file === undefined) return [];
  const finding = (verdict: Finding['verdict'], text: string): readonly Finding[] => [
    { verdict, subject: 'snapshot.file', text: `${file}: ${text}` },
  ];
  try {
    await tryToWrite(file, self);
  } catch (error) {
    return finding('bad', `cannot be written: ${failureText(error)}`);
  }
  const found = await readRegistryFile(file, systemTimeSlices());
  if (!found.ok) return finding('note', `a start would not use what is there, and replace it: ${found.error}`);
  if (found.value === undefined) return finding('good', 'can be written, and is not there yet');
  const { writtenAt, parts } = found.value;
  return finding('good', `can be written; holds ${[...parts.keys()].join(', ')}, ${age(clock.now() - writtenAt)} old`);
}
