import type { Shell } from '../cli/shell.ts';
import type { Turn } from './caller.ts';

export interface Scene {
  readonly eurek8s: string;
  readonly legacy: string;
  readonly router: string;
  readonly directory: string;
  readonly files: readonly string[];
}

/** Prints what was started, and then every change of who answers. */
export class Narrator {
  readonly #shell: Pick<Shell, 'out' | 'clock'>;
  readonly #last = new Map<string, string>();

  constructor(shell: Pick<Shell, 'out' | 'clock'>) {
    this.#shell = shell;
  }

  introduce({ eurek8s, legacy, router, directory, files }: Scene): void {
    const carol = files.find((file) => file.endsWith('carol.yaml')) ?? directory;
    this.#shell.out(`
Eurek8s demo: a fleet on its way from EC2 to Kubernetes, on this machine alone

  ${eurek8s}/   the dashboard: open it in a browser

  ${eurek8s}   Eurek8s, what callers talk to
  ${legacy}   the legacy registry: bob (2 instances) and alice (2) are registered there
  ${router}  the ingress router: alice and carol behind it, by Host header
  ${directory}   the manifests of alice and carol

Look at it from another terminal:

  curl ${eurek8s}/
  curl ${eurek8s}/eurek8s/explain/alice
  curl ${eurek8s}/eurek8s/sources
  curl -H 'Accept: application/json' ${eurek8s}/eureka/apps

Change it, and watch the caller below follow within about a second:

  sed -i 's/ready: true/ready: false/' ${carol}     # no ready endpoint: DOWN, no more calls
  sed -i 's/ready: false/ready: true/' ${carol}     # and back
  sed -i 's/carol.k8s/carol2.k8s/' ${carol}         # another host
  sed -i 's/# eurek8s.io.traffic/eurek8s.io\\/traffic/' ${files.find((file) => file.endsWith('alice.yaml')) ?? directory}   # half of alice's calls
  mv ${carol} /tmp/ && sleep 3 && mv /tmp/carol.yaml ${directory}/

Ctrl-C ends everything.

The caller goes round robin over the UP entries of each service, as Ribbon does. One turn now gives:
`);
  }

  /** `look`: a URL that shows it. */
  tell(text: string, look?: string): void {
    this.#shell.out(`\n${text}\n${look === undefined ? '' : `  curl ${look}\n`}\n`);
  }

  /** A manifest that cannot be read. */
  broken(file: string, reason: string): void {
    const [what = ''] = reason.split('\n', 1);
    this.#line(`${file} is broken, and what it said before stays: ${what.replace(/:$/, '')}`);
  }

  report(turns: readonly Turn[]): void {
    for (const { service, answers } of turns) {
      const line = [...answers].map(([who, calls]) => `${calls} × ${who}`).join(', ');
      if (this.#last.get(service) === line) continue;
      this.#last.set(service, line);
      this.#line(`${service.padEnd(6)} ${line}`);
    }
  }

  #line(text: string): void {
    this.#shell.out(`  ${new Date(this.#shell.clock.now()).toISOString().slice(11, 23)}  ${text}\n`);
  }
}
