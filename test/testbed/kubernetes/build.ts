import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, inputKey } from '../cache.ts';
import { withLock } from '../lock.ts';
import { launch, run, tail } from '../process.ts';
import { findGo, type Go } from './go.ts';

export interface KubernetesPrograms {
  /** Control plane in one program: etcd, API server, controller-manager, scheduler, kubectl. */
  readonly kubebed: string;
  /** Simulates the kubelets: Pods bound to a node become Ready without any container. */
  readonly kwok: string;
  readonly helm: string;
  readonly kubectl: string;
  /** The files that define for kwok how Nodes and Pods become ready. */
  readonly stagesFile: string;
  /** Standard channel of the Gateway API, in one file for `kubectl apply --server-side`. */
  readonly gatewayCrdsFile: string;
}

type Progress = (line: string) => void;

const module = join(import.meta.dirname, 'bed');

/** kwok's own stages: Nodes that send heartbeats, Pods that are Ready at once and go when deleted. */
const stages = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
  'pod/fast/pod-ready.yaml',
];

/** Builds the programs, or finds them in the cache: the first time takes minutes, every other time milliseconds. */
export async function buildKubernetes(progress: Progress): Promise<KubernetesPrograms> {
  const go = await findGo(join(module, 'go.mod'));
  const key = inputKey(
    [module],
    [go.version, process.platform, process.arch, readFileSync(import.meta.filename, 'utf8')],
  );
  const dir = await withLock('kubernetes', () => cached('kubernetes', key, (scratch) => build(go, scratch, progress)));
  return {
    kubebed: join(dir, 'kubebed'),
    kwok: join(dir, 'kwok'),
    helm: join(dir, 'helm'),
    kubectl: join(dir, 'kubectl'),
    stagesFile: join(dir, 'kwok-stages.yaml'),
    gatewayCrdsFile: join(dir, 'gateway-api-crds.yaml'),
  };
}

async function build(go: Go, out: string, progress: Progress): Promise<void> {
  progress('kubernetes: fetching Go modules');
  const kubernetes = await upstream(go, 'k8s.io/kubernetes');
  const helm = await upstream(go, 'helm.sh/helm/v4');
  const kwok = await upstream(go, 'sigs.k8s.io/kwok');
  const gateway = await upstream(go, 'sigs.k8s.io/gateway-api');

  // Charts (kubeVersion), kubectl and GET /version see this version; without it they see v0.0.0-master.
  const version = 'k8s.io/component-base/version';
  const [major = '', minor = ''] = kubernetes.version.slice(1).split('.');
  const flags = Object.entries({ Version: kubernetes.version, Major: major, Minor: minor, TreeState: 'clean' });
  await compile(
    go,
    out,
    'kubebed',
    '.',
    flags.map(([name, value]) => `-X ${version}.git${name}=${value}`),
    progress,
  );
  await compile(go, out, 'kwok', 'sigs.k8s.io/kwok/cmd/kwok', [], progress);
  const helmVersion = `-X helm.sh/helm/v4/internal/version.version=${helm.version}`;
  await compile(go, out, 'helm', 'helm.sh/helm/v4/cmd/helm', [helmVersion], progress);

  symlinkSync('kubebed', join(out, 'kubectl'));
  joinYaml(
    stages.map((stage) => join(kwok.dir, 'kustomize/stage', stage)),
    join(out, 'kwok-stages.yaml'),
  );
  const crds = join(gateway.dir, 'config/crd/standard');
  joinYaml(
    readdirSync(crds)
      .toSorted()
      .map((name) => join(crds, name)),
    join(out, 'gateway-api-crds.yaml'),
  );
  copyFileSync(join(module, 'go.mod'), join(out, 'go.mod')); // says what these programs were made of
}

/** Version and unpacked sources of a module, as pinned by go.mod. */
async function upstream(go: Go, path: string): Promise<{ readonly version: string; readonly dir: string }> {
  const options = { cwd: module, env: go.env };
  await run(go.command, ['mod', 'download', path], options);
  const args = ['list', '-m', '-f', '{{.Version}} {{.Dir}}', path];
  const answer = (await run(go.command, args, { ...options, answer: 'stdout' })).trim();
  const space = answer.indexOf(' ');
  return { version: answer.slice(0, space), dir: answer.slice(space + 1) };
}

async function compile(
  go: Go,
  out: string,
  name: string,
  source: string,
  linkerFlags: readonly string[],
  progress: Progress,
): Promise<void> {
  progress(`${name}: compiling`);
  const startedMs = Date.now();
  let packages = 0;
  // -s -w: no debug tables, half the size. -trimpath and CGO_ENABLED=0 alike for all three, so that they share work.
  const flags = ['-v', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${linkerFlags.join(' ')}`.trim()];
  const compiler = await launch({
    name: `go build ${name}`,
    command: go.command,
    args: ['build', ...flags, '-o', join(out, name), source],
    cwd: module,
    env: go.env,
    logFile: join(out, `${name}.build.log`),
    onLine: () => {
      packages += 1;
      if (packages % 250 === 0) progress(`${name}: ${packages} packages compiled`);
    },
  });
  const code = await compiler.exited;
  if (code !== 0) throw new Error(`go build ${name} ended with ${code}:\n${tail(compiler.logFile)}`);
  progress(`${name}: built in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

function joinYaml(files: readonly string[], target: string): void {
  writeFileSync(target, files.map((file) => readFileSync(file, 'utf8')).join('\n---\n'));
}
