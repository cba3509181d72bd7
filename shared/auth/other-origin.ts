import { headerOf, hostOf, type RequestHeaders } from './request-headers.ts';

/** Whether a browser has sent it for a page. */
export function isFromBrowser(headers: RequestHeaders): boolean {
  return headers['origin'] !== undefined || headers['sec-fetch-site'] !== undefined;
}

/**
 * Why a request is one that a page of another origin has its browser send; `undefined`: it is none. Browsers add what they
 * know of their user, an address on the inside and remembered passwords, to requests of any page. Other clients send
 * neither header.
 */
export function fromOtherOrigin(headers: RequestHeaders): string | undefined {
  const origin = headerOf(headers, 'origin');
  const site = headerOf(headers, 'sec-fetch-site');
  const foreign = 'a page of another origin may not do this';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return `${foreign}: Sec-Fetch-Site is ${site}`;
  if (origin === undefined || URL.parse(origin)?.host === hostOf(headers)?.host) return undefined;
  return `${foreign}: Origin is ${origin}`;
}
