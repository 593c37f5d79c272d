// Requests that ask for what an address shows and tell nothing else, by the words of the program that sends them (decision 0009).
import { type Text, textOf } from "../../shell/values/text.ts";

/** What is longer may carry what was read. */
const ADDRESS_CHARS_MAX = 300;
/** One address, in letters that no reader of addresses takes for a list, a name with a password or another host. */
const ADDRESS = /^https:\/\/[a-z0-9][a-z0-9.-]*(?::443)?(?:[/?#][\w./?#%&=+,;~!$'()*@-]*)?$/i;
/**
 * An address within it, to which a host may lead whoever asks, or where it may look itself: two slashes in any spelling, or
 * what readers of addresses take for one of them, or leave out between them.
 */
const FURTHER_ADDRESS = /^.{8}.*(?:(?:\/|%(?:25)*2f){2}|%(?:25)*(?:3a|5c|[01][0-9a-f]))/i;
/** curl's option for a part of an answer, with its value where that stands in the same word. */
const ASKS_PART = /^(?:--range(?:=(.*))?|-[^omwrCyYz-]*r(.+)?)$/s;
/** A part of an answer. What is no number would be told to the host. */
const RANGE = /^\d*(?:[-,]\d*){1,8}$/;
/** Headers that say in which form the answer is wanted. */
const FORM_HEADER = /^(?:accept|accept-language|x-github-api-version): ?[\w.+/*;=, -]{1,100}$/i;

/** Options that change how an answer is shown, kept or waited for, and nothing of what is sent. */
type PlainOptions = {
  readonly letters: string;
  readonly takingLetters: string;
  readonly words: ReadonlySet<string>;
  readonly takingWords: ReadonlySet<string>;
};

const plainOptions = (
  letters: string,
  takingLetters: string,
  words: string,
  takingWords: string,
): PlainOptions => ({
  letters,
  takingLetters,
  words: new Set(words.split(" ")),
  takingWords: new Set(takingWords.split(" ")),
});

/** As the manuals of curl and wget have them; `-k` and its like are left out: the answer would be anybody's. */
export const CURL: PlainOptions = plainOptions(
  "fgGiIJLNOsSv#46q",
  "omwrCyYz",
  "--fail --fail-with-body --fail-early --include --head --location --no-buffer --silent --show-error --verbose --progress-bar --ipv4 --ipv6 --compressed --http1.1 --http2 --tlsv1.2 --tlsv1.3 --create-dirs --no-progress-meter --retry-connrefused --retry-all-errors --remote-name --remote-name-all --remote-time --disable --no-clobber",
  "--output --output-dir --max-time --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --max-filesize --limit-rate --range --write-out --proto --proto-redir",
);
export const WGET: PlainOptions = plainOptions(
  "qvcNS46d",
  "OPTtwoa",
  "--quiet --verbose --no-verbose -nv -nc --no-clobber --continue --timestamping --server-response --spider --https-only --no-cookies --no-hsts --show-progress --content-on-error",
  "--output-document --directory-prefix --timeout --tries --wait --output-file --append-output --max-redirect --connect-timeout --read-timeout --dns-timeout --limit-rate",
);

/** Whether an address may be asked for without telling more than itself. */
export function isPlainAddress(url: string): boolean {
  return url.length <= ADDRESS_CHARS_MAX && ADDRESS.test(url) && !FURTHER_ADDRESS.test(url);
}

/** Whether a call with these words only asks for plain addresses. */
export function asksOnly(args: readonly Text[], options: PlainOptions): boolean {
  const words = args.map((word) => textOf(word));
  let addresses = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) return false;
    if (!word.startsWith("-")) {
      if (!isPlainAddress(word)) return false;
      addresses += 1;
      continue;
    }
    const taken = valueTaken(word, options);
    if (taken === undefined) return false;
    if (taken === "next" || taken === "header") at += 1;
    // A value may name a file (`-w @format`), and a header says more than the form that is wanted.
    const value = words[at];
    if (taken === "next" && (value === undefined || value.startsWith("@"))) return false;
    const range = ASKS_PART.exec(word);
    if (range !== null && !RANGE.test(range[1] ?? range[2] ?? value ?? "")) return false;
    if (taken === "header" && (value === undefined || !FORM_HEADER.test(value))) return false;
  }
  return addresses > 0;
}

/** Whether an option has its value in the next word; undefined for what may send something. */
function valueTaken(word: string, options: PlainOptions): "none" | "next" | "header" | undefined {
  if (options.words.has(word)) return "none";
  if (options.takingWords.has(word)) return "next";
  if (word === "-H" || word === "--header") return "header";
  const [name = "", value] = word.split(/=(.*)/s);
  if (value !== undefined && options.takingWords.has(name)) return "none";
  if (word.startsWith("--") || word.length < 2) return undefined;
  const letters = word.slice(1);
  for (const [at, letter] of [...letters].entries()) {
    if (options.takingLetters.includes(letter)) {
      const glued = letters.slice(at + 1);
      if (glued === "") return "next";
      return glued.startsWith("@") ? undefined : "none";
    }
    if (!options.letters.includes(letter)) return undefined;
  }
  return "none";
}
