import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProduct, type Product } from '../testbed/product.ts';
import { newDisk, type Disk } from './disk.ts';
import { LIMITS } from './timing.ts';

export interface ReplicaOptions {
  readonly index: number;
  readonly dir: string;
  readonly port: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly now: () => number;
  /** It ended, and nobody had asked for it. */
  readonly ended: (index: number, how: string) => void;
}

/** One Eurek8s as a process of its own, which is killed, stopped and started again. */
export class Replica {
  readonly index: number;
  readonly port: number;
  readonly disk: Disk | undefined;
  incarnation = 0;
  /** When the process first answered; `undefined` while there is none. */
  startedAt: number | undefined;
  /** Whether it has answered a read since its start. */
  answered = false;
  readonly #options: ReplicaOptions;
  #process: Product | undefined;
  /** Since when reads have been answered by any of its processes, so that there has been something to write. */
  #writingSince = Infinity;
  #diskFullSince = Infinity;
  /** What was served before this time is in the file. */
  #written = -Infinity;

  constructor(options: ReplicaOptions) {
    this.index = options.index;
    this.port = options.port;
    this.#options = options;
    this.disk = newDisk(join(options.dir, 'disk'));
  }

  get eureka(): string {
    return `http://127.0.0.1:${this.port}/eureka`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get logFile(): string {
    return join(this.#options.dir, 'eurek8s.log');
  }

  async start(): Promise<void> {
    const { dir, config, now, index, ended } = this.#options;
    const snapshot = { file: join(this.disk?.dir ?? dir, 'registry') };
    const product = await startProduct({ dir, port: this.port, config: { snapshot, ...config } });
    this.incarnation++;
    this.answered = false;
    this.startedAt = now();
    this.#process = product;
    const watchEnd = async (): Promise<void> => {
      const how = await product.exited;
      if (this.#process === product) ended(index, `${how}`);
    };
    void watchEnd();
  }

  /** A read was answered 200. An answer of the process before may come while the next one starts. */
  readAnswered(at: number): void {
    if (this.startedAt === undefined) return;
    this.answered = true;
    if (this.#writingSince === Infinity) this.#writingSince = at;
  }

  async end(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const product = this.#process;
    this.#remember();
    this.#process = undefined;
    this.answered = false;
    this.startedAt = undefined;
    this.#writingSince = Infinity;
    await (how === 'SIGKILL' ? product?.kill() : product?.stop());
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#process !== undefined) process.kill(this.#process.pid, signal);
  }

  fillDisk(): void {
    this.#remember();
    this.#diskFullSince = this.#options.now();
    this.disk?.fill();
  }

  freeDisk(): void {
    this.disk?.free();
    // It is tried again within a minute.
    this.#diskFreeAt = this.#options.now();
    this.#diskFullSince = Infinity;
  }

  #diskFreeAt = -Infinity;

  /** What a process that starts now finds in its file: all that was served before this time. */
  get remembers(): number | undefined {
    return this.#written === -Infinity ? undefined : this.#written;
  }

  #remember(): void {
    const until = Math.min(this.#options.now(), this.#diskFullSince) - LIMITS.fileAge;
    const retried = this.#diskFullSince === Infinity && this.#options.now() - this.#diskFreeAt < 65_000;
    if (this.#diskFreeAt > -Infinity && retried) return;
    if (until > this.#writingSince) this.#written = Math.max(this.#written, until);
  }

  /** Resident memory in MB. */
  memoryMb(): number | undefined {
    if (this.pid === undefined) return undefined;
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.disk?.free();
    await this.end('SIGTERM');
    this.disk?.remove();
  }
}
