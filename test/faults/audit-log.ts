import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line for each request, when it has been received. */
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [ResponseStarted, ResponseComplete, Panic]
rules: [{ level: Metadata }]
`;

interface AuditLine {
  readonly userAgent?: string;
}

/** What a real API server is asked, by its own record. */
export class AuditLog {
  readonly #file: string;
  readonly #policy: string;

  constructor(directory: string) {
    this.#file = join(directory, 'audit.log');
    this.#policy = join(directory, 'audit-policy.yaml');
    writeFileSync(this.#policy, POLICY);
  }

  get apiFlags(): readonly string[] {
    return [`--audit-policy-file=${this.#policy}`, `--audit-log-path=${this.#file}`];
  }

  /** Requests of Eurek8s so far. */
  get requests(): number {
    const lines = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    return lines.filter((line) => (JSON.parse(line) as AuditLine).userAgent === 'eurek8s').length;
  }
}
