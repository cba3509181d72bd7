import { join } from 'node:path';
import { buildClients, missingForClients } from './clients/build.ts';
import { buildJava, javaPrograms, requireJava } from './java/build.ts';
import { buildKubernetes } from './kubernetes/build.ts';
import { findGo } from './kubernetes/go.ts';
import { findNginx } from './nginx.ts';
import { buildPrometheus } from './prometheus/build.ts';

type Progress = (line: string) => void;

/** The needed part of the test bed: only the Java programs, or everything. */
export type Extent = 'java' | 'all';

/** What this machine lacks to build and run the real parts of the test bed; empty when nothing is missing. */
export async function missingParts(extent: Extent = 'all'): Promise<readonly string[]> {
  const checks: Promise<unknown>[] = [requireJava()];
  if (extent === 'all') checks.push(findGo(join(import.meta.dirname, 'kubernetes', 'bed', 'go.mod')), findNginx());
  const results = await Promise.allSettled(checks);
  const missing = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
  return extent === 'java' ? missing : [...missing, ...(await missingForClients())];
}

/** Builds every program of the test bed, or finds it in the cache, one after the other: each takes all cores. */
export async function prepareTestBed(progress: Progress, extent: Extent = 'all'): Promise<void> {
  if (extent === 'all') await findNginx();
  await buildJava(javaPrograms, progress);
  if (extent === 'java') return;
  await buildClients(progress);
  await buildKubernetes(progress);
  await buildPrometheus(progress);
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

if (import.meta.main) {
  const missing = await missingParts();
  for (const part of missing) process.stderr.write(`missing: ${part}\n`);
  if (missing.length > 0) process.exitCode = 1;
  else {
    await prepareTestBed((line) => process.stdout.write(`${line}\n`));
    process.stdout.write('the test bed is built\n');
  }
}
