// Lines of a text for the model that order nothing by themselves: points of what is forbidden or watched for, titles, rows of tables.

/** A line of its own that says of the points below it that they are not to be done: `**Will not:**`, `## Forbidden`. */
const FORBIDS_POINTS =
  /^(?=[^\n]{0,90}$)(?=.*\b(?:will not|won't|do not|don't|must not|never|not allowed|forbidden|prohibited|anti-?patterns?)\b)\s*(?:#{1,6}\s+\S|\*\*\S|[^\n]{0,80}:\**\s*$)/i;
/** The same of what is refused, watched for, or left to a person. */
const SHOWS_POINTS =
  /^(?=[^\n]{0,90}$)(?=.*(?:\b(?:blocked|denied|refused|rejected|dangerous|malicious|suspicious|destructive|risky|disallowed)\s+(?:\w+\s+)?(?:patterns?|commands?|operations?|actions?|requests?|prompts?|instructions?|calls?|inputs?|things)\b|\b(?:guard|hook|policy|sandbox|filter|scanner|validator)s?\s+(?:\w+\s+)?(?:refuses?|blocks?|denies|deny|rejects?|stops?|catches|flags?)\s*:|\bexamples? of (?:\w+\s+){0,2}(?:injections?|attacks?|abuse|misuse)\b|\b(?:red flags?|warning signs|signs of|threats?|attack vectors?)\b))\s*(?:#{1,6}\s+\S|\*\*\S|[^\n]{0,80}:\**\s*$)/i;
/** A sentence above a block of code that says that the block is somebody's attack. */
const SHOWS_ATTACK =
  /\b(?:malicious|attackers?|attacks?|injections?|injected|hostile|harmless)\b[^\n]{0,120}:\s*$/i;
const FENCE = /^\s*(?:```|~~~)/;
/** What opens another part: a heading, or a line in bold that ends it. */
const OPENS_PART = /^\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?\s*$|[A-Z][^\n]{0,60}:\s*$)/;
const POINT = /^\s*(?:[-*+]|\d+[.)]|\u274c)\s/;

/** A heading that names its part. WHY so short, and without an address: an order may stand behind `#` too. */
const TITLE = /^ {0,3}#{1,6}[ \t]+(?:[^\s#]\S*[ \t]+){0,6}[^\s#]\S*[ \t]*$/;
const ROW = /^\s*\|/;
/** Columns of tables that show what others do, what is tried, and what words mean. */
const SHOWING_COLUMN =
  /\b(?:techniques?|attacks?|attackers?|tests?|inputs?|payloads?|prompts?|expected|severity|findings?|options?|flags?|meaning|patterns?|examples?|threats?|risks?|vectors?|blocked|denied|refused|verdict|description|means)\b/i;

/** Such lines of a text, from 1. */
export function shownLines(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  let isBelow = false;
  let isTable: boolean | undefined;
  let above = "";
  let block: boolean | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (FENCE.test(line)) block = block === undefined ? SHOWS_ATTACK.test(above) : undefined;
    else if (block === true) found.add(index + 1);
    if (line.trim() !== "") above = line;
    if (!ROW.test(line)) isTable = undefined;
    else {
      isTable ??= SHOWING_COLUMN.test(line);
      if (isTable) found.add(index + 1);
    }
    if (TITLE.test(line) && !/https?:|[!]\s*$/.test(line)) found.add(index + 1);
    const opens = FORBIDS_POINTS.test(line) || SHOWS_POINTS.test(line);
    if (POINT.test(line) && !opens) {
      if (isBelow) found.add(index + 1);
    } else if (OPENS_PART.test(line) || opens) isBelow = opens && !/[.!?]\s*$/.test(line);
    else if (line.trim() !== "" && !/^\s{2,}/.test(line)) isBelow = false;
  }
  return found;
}
