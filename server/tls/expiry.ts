import { age } from '../../shared/text/printable.ts';

/** Milliseconds before its end from which on a certificate is told of: time for whoever renews it by hand. */
const SOON_MS = 21 * 86_400_000;

/** What is to be said of a certificate that ends or has ended; both in epoch milliseconds. */
export function expiryNote(endsAt: number | undefined, now: number): string | undefined {
  if (endsAt === undefined || endsAt - now > SOON_MS) return undefined;
  const date = new Date(endsAt).toISOString();
  return endsAt > now
    ? `the certificate ends in ${age(endsAt - now)} (${date})`
    : `the certificate has ended ${age(now - endsAt)} ago (${date})`;
}
