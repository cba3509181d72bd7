import { age } from '../../shared/text/printable.ts';

/** Milliseconds before its end from which a certificate is reported: enough time to renew it by hand. */
const SOON_MS = 21 * 86_400_000;

/** A note on a certificate that ends soon or has ended, otherwise `undefined`. Both times in epoch milliseconds. */
export function expiryNote(endsAt: number | undefined, now: number): string | undefined {
  if (endsAt === undefined || endsAt - now > SOON_MS) return undefined;
  const date = new Date(endsAt).toISOString();
  return endsAt > now
    ? `the certificate ends in ${age(endsAt - now)} (${date})`
    : `the certificate has ended ${age(now - endsAt)} ago (${date})`;
}
