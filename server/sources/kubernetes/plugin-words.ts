import { hideUserInfo } from '../../../shared/text/user-info.ts';

/** Characters of a plug-in's error output in a reason. */
const MAX_WORDS = 300;

/** What a plug-in has written on standard error, for a reason: its end, on one line, with secrets hidden. */
export function pluginWords(text: string, secrets: readonly string[]): string {
  let words = text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').trim();
  // The longest come first, because a secret may be part of another.
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) words = words.replaceAll(secret, '***');
  words = hideUserInfo(words)
    .replaceAll(/\b(bearer|basic)\s+\S+/gi, '$1 ***')
    .replaceAll(/((?:token|secret|passw\w*|key|credentials?)"?\s*[:=]\s*)"?[^\s",;]+"?/gi, '$1***')
    // JSON web tokens, and what cloud providers give instead.
    .replaceAll(/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '***')
    .replaceAll(/\bk8s-aws-v1\.[\w-]+/g, '***');
  return words.length <= MAX_WORDS ? words : `…${words.slice(-MAX_WORDS)}`;
}
