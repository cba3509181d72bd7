import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import * as packets from 'dns-packet';

const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;
/** As many as resolvers follow before they give up. */
const MAX_ALIASES = 16;

/** The records of a name. `silent`: queries for it are never answered. */
export type Zone =
  | { readonly cname: string; readonly ttl?: number }
  | { readonly a?: readonly string[]; readonly aaaa?: readonly string[] | 'servfail' | 'silent'; readonly ttl?: number }
  | 'servfail'
  | 'silent'
  /** Bytes that are no answer. */
  | 'garbage'
  /** A good answer to a question that was not asked: what somebody sends who does not see the questions. */
  | { readonly forged: readonly string[] };

type Answer = NonNullable<packets.Packet['answers']>[number];

/** A name server on loopback. Names without records do not exist. */
export class FakeDns {
  readonly zones = new Map<string, Zone>();
  /** The queries, as `A name`, in order. */
  readonly questions: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, peer) => {
      const asked = packets.decode(message);
      const answer = this.#answer(asked);
      const isGarbage = this.zones.get(asked.questions?.[0]?.name ?? '') === 'garbage';
      if (answer !== undefined)
        socket.send(isGarbage ? Buffer.alloc(64, 0xee) : packets.encode(answer), peer.port, peer.address);
    });
  }

  static async start(): Promise<FakeDns> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new FakeDns(socket);
  }

  get server(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): void {
    this.#socket.close();
  }

  #answer({ id = 0, questions = [] }: packets.Packet): packets.Packet | undefined {
    const [question] = questions;
    if (question === undefined) return undefined;
    const { name, type } = question;
    this.questions.push(`${type} ${name}`);
    const zone = this.zones.get(name);
    if (typeof zone === 'object' && 'forged' in zone) {
      const answers = zone.forged.map((data) => ({ name, type: 'A' as const, ttl: 10, data }));
      return { id: (id + 1) % 65_536, type: 'response', flags: 0x0180, questions, answers };
    }
    const aliases = this.#aliases(name);
    const end = aliases.at(-1)?.data ?? name;
    const last = this.zones.get(end);
    const records = typeof last === 'string' ? last : recordsOf(last, type);
    if (records === 'silent') return undefined;
    const isKnown = last !== undefined && aliases.length < MAX_ALIASES;
    const code =
      records === 'servfail' || aliases.length === MAX_ALIASES ? SERVER_FAILURE : isKnown ? NO_ERROR : NO_SUCH_NAME;
    const ttl = ttlOf(last);
    const answers = Array.isArray(records) ? records.map((data: string) => ({ name: end, type, ttl, data })) : [];
    return { id, type: 'response', flags: 0x0180 | code, questions, answers: [...aliases, ...answers] };
  }

  /** The chain that begins with a name, as a resolver answers it. */
  #aliases(name: string): readonly Answer[] {
    const found: Answer[] = [];
    for (
      let zone = this.zones.get(name);
      isAlias(zone) && found.length < MAX_ALIASES;
      zone = this.zones.get(zone.cname)
    )
      found.push({ name: found.at(-1)?.data ?? name, type: 'CNAME', ttl: ttlOf(zone), data: zone.cname });
    return found;
  }
}

function isAlias(zone: Zone | undefined): zone is Extract<Zone, { readonly cname: string }> {
  return typeof zone === 'object' && 'cname' in zone;
}

function recordsOf(
  zone: Exclude<Zone, string> | undefined,
  type: string,
): readonly string[] | 'servfail' | 'silent' | undefined {
  if (zone === undefined || 'cname' in zone || 'forged' in zone) return undefined;
  return type === 'A' ? zone.a : zone.aaaa;
}

/** Seconds. */
function ttlOf(zone: Zone | undefined): number {
  return (typeof zone === 'object' && 'ttl' in zone ? zone.ttl : undefined) ?? 10;
}
