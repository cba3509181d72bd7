/**
 * `single`: one entry. `ready`: one entry per ready endpoint. `share`: a share of the calls, in percent from 0 to 100.
 */
export type Traffic =
  { readonly kind: 'single' } | { readonly kind: 'ready' } | { readonly kind: 'share'; readonly percent: number };

/** As text, because the JSON schema of the configuration contains it. */
export const TRAFFIC_PATTERN = String.raw`^(single|ready|(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)%)$`;
/** The same in words. */
export const TRAFFIC_ALLOWED = '"single", "ready" or a share from "0%" to "100%"';

const TRAFFIC = new RegExp(TRAFFIC_PATTERN);

/** `undefined` for what is not allowed. */
export function parseTraffic(text: string): Traffic | undefined {
  if (!TRAFFIC.test(text)) return undefined;
  return text === 'single' || text === 'ready' ? { kind: text } : { kind: 'share', percent: Number.parseFloat(text) };
}

/** The setting as an annotation writes it: `ready`, `25%`. */
export function describeTraffic(traffic: Traffic): string {
  return traffic.kind === 'share' ? `${traffic.percent}%` : traffic.kind;
}
