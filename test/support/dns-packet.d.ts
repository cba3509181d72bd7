declare module 'dns-packet' {
  export interface Question {
    readonly name: string;
    readonly type: string;
  }
  export interface Packet {
    readonly id?: number;
    readonly type?: 'query' | 'response';
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly {
      readonly name: string;
      readonly type: string;
      readonly ttl: number;
      readonly data: string;
    }[];
  }
  export function encode(packet: Packet): Buffer;
  export function decode(message: Buffer): Packet;
}
