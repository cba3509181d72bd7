/** A server that is measured: a process of its own, bound to the server's core. */
export interface Subject {
  /** As the tables call it. */
  readonly name: string;
  /** `http://127.0.0.1:PORT`; Eureka's API is below `/eureka`. */
  readonly url: string;
  readonly pid: number;
  /** Java compiles as it goes: it needs longer until it is at its usual speed. */
  readonly runtime: 'java' | 'node';
  stop(): Promise<void>;
}
