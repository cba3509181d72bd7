import { errorText } from '../../shared/error-text.ts';
import type { Config } from '../../shared/config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { OptionKey } from '../config/options.ts';
import { EXIT, type DemoOptions } from '../cli/shell.ts';
import type { RunningServer } from '../ports/running-server.ts';
import { firstStopSignal } from '../cli/stop-signal.ts';
import { makeDirectory } from './directory.ts';
import { startCaller } from './caller.ts';
import { introduction } from './introduction.ts';
import { listenProblem } from './listening.ts';
import { writeManifest } from './manifests.ts';
import { Narrator } from './narrator.ts';
import { Pods } from './pods.ts';
import { keepRegistered } from './registration.ts';
import { startRouter } from './router.ts';
import { Routes } from './routes.ts';
import { startSampleService } from './sample-service.ts';
import { movingService, play, type Stage } from './story.ts';

const SERVICES = ['bob', 'alice', 'carol', 'dave'] as const;
/**
 * What runs on EC2 in the demo: instances with their services and zones. Each has an address of its own, by which the
 * registry knows who asks: whoever watches the demo asks from the usual one.
 */
const ON_EC2 = [
  { service: 'bob', id: 'bob-1', zone: 'us-east-1a', address: '127.0.0.11' },
  { service: 'bob', id: 'bob-2', zone: 'us-east-1b', address: '127.0.0.12' },
  { service: 'alice', id: 'alice-1', zone: 'us-east-1a', address: '127.0.0.13' },
  { service: 'alice', id: 'alice-2', zone: 'us-east-1a', address: '127.0.0.14' },
  { service: 'shop', id: 'shop-1', zone: 'us-east-1a', address: '127.0.0.9' },
] as const;
/** The service that calls the others. */
const CALLS = 'shop';
const IN_KUBERNETES = ['alice', 'carol', 'dave'] as const;
/** The service of the story. */
const MOVES = 'alice';

const LOOPBACK = '127.0.0.1';
/** Where Eurek8s listens, and the legacy, unless another process does. */
const PORTS = { eurek8s: 8761, legacy: 8760 } as const;

/** Milliseconds for the last lines of the log. */
const FLUSH_MS = 1_000;

/** Runs a migration in miniature, in one process on loopback, until ctrl-C. Resolves with the exit code. */
export async function runDemo({ port, play: pause, shell }: DemoOptions): Promise<number> {
  const { log, flush } = shell.openLog('error');
  const narrator = new Narrator(shell);
  const undo: (() => Promise<unknown> | void)[] = [];
  const problem = port === undefined ? undefined : await listenProblem(LOOPBACK, port);
  if (problem !== undefined) {
    shell.err(`eurek8s: cannot listen on ${LOOPBACK}:${port} (--port): ${problem}\n`);
    return EXIT.failed;
  }
  try {
    const directory = makeDirectory(shell);
    undo.push(directory.remove);
    const stopSignal = firstStopSignal(shell);

    const { clock, random, version, environment } = shell;
    const edges = { clock, random, version, environment, log };
    const startLegacy = (on: number): Promise<RunningServer> =>
      shell.startServer(
        configure({ 'listen.host': LOOPBACK, 'listen.port': String(on), 'leases.enabled': 'true' }),
        edges,
      );
    let legacy = await startLegacy(await freePort(PORTS.legacy));
    const legacyUrl = legacy.url;
    undo.push(() => legacy.stop());
    /** The cancels of the registrations of the service that moves. */
    const moving: { readonly id: string; readonly cancel: () => Promise<void> }[] = [];
    let callersAddress: string = LOOPBACK;
    for (const { service, id, zone, address: own } of ON_EC2) {
      const address = await addressOr(own, LOOPBACK);
      if (service === CALLS) callersAddress = address;
      const running = await startSampleService(id, 'EC2', address);
      undo.push(() => running.stop());
      const registrant = { app: service, id, address, port: running.port, zone };
      const cancel = await keepRegistered(`${legacyUrl}/eureka`, registrant, shell.clock);
      undo.push(cancel);
      if (service === MOVES) moving.push({ id, cancel });
    }

    const pods = new Pods();
    undo.push(() => pods.stop());
    const routes = new Routes(directory.path, (file, reason) => narrator.broken(file, reason));
    const router = await startRouter(routes, pods);
    undo.push(() => router.stop());
    for (const service of IN_KUBERNETES) writeManifest(directory.path, service, router.port);

    const chosen = port ?? (await freePort(PORTS.eurek8s));
    const eurek8s = await shell.startServer(
      configure({
        'listen.host': LOOPBACK,
        'listen.port': String(chosen),
        'legacy.urls': `${legacyUrl}/eureka`,
        'legacy.pollInterval': '1s',
        manifests: JSON.stringify([{ name: 'demo', directory: directory.path }]),
      }),
      edges,
    );
    undo.push(() => eurek8s.stop());

    shell.out(
      introduction({
        eurek8s: eurek8s.url,
        legacy: legacyUrl,
        router: `http://${LOOPBACK}:${router.port}`,
        directory,
        isElsewhere: port === undefined && chosen !== PORTS.eurek8s,
        isPlaying: pause !== undefined,
      }),
    );
    undo.push(
      startCaller(`${eurek8s.url}/eureka`, SERVICES, callersAddress, shell.clock, (turns) => narrator.report(turns)),
    );
    if (pause !== undefined) {
      const stage: Stage = {
        setTraffic: (share) => writeManifest(directory.path, MOVES, router.port, share),
        retire: async () => {
          const instance = moving.shift();
          await instance?.cancel();
          return instance?.id;
        },
        stopLegacy: () => legacy.stop(),
        startLegacy: async () => {
          legacy = await startLegacy(Number(new URL(legacyUrl).port));
        },
      };
      const say = (text: string, look?: string): void => narrator.tell(text, look && `${eurek8s.url}${look}`, MOVES);
      undo.push(play(movingService(MOVES), stage, pause, shell.clock, say));
    }
    await stopSignal;
    // First, and without a pause: a second signal may come at any moment.
    directory.remove();
    shell.out('\nstopping: every server of the demo ends, and its manifests are removed\n');
    return EXIT.done;
  } catch (error) {
    shell.err(`eurek8s: the demo could not start: ${errorText(error)}\n`);
    return EXIT.failed;
  } finally {
    for (const step of undo.toReversed()) await Promise.resolve(step()).catch(() => undefined);
    await flush(FLUSH_MS);
  }
}

/** A configuration from options of the configuration file, through the same loader. */
function configure(values: Readonly<Partial<Record<OptionKey, string>>>): Config {
  const texts = new Map(Object.entries(values).map(([key, text]) => [key as OptionKey, [text]] as const));
  const loaded = loadConfig({ file: undefined, environment: {}, flags: { texts, unknown: [] }, source: 'required' });
  if (!loaded.ok) throw new Error(loaded.error.map(({ key, message }) => `${key ?? ''} ${message}`).join('; '));
  return loaded.value.config;
}

/** Not every system has more than one address on loopback. */
async function addressOr(wanted: string, usual: string): Promise<string> {
  return (await listenProblem(wanted, 0)) === undefined ? wanted : usual;
}

/** The wanted port; or 0, with which the system chooses one, when another process has it. */
async function freePort(wanted: number): Promise<number> {
  return (await listenProblem(LOOPBACK, wanted)) === undefined ? wanted : 0;
}
