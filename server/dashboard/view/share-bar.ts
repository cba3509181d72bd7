import { h, type View } from './element.ts';

/** The parts of all calls, in percent. */
export interface Parts {
  readonly registered: number;
  readonly copies: number;
  readonly kubernetes: number;
}

/**
 * The parts as one bar, Kubernetes from the left, and the share that was asked for as a line across it. Lengths are
 * attributes of SVG: the policy for content allows no styles in the text of a page.
 */
export function shareBar(parts: Parts, asked: number | undefined, label: string, size: 'large' | 'small'): View {
  const { registered, copies, kubernetes } = parts;
  const all = registered + copies + kubernetes;
  const scale = all === 0 ? 0 : 100 / all;
  const rect = (part: keyof Parts, from: number): View =>
    h('rect', { class: part, x: from * scale, y: 0, width: parts[part] * scale, height: 10 });
  return h(
    'svg',
    { class: `share ${size}`, viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    h('rect', { class: 'none', x: 0, y: 0, width: 100, height: 10 }),
    rect('kubernetes', 0),
    rect('copies', kubernetes),
    rect('registered', kubernetes + copies),
    asked === undefined
      ? null
      : h('rect', { class: 'asked', x: Math.min(99.4, Math.max(0, asked - 0.3)), y: 0, width: 0.6, height: 10 }),
  );
}

/** `25%` → 25; words have no number of their own. */
export function askedPercent(asked: string): number | undefined {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(asked) ?? [];
  return number === undefined ? undefined : Number(number);
}
