import { isIpAddress, withoutBrackets } from '../address/ip-address.ts';
import { headerOf, hostOf, type RequestHeaders } from './request-headers.ts';

/** Whether a browser sent the request for a page. */
export function isFromBrowser(headers: RequestHeaders): boolean {
  return headers['origin'] !== undefined || headers['sec-fetch-site'] !== undefined;
}

/**
 * Why a request counts as sent by a browser for a page of another origin; `undefined` when it does not. For any page,
 * browsers send requests with the privileges of their user: an address inside the network and remembered passwords.
 * Other clients send neither header.
 */
export function fromOtherOrigin(headers: RequestHeaders): string | undefined {
  const origin = headerOf(headers, 'origin');
  const site = headerOf(headers, 'sec-fetch-site');
  const foreign = 'a page of another origin may not do this';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return `${foreign}: Sec-Fetch-Site is ${site}`;
  if (origin === undefined || URL.parse(origin)?.host === hostOf(headers)?.host) return undefined;
  return `${foreign}: Origin is ${origin}`;
}

/**
 * Why a page may not do this without credentials, though it seems to be one of our own; `undefined`: it may. Any name may
 * be made to lead here (DNS rebinding), and the page that it is the name of is then of our origin. It has no credentials
 * of ours: browsers keep them by name.
 */
export function fromBentName(headers: RequestHeaders): string | undefined {
  const host = hostOf(headers)?.hostname ?? '';
  if (host === 'localhost' || isIpAddress(withoutBrackets(host))) return undefined;
  return `without credentials a page may do this only at an address, not at a name such as ${host}`;
}
