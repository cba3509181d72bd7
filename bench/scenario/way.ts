/** One way of a change, with the milliseconds of each sample. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly samples: readonly number[];
}
