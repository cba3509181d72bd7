import type { Directory } from './directory.ts';

export interface Scene {
  readonly eurek8s: string;
  readonly legacy: string;
  readonly router: string;
  readonly directory: Directory;
  /** Whether another process has the usual port. */
  readonly isElsewhere: boolean;
  readonly isPlaying: boolean;
}

/** What was started, how to look at it, and how to change it. */
export function introduction({ eurek8s, legacy, router, directory, isElsewhere, isPlaying }: Scene): string {
  const command = `${isUsual(eurek8s) ? '' : `EUREK8S_SERVER=${eurek8s} `}npm run -s eurek8s --`;
  return `
Eurek8s demo: a fleet on its way from EC2 to Kubernetes, on this machine alone
${isElsewhere ? '\n  Port 8761 is in use by another process, so Eurek8s has another port here.\n' : ''}
  ${eurek8s}/   the dashboard: open it in a browser

  ${eurek8s}   Eurek8s, what callers talk to
  ${legacy}   the legacy registry: bob (2 instances), alice (2) and shop, which calls them, are registered there
  ${router}  the ingress router: alice, carol and dave behind it, by Host header; and whatever else has an Ingress
  ${directory.path}   the manifests of alice, carol and dave

Look at it from another terminal:

  curl ${eurek8s}/
  curl ${eurek8s}/eurek8s/explain/alice
  curl ${eurek8s}/eurek8s/sources
  curl -H 'Accept: application/json' ${eurek8s}/eureka/apps

The same by commands, in the directory of the clone; where it is installed, they begin with eurek8s:

  ${command} top     # live on the terminal
  ${command} explain alice     # and: whatif alice, wait carol, callers, changes, migration, holds, export services

Change it, and watch the caller below follow within about a second:

  cd ${directory.path}
  sed -i 's/ready: true/ready: false/' carol.yaml     # no ready endpoint: DOWN, no more calls
  sed -i 's/ready: false/ready: true/' carol.yaml     # and back
  sed -i 's/carol.k8s/carol2.k8s/' carol.yaml         # another host: calls go on, without a new line; explain carol has it
  sed -i 's/carol2.k8s/carol.k8s/' carol.yaml         # and back
  sed -i 's/# eurek8s.io.traffic/eurek8s.io\\/traffic/' alice.yaml     # half of alice's calls
  sed -i 's/^ *eurek8s.io.traffic/    # eurek8s.io\\/traffic/' alice.yaml     # and back
  mv carol.yaml ${directory.aside}/     # no Ingress any more
  mv ${directory.aside}/carol.yaml .    # and back
  mv *.yaml ${directory.aside}/         # three at once: held, and the calls go on; look at the dashboard, or at holds
  mv ${directory.aside}/*.yaml .        # and back
  sed 's/alice/bob/g' alice.yaml > bob.yaml           # an Ingress for bob too
  rm bob.yaml                                         # and back

${isPlaying ? 'alice moves by itself, step by step. ' : 'With "npm start -- --play" alice moves by itself. '}Ctrl-C ends everything.

The caller goes round robin over the UP entries of each service, as Ribbon does. One turn now gives:
`;
}

/** Whether commands ask there by themselves. */
function isUsual(url: string): boolean {
  return new URL(url).port === '8761';
}
