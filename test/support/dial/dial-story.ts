import { callWhile, NO_CALLS, type CallCounts } from './dial-calls.ts';
import type { Caller } from './dial-callers.ts';
import { who } from './dial-document.ts';
import { instanceName, type DialScene } from './dial-scene.ts';

/** A caller, with a number of calls at a time that is measured of it. */
export interface MeasuredCaller {
  readonly caller: Caller;
  readonly atOnce: number;
}

export function measuredKey({ caller, atOnce }: MeasuredCaller): string {
  return who(caller.kind, atOnce).join();
}

/** The calls of one caller after one instance of several died, and after one left. */
export interface Story {
  readonly died: CallCounts;
  readonly left: CallCounts;
}

/** What the story is about. */
export interface StoryScene {
  readonly scene: Pick<DialScene, 'kill' | 'cancel'>;
  readonly service: string;
  /** Number of registered instances. */
  readonly instances: number;
  readonly measured: readonly MeasuredCaller[];
  /** Calls after each event, at least. */
  readonly callsAfter: number;
  /** Every caller has what is served now. */
  settled(): Promise<void>;
}

/** While all callers call: the last instance dies, then the first one leaves as it should. */
export async function tellStory(told: StoryScene): Promise<ReadonlyMap<string, Story>> {
  const { scene, service, instances } = told;
  await scene.kill(instanceName(service, instances));
  const died = await during(told, async () => undefined);
  const left = await during(told, async () => {
    await scene.cancel(instanceName(service, 1));
    await told.settled();
    await scene.kill(instanceName(service, 1));
  });
  return new Map([...died].map(([key, counts]) => [key, { died: counts, left: left.get(key) ?? NO_CALLS }]));
}

/** All callers call while it happens, and so many times afterwards. */
async function during(
  { measured, service, callsAfter }: StoryScene,
  event: () => Promise<void>,
): Promise<ReadonlyMap<string, CallCounts>> {
  let happened = false;
  const counts = new Map<string, CallCounts>();
  const calling = Promise.all(
    measured.map(async (each) => {
      let after = 0;
      const goesOn = (): boolean => !happened || after++ < callsAfter;
      counts.set(measuredKey(each), await callWhile(each.caller, service, each.atOnce, goesOn));
    }),
  );
  await event().finally(() => (happened = true));
  await calling;
  return counts;
}
