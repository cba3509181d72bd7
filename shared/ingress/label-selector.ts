import { err, ok, type Result } from '../result.ts';

export type Requirement =
  | { readonly operator: 'in' | 'notin'; readonly key: string; readonly values: readonly string[] }
  | { readonly operator: 'exists' | 'absent'; readonly key: string };

/** All requirements must be met; an empty selector matches everything. */
export type LabelSelector = readonly Requirement[];

/** Written so that a name can be read in one way only: otherwise a long text would take minutes. */
const NAME = '[A-Za-z0-9]+(?:[_.-]+[A-Za-z0-9]+)*';
const KEY = `(?:${NAME}/)?${NAME}`;
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${NAME})?$`);
const MEMBERSHIP = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);
const VALUE = new RegExp(`^(?:${NAME})?$`);

const REQUIREMENT = String.raw`\s*(?:${KEY}\s*(?:==|=|!=)\s*(?:${NAME})?|${KEY}\s+(?:in|notin)\s*\(\s*(?:${NAME})?\s*(?:,\s*(?:${NAME})?\s*)*\)|!?\s*${KEY})\s*`;
/** What `parseLabelSelector` accepts, as one expression for schemas. */
export const LABEL_SELECTOR_PATTERN = String.raw`^(?:\s*|${REQUIREMENT}(?:,${REQUIREMENT})*)$`;

/** Parses a selector in the syntax of kubectl: `a=b,c!=d,e in (x,y),f notin (z),g,!h`. The error is for people. */
export function parseLabelSelector(text: string): Result<LabelSelector, string> {
  if (text.trim() === '') return ok([]);
  const requirements: Requirement[] = [];
  for (const part of splitOutsideParentheses(text)) {
    const requirement = parseRequirement(part.trim());
    if (requirement === undefined)
      return err(`"${part.trim()}" in label selector "${text}" is none of a=b, a!=b, a in (b,c), a notin (b,c), a, !a`);
    requirements.push(requirement);
  }
  return ok(requirements);
}

export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

/** As in Kubernetes, `!=` and `notin` hold for objects without the label too. */
function holds(requirement: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
  }
}

function parseRequirement(text: string): Requirement | undefined {
  const [, key = '', sign, value = ''] = EQUALITY.exec(text) ?? [];
  if (sign !== undefined) return { operator: sign === '!=' ? 'notin' : 'in', key, values: [value] };
  const [, setKey = '', operator, list = ''] = MEMBERSHIP.exec(text) ?? [];
  if (operator !== undefined) {
    const values = list.split(',').map((item) => item.trim());
    return values.every((item) => VALUE.test(item))
      ? { operator: operator === 'in' ? 'in' : 'notin', key: setKey, values }
      : undefined;
  }
  const [, negation, existing] = EXISTENCE.exec(text) ?? [];
  if (existing === undefined) return undefined;
  return { operator: negation === '!' ? 'absent' : 'exists', key: existing };
}

/** At the commas that stand in no list. A parenthesis without its other half makes no list. */
function splitOutsideParentheses(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { 0: found, index } of text.matchAll(COMMA_OR_LIST)) {
    if (found !== ',') continue;
    parts.push(text.slice(start, index));
    start = index + 1;
  }
  return [...parts, text.slice(start)];
}

const COMMA_OR_LIST = /,|\([^()]*\)/g;
