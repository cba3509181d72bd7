/** The headers of a request, by lower-case names, each once. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header; the first value when the header was sent several times. */
export function headerOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

/** The host that a request is for, as the client sees it. */
export function hostOf(headers: RequestHeaders): URL | undefined {
  const host = headerOf(headers, 'host');
  return (host === undefined ? null : URL.parse(`http://${host}/`)) ?? undefined;
}
