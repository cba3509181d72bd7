import { age } from '../../shared/text/printable.ts';

/** Milliseconds before its end from which a certificate is reported: enough time to renew it by hand. */
const SOON_MS = 21 * 86_400_000;

/** When a certificate of ours is valid; epoch milliseconds. */
export interface Validity {
  readonly file: string;
  readonly beginsAt: number;
  readonly endsAt: number;
}

/** `bad`: whoever checks it refuses it now. */
export interface ValidityNote {
  readonly verdict: 'note' | 'bad';
  readonly text: string;
}

/** A note on a certificate that ends soon or is not valid now, otherwise `undefined`. `now` in epoch milliseconds. */
export function validityNote(validity: Validity | undefined, now: number): ValidityNote | undefined {
  if (validity === undefined) return undefined;
  const { beginsAt, endsAt } = validity;
  const end = new Date(endsAt).toISOString();
  if (endsAt <= now) return { verdict: 'bad', text: `the certificate has ended ${age(now - endsAt)} ago (${end})` };
  if (beginsAt > now)
    return { verdict: 'bad', text: `the certificate is not valid before ${new Date(beginsAt).toISOString()}` };
  if (endsAt - now > SOON_MS) return undefined;
  return { verdict: 'note', text: `the certificate ends in ${age(endsAt - now)} (${end})` };
}

/**
 * Why a certificate must not replace the one in force: nobody would believe it, and the other end is believed now, or
 * was for longer. The text is the same at any time.
 */
export function worseThan(inForce: Validity | undefined, next: Validity | undefined, now: number): string | undefined {
  if (inForce === undefined || next === undefined || inForce.endsAt <= Math.min(now, next.endsAt)) return undefined;
  const { file, beginsAt, endsAt } = next;
  if (endsAt <= now) return `${file}: the certificate has ended (${new Date(endsAt).toISOString()})`;
  if (beginsAt > now && inForce.endsAt > now)
    return `${file}: the certificate is not valid before ${new Date(beginsAt).toISOString()}`;
  return undefined;
}
