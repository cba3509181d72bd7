// `npm run audit`: asks the registry for known weaknesses of the packages in the lock file. Exit code 0: each finding is
// explained in explained-findings.json, which has no other; 1: not so; 3: the registry did not answer, nothing is known.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditProblems, findingsOf, type Explanation } from './audit-report.ts';

const NOT_ASKED = 3;
/** A registry that does not answer is not worth minutes. */
const LIMITS = ['--fetch-retries=1', '--fetch-timeout=20000'];
const WORDS = ['audit', '--audit=true', '--json', '--loglevel=silent', ...LIMITS];
const explanationsFile = process.argv[2] ?? join(import.meta.dirname, 'explained-findings.json');
const explanations = JSON.parse(readFileSync(explanationsFile, 'utf8')) as readonly Explanation[];
const { stdout, error } = spawnSync('npm', WORDS, {
  cwd: join(import.meta.dirname, '..'),
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
if (error !== undefined) throw error;

const findings = findingsOf(stdout);
if (findings.ok) {
  const problems = auditProblems(findings.value, explanations);
  for (const each of findings.value) process.stdout.write(`${each.advisory} ${each.package}: ${each.title}\n`);
  for (const problem of problems) process.stdout.write(`✗ ${problem}\n`);
  process.stdout.write(`${findings.value.length} findings, ${problems.length} problems\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  process.stdout.write(`NOT ASKED, nothing is known: ${findings.error}\n`);
  process.exitCode = NOT_ASKED;
}
