// Places of a script where a secret stands among the words of a program, which every process of the machine can read.
import type { Script, Setting } from "../../pipeline/pipeline.ts";

/** Names of variables that hold secrets, where a system does not say which do. */
export const SECRET_NAME =
  /(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|APIKEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|SSH_KEY|CREDENTIALS|KUBECONFIG)$|_KEY$|_TOKEN_/;

/** What people keep among secrets and nobody can use by itself: hosts, accounts, names of things, addresses without a token. */
const NO_SECRET =
  /(?:^|_)(?:HOST(?:NAME)?|PORT|USER(?:NAME)?|ACCOUNT(?:_?ID)?|ENDPOINT(?:_URL)?|REGION|BUCKET(?:_NAME)?|(?:PROJECT|ORG|TEAM|TENANT|CLIENT|APP|SITE|SUBSCRIPTION|DISTRIBUTION|ZONE|CHAT|CHANNEL|KEY)_?ID|PROJECT|ORG(?:ANIZATION)?|DOMAIN|EMAIL|REGISTRY(?:_URL)?|CLUSTER(?:_NAME)?|NAMESPACE|RESOURCE_GROUP|PATH|DIR(?:ECTORY)?|VERSION|IP|SERVER|NAME|KNOWN_HOSTS|PUBLIC_KEY|(?:WEB)?HOOK(?:_URL)?)$/i;

/** Commands of the shell itself start no process with the secret among its words. */
const BUILTIN =
  /^(?:#|echo\b|printf\b|\[|\[\[|test\b|if\b|elif\b|while\b|until\b|case\b|for\b|export\b|readonly\b|local\b|declare\b|typeset\b|unset\b|read\b|set\b|return\b|exit\b|:(?:\s|$)|!\s|\(\()/;
/** An option that is there for a secret, or an address or header that carries one, with a variable in it. */
const SECRET_WORD =
  /\s(?:-p|--(?:\w+-)*(?:password|passwd|passphrase|token|api-key|apikey|secret|secret-key|credentials?)|--build-arg\s+\w+|-D[\w.]*(?:token|password|secret)\w*)[= ]["']?\$[({]?([A-Za-z_]\w*)|\s(?:-u|--user|-U)[= ]?["']?[\w.@%+-]*:\$[({]?([A-Za-z_]\w*)|\s-p["']?\$[({]?([A-Za-z_]\w*)|\s(?:-H|--header)[= ]["'][^"'\n]*\$[({]?([A-Za-z_]\w*)|:\/\/[\w.%+-]*:\$[({]?([A-Za-z_]\w*)[)}]?@|(?<![A-Za-z0-9])_(?:authToken|password|auth)[= ]["']?\$[({]?([A-Za-z_]\w*)|\b(?:login|auth)\s+["']?\$[({]?([A-Za-z_]\w*)/gi;

/** Offsets of such places. `held`: settings around the script, of which those that take a secret are known by their values. */
export function argumentSecrets(
  { text, isFilled }: Script,
  held: readonly Setting[],
): readonly number[] {
  const credentials = new Set(
    held.flatMap(({ name, value }) => (value.startsWith("credentials(") ? [name] : [])),
  );
  const names = held.flatMap(({ name, value }) =>
    /\$\{\{[^}]*\b(?:secrets[.[]|github\.token\b)/.test(value) && !NO_SECRET.test(name)
      ? [name]
      : [],
  );
  const filled =
    isFilled === true
      ? [...text.matchAll(/\$\{?(?:env\.)?([A-Za-z_]\w*)/g)].filter(({ 1: name = "" }) =>
          credentials.has(name),
        )
      : [];
  const options = [...text.matchAll(SECRET_WORD)].filter((match) =>
    SECRET_NAME.test((match.slice(1).find((name) => name !== undefined) ?? "").toUpperCase()),
  );
  const words =
    names.length === 0
      ? []
      : [
          ...text.matchAll(
            new RegExp(`\\$(?:${names.join("|")}|\\{(?:${names.join("|")})\\})(?!\\w)`, "g"),
          ),
        ];
  const outside = withoutDocuments(text);
  const found = [
    ...[...text.matchAll(/\$\{\{\s*secrets\.(\w+)\s*\}\}/g)].filter(
      ({ 1: name = "" }) => !NO_SECRET.test(name),
    ),
    ...filled,
    ...options,
    ...words,
  ];
  const places = [...new Set(found.map(({ index }) => index))]
    .toSorted((a, b) => a - b)
    .filter((index) => isWord(outside, index));
  // WHY once a line: an option and the variable behind it are one place.
  return places.filter((index, at) => at === 0 || text.slice(places[at - 1], index).includes("\n"));
}

/** Whether what begins at an offset is a word of a command that starts a program. */
function isWord(text: string, index: number): boolean {
  const start = lineStart(text, index);
  const line = text.slice(start, index);
  const end = text.indexOf("\n", index);
  const whole = text.slice(index, end < 0 ? undefined : end);
  if (whole === "") return false;
  if ((line.replaceAll(/"[^"]*"/g, "").match(/'/g)?.length ?? 0) % 2 === 1 && !/\$\{\{/.test(whole))
    return false;
  const command = line
    .replace(/^.*(?:&&|\|\||;|\||[$<>]\(|`)\s*/, "")
    .replace(/^(?:[{(]|then\b|do\b|else\b|time\b)\s*/, "")
    .replace(/^\s*-\s+/, "")
    .trim()
    .replace(/^(?:sudo\s+(?:-\w+\s+)*)?/, "");
  const bare = command.replace(/^(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S+)\s+)+/, "");
  return (
    bare !== "" &&
    !/^[A-Za-z_]\w*\+?=["']?\S*$/.test(bare) &&
    !/^[A-Za-z_]\w*=["'(][^"')]*$/.test(bare) &&
    !BUILTIN.test(bare) &&
    !/<<<\s*["']?$|<<<.*["']$/.test(bare) &&
    !/(?:^|\s)\d?>{1,2}\s*["']?$/.test(bare)
  );
}

/** The beginning of a line, with the lines before that are continued by a backslash. */
function lineStart(text: string, index: number): number {
  let start = text.lastIndexOf("\n", index - 1) + 1;
  while (start > 1 && text[start - 2] === "\\") start = text.lastIndexOf("\n", start - 2) + 1;
  return start;
}

/** Here-documents are input and no words; places stay where they are. */
function withoutDocuments(text: string): string {
  return text.replaceAll(
    /<<-?\s*(["']?)(\w+)\1([^\n]*\n)([\s\S]*?)(?=\n[ \t]*\2[ \t]*(?:\n|$))/g,
    (whole, _quote: string, _end: string, rest: string, body: string) =>
      whole.slice(0, whole.length - body.length - rest.length) + rest + body.replace(/[^\n]/g, " "),
  );
}
