import type { IncomingMessage } from 'node:http';

/** What a part takes besides its bytes: a Buffer, and the memory that it refers to. Measured: 200 to 300. */
const PART_BYTES = 256;
/** Packets and chunks of ordinary clients are larger. What so many bytes may be in one part costs nothing besides. */
const ORDINARY_PART_BYTES = 512;
/** A body is shredded that has more parts than one for so many bytes, and some thousand besides. No client is known to. */
const TINY_PART_BYTES = 64;
const MAX_TINY_PARTS = 4096;

/** What has arrived of a body. A packet or a chunk is a part of its own in memory until all of them are joined. */
export class ArrivingBody {
  #bytes = 0;
  #parts = 0;
  #isDropped = false;
  /** Called when a part has arrived, before anybody reads it. */
  onPart: () => void = nothing;

  /** Bytes of memory. A chunk of one byte takes some hundred. */
  get cost(): number {
    return this.#bytes + PART_BYTES * Math.max(0, this.#parts - Math.ceil(this.#bytes / ORDINARY_PART_BYTES));
  }

  /** In so many tiny parts that to take them in costs more than any body is worth. */
  get isShredded(): boolean {
    return this.#parts > MAX_TINY_PARTS + this.#bytes / TINY_PART_BYTES;
  }

  /** Whether anybody is to have this part. */
  add(bytes: number): boolean {
    this.#bytes += bytes;
    this.#parts++;
    this.onPart();
    return !this.#isDropped;
  }

  leave(): void {
    this.onPart = nothing;
  }

  /** Nobody is to have it any more. A connection that is ended still has what was read of it in one piece. */
  drop(): void {
    this.leave();
    this.#isDropped = true;
  }
}

const bodies = new WeakMap<IncomingMessage, ArrivingBody>();

/** Asked for before any of it has arrived, or the parts that have are not known of. */
export function arrivingBody(request: IncomingMessage): ArrivingBody {
  const known = bodies.get(request);
  if (known !== undefined) return known;
  const body = new ArrivingBody();
  bodies.set(request, body);
  return body;
}

/** A part of a body has arrived. Whether anybody is to have it. */
export function partArrived(request: IncomingMessage, bytes: number): boolean {
  return bodies.get(request)?.add(bytes) ?? true;
}

function nothing(): void {}
