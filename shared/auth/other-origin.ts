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
