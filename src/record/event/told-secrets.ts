// Values that stand where a secret stands, whatever they look like: nobody is asked about `--password=dog`, and no record has to keep it.
import { nameStrength } from "#guard/content/detection/secret-names.ts";
import { type Mark, placeholderText } from "#guard/content/detection/withheld.ts";

const VALUE = String.raw`(?<value>"[^"\n]{1,400}"|'[^'\n]{1,400}'|[^\s;|&"'()]{1,400})`;
/** Each has what stays before the value as a group, and the value. A value that is a variable, an option or a placeholder stays. */
const FORMS: readonly RegExp[] = [
  // Options named after a secret, and programs whose option it is.
  new RegExp(
    String.raw`(?<head>(?<![\w-])--?[\w-]{0,40}(?:passw(?:or)?d|passphrase|pass|pwd|token|secret|api-?key|access-?key|credentials?)[\w-]{0,16}(?:=|[ \t]{1,4}))${VALUE}`,
    "gi",
  ),
  new RegExp(
    String.raw`(?<head>(?<![\w/.-])(?:mysql\w{0,10}|mariadb[\w-]{0,10})[ \t](?:[^\n|;&]{0,200}?[ \t])?-p)${VALUE}`,
    "g",
  ),
  new RegExp(String.raw`(?<head>(?<![\w/.-])sshpass[ \t]{1,4}-p[ \t]{0,4})${VALUE}`, "g"),
  // A user and a password: `curl -u me:dog`, `--user me:dog`; not the numbers of a user and a group.
  /(?<head>(?<![\w-])(?:-u|--user|--proxy-user)(?:=|[ \t]{0,4})["']?(?!\d+:\d+\b)[\w.@+-]{0,64}:)(?<value>[^\s;|&"'()]{1,400})/g,
  // Headers.
  /(?<head>\b(?:authorization|proxy-authorization|cookie|x-api-key|x-auth-token|private-token|extraheader)["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|bearer|token|digest)\s{1,4})?)(?<value>[^\s"',;]{1,400})/gi,
];
/** `NAME=value`; whether the name is one of a secret is asked of the detectors' own list. */
const ASSIGNED = new RegExp(String.raw`(?<head>\b(?<name>[A-Za-z_][\w.-]{0,80})=)${VALUE}`, "g");
const STAYS = /^["']?(?:\$|-|…|\[\[SP:|<|%\w+%|\{\{)/;

/** The text with each such value as a placeholder. Linear in the text. */
export function withoutTold(text: string, mark: Mark): string {
  const replaced = FORMS.reduce(
    (told, form) =>
      told.replaceAll(form, (...found: unknown[]) => replacement(groupsOf(found), mark)),
    text,
  );
  return replaced.replaceAll(ASSIGNED, (...found: unknown[]) => {
    const groups = groupsOf(found);
    return nameStrength(groups["name"] ?? "") === "none"
      ? String(found[0])
      : replacement(groups, mark);
  });
}

function groupsOf(found: readonly unknown[]): Readonly<Record<string, string>> {
  return found.at(-1) as Record<string, string>;
}

function replacement(
  { head = "", value = "" }: Readonly<Record<string, string>>,
  mark: Mark,
): string {
  if (STAYS.test(value)) return head + value;
  const quote = /^["']/.exec(value)?.[0] ?? "";
  const bare = value.slice(quote.length, value.length - quote.length);
  return `${head}${quote}${placeholderText("told", mark(bare))}${quote}`;
}
