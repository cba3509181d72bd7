const KEPT = /(?:^|; )kept by hold (\S+-[0-9a-f]{8}): /;

/** In the reason of the status of an entry that a hold keeps. `why`: it would be gone. */
export function keptWords(statusReason: string, holdId: string, why: string): string {
  return `${statusReason}; kept by hold ${holdId}: ${why}`;
}

/** The hold in such a reason: of the past, nothing else knows it. */
export function keptBy(statusReason: string): string | undefined {
  return KEPT.exec(statusReason)?.[1];
}
