import { join } from 'node:path';
import { freePort } from '../../test/testbed/ports.ts';
import { launch } from '../../test/testbed/process.ts';
import { ask } from '../load/ask.ts';
import { CORES, pinned } from '../pin.ts';
import type { RegistrySize } from '../section.ts';
import type { PlaybackInput } from './load/legacy-playback.ts';

/** A legacy of prepared bytes; see load/legacy-playback.ts. */
export interface Playback {
  /** Base URL for `legacy.urls`. */
  readonly eureka: string;
  /** Until then its lists are answered 503. */
  open(): Promise<void>;
  /** One instance changes. */
  change(): Promise<void>;
  /** From now on so many instances change each second. */
  changesPerSecond(rate: number): Promise<void>;
  stop(): Promise<void>;
}

export interface PlaybackOptions {
  readonly size: RegistrySize;
  readonly dir: string;
  /** `closed`: waits for `open`. */
  readonly begin?: 'open' | 'closed';
}

export async function startPlayback({ size, dir, begin = 'open' }: PlaybackOptions): Promise<Playback> {
  const input: PlaybackInput = { size, port: await freePort(), begin };
  const url = `http://127.0.0.1:${input.port}`;
  const program = join(import.meta.dirname, 'load', 'legacy-playback.ts');
  const launched = await launch({
    name: 'legacy of prepared bytes',
    ...pinned(CORES.load, process.execPath, [program, JSON.stringify(input)]),
    logFile: join(dir, 'playback.log'),
    ready: async () => (await ask(`${url}/playback/ready`)).status === 200,
    readyTimeoutMs: 120_000,
  });
  const tell = async (path: string): Promise<void> => {
    const { status } = await ask(`${url}/playback/${path}`, { method: 'POST' });
    if (status !== 200) throw new Error(`the playback answered ${status} to ${path}`);
  };
  return {
    eureka: `${url}/eureka`,
    open: () => tell('open'),
    change: () => tell('change'),
    changesPerSecond: (rate) => tell(`rate?perSecond=${rate}`),
    stop: () => launched.stop(),
  };
}
