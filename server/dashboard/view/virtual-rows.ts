import { useLayoutEffect, useState } from 'preact/hooks';

/** Pixels; the style sheet says the same. */
export const ROW_HEIGHT = 44;
/** Rows that are there above and below what is in sight, so that a key or a flick of the wheel finds them. */
const MARGIN = 12;

export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Which of `count` rows have to be there, as the page scrolls. `body` is the part of the table that has them, and what
 * stands for the rest.
 */
export function useRowRange(count: number, body: { readonly current: HTMLElement | null }): RowRange {
  const [range, setRange] = useState<RowRange>({ from: 0, to: 60 });
  useLayoutEffect(() => {
    const measure = (): void => {
      if (body.current === null) return;
      const above = -body.current.getBoundingClientRect().top;
      const from = Math.max(0, Math.floor(above / ROW_HEIGHT) - MARGIN);
      const to = Math.ceil((above + window.innerHeight) / ROW_HEIGHT) + MARGIN;
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [count]);
  return { from: Math.min(range.from, Math.max(0, count - 1)), to: Math.min(count, range.to) };
}
