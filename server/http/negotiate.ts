import type { IncomingHttpHeaders } from 'node:http';
import { variantOf, type Format, type Variant } from '../encode/variant.ts';

/** The media types of our answers, and the ranges that include them. */
const ACCEPTABLE = new Set(['*/*', 'application/*', 'application/json', 'application/xml']);
/** A quality by the grammar (RFC 9110, 12.4.2); one that is written otherwise counts as not given. */
const QUALITY = /^\s*q\s*=\s*(0(?:\.\d*)?|1(?:\.0*)?)\s*$/i;

/** How many values of each header are remembered with their meaning, and up to how many characters. */
const MAX_REMEMBERED_HEADERS = 100;
const MAX_REMEMBERED_LENGTH = 200;

const knownListFormat = remembered(listFormat);
const knownInstanceFormat = remembered(instanceFormat);
const knownDetail = remembered(detailOf);
const knownCoding = remembered(codingOf);

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** The variant in which a list is asked for; `undefined`: `Accept` allows neither JSON nor XML (406). */
export function listVariant(headers: IncomingHttpHeaders): Variant | undefined {
  const format = knownListFormat(headers.accept);
  if (format === undefined) return undefined;
  // Node joins repeated headers of this name into one text; only its type allows a list.
  const detail = knownDetail(headers['x-eureka-accept'] as string | undefined);
  return variantOf(format, detail, knownCoding(headers['accept-encoding']));
}

/** The format in which a single instance is asked for; `undefined`: `Accept` allows neither JSON nor XML (406). */
export function instanceVariant(headers: IncomingHttpHeaders): Format | undefined {
  return knownInstanceFormat(headers.accept);
}

/**
 * Format of a list answer as stock servers choose it: `json` anywhere in `Accept` means JSON; everything else, any type
 * and an absent header included, XML. `undefined`: the header names only types that we cannot answer with (406).
 */
export function listFormat(accept: string | undefined): Format | undefined {
  if (accept === undefined || accept.trim() === '') return 'xml';
  if (!rangesOf(accept).some(({ type, quality }) => quality > 0 && ACCEPTABLE.has(type))) return undefined;
  return accept.toLowerCase().includes('json') ? 'json' : 'xml';
}

/** Format of a single-instance answer: ordinary negotiation by quality, XML before JSON on a tie. */
export function instanceFormat(accept: string | undefined): Format | undefined {
  if (accept === undefined || accept.trim() === '') return 'xml';
  const ranges = rangesOf(accept);
  const json = qualityOf(ranges, 'application/json');
  const xml = qualityOf(ranges, 'application/xml');
  if (json === 0 && xml === 0) return undefined;
  return json > xml ? 'json' : 'xml';
}

/** `X-Eureka-Accept: compact`, in any case; anything else is full. */
export function detailOf(eurekaAccept: string | undefined): Variant['detail'] {
  return eurekaAccept?.trim().toLowerCase() === 'compact' ? 'compact' : 'full';
}

/** gzip only for clients that name it: `*` does not, as on stock servers. */
export function codingOf(acceptEncoding: string | undefined): Variant['coding'] {
  const named = rangesOf(acceptEncoding ?? '').filter(({ type }) => type === 'gzip' || type === 'x-gzip');
  return named.some(({ quality }) => quality > 0) ? 'gzip' : 'identity';
}

/** Whether a report is wanted as text: `Accept` prefers text to JSON, or curl asks without a preference. */
export function prefersText(accept: string | undefined, userAgent: string | undefined): boolean {
  const ranges = rangesOf(accept ?? '*/*');
  if (ranges.every(({ type }) => type === '*/*')) return userAgent?.startsWith('curl/') === true;
  return qualityOf(ranges, 'text/plain') > qualityOf(ranges, 'application/json');
}

/** Whether a page for people to click is wanted: only browsers name its type. */
export function prefersPage(accept: string | undefined): boolean {
  const ranges = rangesOf(accept ?? '*/*');
  const named = ranges.find(({ type }) => type === 'text/html');
  return (
    named !== undefined &&
    named.quality > 0 &&
    named.quality >= Math.max(qualityOf(ranges, 'application/json'), qualityOf(ranges, 'text/plain'))
  );
}

/** Whether an answer that goes on is wanted: only those that read server-sent events name their type. */
export function prefersEvents(accept: string | undefined): boolean {
  const ranges = rangesOf(accept ?? '*/*');
  const named = ranges.find(({ type }) => type === 'text/event-stream');
  return named !== undefined && named.quality > 0 && named.quality >= qualityOf(ranges, 'application/json');
}

function rangesOf(accept: string): readonly Range[] {
  return accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';');
    const quality = parameters.map((parameter) => QUALITY.exec(parameter)?.[1]).find((q) => q !== undefined);
    return { type: type.trim().toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
  });
}

/** The most specific range that covers the type decides. */
function qualityOf(ranges: readonly Range[], type: string): number {
  for (const candidate of [type, `${type.split('/')[0] ?? ''}/*`, '*/*']) {
    const range = ranges.find((each) => each.type === candidate);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

/**
 * `read`, with its results remembered: a fleet sends the same few values again and again. The memory is bounded,
 * because a hostile client can send any number of values.
 */
function remembered<Meaning>(read: (header: string | undefined) => Meaning): (header: string | undefined) => Meaning {
  const known = new Map<string, Meaning>();
  const ofNone = read(undefined);
  return (header) => {
    if (header === undefined) return ofNone;
    const before = known.get(header);
    if (before !== undefined) return before;
    const meaning = read(header);
    if (known.size >= MAX_REMEMBERED_HEADERS) known.clear();
    if (header.length <= MAX_REMEMBERED_LENGTH) known.set(header, meaning);
    return meaning;
  };
}
