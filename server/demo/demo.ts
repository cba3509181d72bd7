import { errorText } from '../../shared/error-text.ts';
import type { Config } from '../../shared/config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { OptionKey } from '../config/options.ts';
import { EXIT, type DemoOptions } from '../cli/shell.ts';
import type { RunningServer } from '../ports/running-server.ts';
import { firstStopSignal } from '../cli/stop-signal.ts';
import { makeDirectory } from './directory.ts';
import { isFree } from './free-port.ts';
import { startCaller } from './caller.ts';
import { writeManifest } from './manifests.ts';
import { Narrator } from './narrator.ts';
import { Pods } from './pods.ts';
import { keepRegistered } from './registration.ts';
import { startRouter } from './router.ts';
import { Routes } from './routes.ts';
import { startSampleService } from './sample-service.ts';
import { movingService, play, type Stage } from './story.ts';

const SERVICES = ['bob', 'alice', 'carol'] as const;
/** What runs on EC2 in the demo: instances with their services and zones. */
const ON_EC2 = [
  { service: 'bob', id: 'bob-1', zone: 'us-east-1a' },
  { service: 'bob', id: 'bob-2', zone: 'us-east-1b' },
  { service: 'alice', id: 'alice-1', zone: 'us-east-1a' },
  { service: 'alice', id: 'alice-2', zone: 'us-east-1a' },
] as const;
const IN_KUBERNETES = ['alice', 'carol'] as const;
/** The service of the story. */
const MOVES = 'alice';

/** Milliseconds for the last lines of the log. */
const FLUSH_MS = 1_000;

/** Runs a migration in miniature, in one process on loopback, until ctrl-C. Resolves with the exit code. */
export async function runDemo({ port, play: pause, shell }: DemoOptions): Promise<number> {
  const { log, flush } = shell.openLog('error');
  const narrator = new Narrator(shell);
  const undo: (() => Promise<unknown> | void)[] = [];
  try {
    const { path: directory, remove } = makeDirectory(shell);
    undo.push(remove);
    const stopSignal = firstStopSignal(shell);

    const { clock, random, version, environment } = shell;
    const edges = { clock, random, version, environment, log };
    const startLegacy = (on: number): Promise<RunningServer> =>
      shell.startServer(
        configure({ 'listen.host': '127.0.0.1', 'listen.port': String(on), 'leases.enabled': 'true' }),
        edges,
      );
    let legacy = await startLegacy(await freePort(8760));
    const legacyUrl = legacy.url;
    undo.push(() => legacy.stop());
    /** The cancels of the registrations of the service that moves. */
    const moving: { readonly id: string; readonly cancel: () => Promise<void> }[] = [];
    for (const { service, id, zone } of ON_EC2) {
      const running = await startSampleService(id, 'EC2');
      undo.push(() => running.stop());
      const registrant = { app: service, id, port: running.port, zone };
      const cancel = await keepRegistered(`${legacyUrl}/eureka`, registrant, shell.clock);
      undo.push(cancel);
      if (service === MOVES) moving.push({ id, cancel });
    }

    const pods = new Pods();
    undo.push(() => pods.stop());
    const routes = new Routes(directory, (file, reason) => narrator.broken(file, reason));
    const router = await startRouter(routes, pods);
    undo.push(() => router.stop());
    const files = IN_KUBERNETES.map((service) => writeManifest(directory, service, router.port));

    const eurek8s = await shell.startServer(
      configure({
        'listen.host': '127.0.0.1',
        'listen.port': String(port ?? (await freePort(8761))),
        'legacy.urls': `${legacyUrl}/eureka`,
        'legacy.pollInterval': '1s',
        manifests: JSON.stringify([{ name: 'demo', directory }]),
      }),
      edges,
    );
    undo.push(() => eurek8s.stop());

    narrator.introduce({
      eurek8s: eurek8s.url,
      legacy: legacyUrl,
      router: `http://127.0.0.1:${router.port}`,
      directory,
      files,
    });
    undo.push(startCaller(`${eurek8s.url}/eureka`, SERVICES, shell.clock, (turns) => narrator.report(turns)));
    if (pause !== undefined) {
      const stage: Stage = {
        setTraffic: (share) => void writeManifest(directory, MOVES, router.port, share),
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
      const say = (text: string, look?: string): void => narrator.tell(text, look && `${eurek8s.url}${look}`);
      undo.push(play(movingService(MOVES), stage, pause, shell.clock, say));
    }
    await stopSignal;
    // First, and without a pause: a second signal may come at any moment.
    remove();
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

/** The wanted port; or 0, with which the system chooses one, when another process has it. */
async function freePort(wanted: number): Promise<number> {
  return (await isFree(wanted)) ? wanted : 0;
}
