import { type TArray, type TString, Type } from 'typebox';
import { err, ok, type Result } from '../../shared/result.ts';
import { shownUrl } from '../../shared/text/shown-url.ts';
import { canonicalUserInfo, cutUrl } from '../../shared/text/url-credentials.ts';
import { judgedAll, kind, secretKind } from './kinds.ts';
import { quoted } from './quoted.ts';
import { BASE_URL_PATTERN } from './text-patterns.ts';

const EXAMPLE = 'http://eureka-1:8761/eureka';
const DESCRIPTION = `a URL such as ${EXAMPLE}`;
const WHAT_TO_WRITE = 'in user name and password write %2F for /, %5C for \\, %3F for ?, %23 for #';

const listOf = (options: { readonly pattern?: string }): TArray<TString> =>
  Type.Array(Type.String({ minLength: 1, ...options, description: DESCRIPTION }), {
    description: `a list: [${DESCRIPTION}, …]`,
  });

/** A list of base URLs, each of which may hold a password. */
export const baseUrls = secretKind(
  kind(
    'url,…',
    'urls',
    listOf({}),
    (texts) => judgedAll(texts, baseUrl, (_, message) => message),
    listOf({ pattern: BASE_URL_PATTERN }),
  ),
  shownUrl,
);

/** Base URL of a Eureka, with a `/` at the end so that `apps` can be resolved against it. */
function baseUrl(text: string): Result<string, string> {
  const written = text.trim();
  const refused = (reason: string): Result<never, string> => err(`${quoted(written, shownUrl)} ${reason}`);
  // URL parsers drop tabs and line ends, and replace surrogates that stand alone.
  if (/[\p{Cc}\p{Cs}]/u.test(written)) return refused('has a control character: percent-encode it, as %09 for a tab');
  const cut = cutUrl(written);
  // Not quoted either: it may be the rest of a password that has a comma.
  if (cut === undefined)
    return err(
      `does not begin with http:// or https://, like ${EXAMPLE}; in brackets a text with a comma needs quotes`,
    );
  const { scheme, userInfo, host, rest } = cut;
  if (!/^https?:/i.test(scheme)) return refused(`must start with http:// or https://, like ${EXAMPLE}`);
  if (rest.includes('@'))
    return refused(`has an @ behind the first /, \\, ? or #: ${WHAT_TO_WRITE}, and %40 for an @ in the path`);
  if (/[?#]/.test(rest)) return refused('must not have a query or a fragment');
  const url = URL.parse(`${scheme}${host}${rest}`);
  if (url === null) return refused(`is not a URL like ${EXAMPLE}; ${WHAT_TO_WRITE}`);
  if (/\/apps(\/delta)?\/*$/.test(url.pathname))
    return refused(`must be the base URL, without /apps, as in ${EXAMPLE}`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const credentials = userInfo === undefined ? '' : `${canonicalUserInfo(userInfo)}@`;
  return ok(`${url.protocol}//${credentials}${url.host}${url.pathname}`);
}
