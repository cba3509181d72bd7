import { errorText } from '../../shared/error-text.ts';
import type { Clock } from '../ports/clock.ts';

/** What the story changes: one service, and the registry on EC2. */
export interface Stage {
  /** Writes the share of the service's Ingress: `0%`, `single`, `50%`, `100%`. */
  setTraffic(share: string): void;
  /** Ends one EC2 instance of the service, as a machine is shut down properly. `undefined`: none is left. */
  retire(): Promise<string | undefined>;
  /** The registry on EC2 stops answering. */
  stopLegacy(): Promise<void>;
  /** The registry on EC2 comes back, and has forgotten every instance. */
  startLegacy(): Promise<void>;
}

export interface Act {
  readonly title: string;
  /** A path of the server that shows it. */
  readonly look?: string;
  readonly play: (stage: Stage) => Promise<unknown> | void;
}

/** How a service moves, with a fault in the middle. After each act there is time to look. */
export function movingService(service: string): readonly Act[] {
  const explain = `/eurek8s/explain/${service}`;
  return [
    {
      title: `${service} runs on EC2. Its Ingress is there too, at 0%: no call goes to Kubernetes.`,
      look: explain,
      play: (stage) => stage.setTraffic('0%'),
    },
    {
      title: 'its entry takes its turn beside the EC2 instances (traffic: single).',
      look: '/eurek8s/apps',
      play: (stage) => stage.setTraffic('single'),
    },
    {
      title: 'half of the calls (traffic: 50%): as many entries as instances.',
      look: explain,
      play: (stage) => stage.setTraffic('50%'),
    },
    {
      title: 'the registry on EC2 dies. Nobody notices: what was known stays, and is called stale.',
      look: '/eurek8s/sources',
      play: (stage) => stage.stopLegacy(),
    },
    {
      title:
        'it is back, and empty. Nothing is removed: a mass removal is held, until the instances have registered again.',
      look: '/eurek8s/sources',
      play: (stage) => stage.startLegacy(),
    },
    {
      title: 'a look back: to 0%, and all calls go to EC2 again.',
      look: '/eurek8s/changes',
      play: (stage) => stage.setTraffic('0%'),
    },
    {
      title: 'all calls go to Kubernetes (traffic: 100%): the EC2 instances are hidden, and still registered.',
      look: explain,
      play: (stage) => stage.setTraffic('100%'),
    },
    {
      title: 'the first EC2 instance is shut down. It had no calls any more.',
      look: explain,
      play: (stage) => stage.retire(),
    },
    {
      title: `and the last one: ${service} lives in Kubernetes.`,
      look: '/eurek8s/migration',
      play: (stage) => stage.retire(),
    },
  ];
}

/**
 * Plays the acts one after the other, with `pause` milliseconds before each. An act that fails is told, and the story
 * goes on. The returned function stops it, and resolves when no act is under way.
 */
export function play(
  acts: readonly Act[],
  stage: Stage,
  pause: number,
  clock: Clock,
  say: (text: string, look?: string) => void,
): () => Promise<void> {
  let cancel: () => void = () => undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const next = async (index: number): Promise<void> => {
    const act = acts[index];
    if (stopped) return;
    if (act === undefined) return say('the story is over: from here on it is yours');
    say(`${index + 1} of ${acts.length}: ${act.title}`, act.look);
    try {
      await act.play(stage);
    } catch (cause) {
      say(`this step failed: ${errorText(cause)}`);
    }
    if (!stopped) schedule(index + 1);
  };
  const schedule = (index: number): void => {
    cancel = clock.after(pause, () => {
      running = next(index);
    });
  };
  schedule(0);
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
