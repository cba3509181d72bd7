/** What Go's `strconv.ParseBool` accepts as true. Most controllers are written in Go and read their flags with it. */
const TRUE = /^(?:1|t|T|true|TRUE|True)$/;
const FALSE = /^(?:0|f|F|false|FALSE|False)$/;

export function isGoTrue(value: string): boolean {
  return TRUE.test(value);
}

export function isGoFalse(value: string): boolean {
  return FALSE.test(value);
}
