/**
 * Long work in pieces: a load of 100,000 instances takes seconds of computing, and while it lasts everybody else's
 * heartbeat and fetch would wait. Whoever works through such a load asks `due` after each small step and rests when it
 * says so. The core has no clock, so the measuring comes in as this port.
 */
export interface Pace {
  /** Whether the present piece has used up its time. */
  due(): boolean;
  /** Resolves in a later turn of the event loop, when a new piece may begin. */
  rest(): Promise<void>;
}

/**
 * A pace for a job of its own. `share`: of a piece, for work that brings about as much again as soon as it rests; 1 when
 * nothing is said.
 */
export type NewPace = (share?: number) => Pace;
