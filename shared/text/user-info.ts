/**
 * Hides the user-info of every URL in a text: `http://user:secret@eureka-1/` → `http://***@eureka-1/`. It hides
 * everything up to the last `@` of the word, because a text does not show where a URL ends. It is the last resort:
 * `shownUrl` is for a single URL. URLs of files stay, as their paths may contain `@` and no secrets.
 */
export function hideUserInfo(text: string): string {
  if (!text.includes('://')) return text;
  return text.replaceAll(/\b(?!file:)([a-z][a-z0-9+.-]*:\/\/)[^\s"]*@/gi, '$1***@');
}
