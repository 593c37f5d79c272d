// Names that pass for others: letters of two alphabets in one word, and domains a letter away from one that everybody trusts.

/** How a name passes for another. `letters`: letters of another alphabet that look like Latin ones; `near`: a letter away from a known domain. */
type Disguise = "letters" | "near";

/** Letters of other scripts that look like Latin ones, and digits that look like letters. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  (
    "аaеeоoрpсcхxуyіiјjѕsԁdԛqԝwһhӏlοoαaνvιiκkρpτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" +
    "АAВBЕEКKМMНHОOРPСCТTХX0o1l"
  )
    .match(/../gu)
    ?.map((pair) => [pair.slice(0, 1), pair.slice(1)] as const) ?? [],
);

/** A name in letters that look like its own: `gіthub` with a Cyrillic `і` and `github` are one. */
export function plainLetters(name: string): string {
  return [...name.normalize("NFKC")].map((letter) => ALIKE.get(letter) ?? letter).join("");
}

/** Domains that a download, a push or a login is trusted for by its name. */
const TRUSTED = [
  ...["github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "npmjs.org"],
  ...["npmjs.com", "pypi.org", "pythonhosted.org", "rubygems.org", "crates.io", "docker.com"],
  ...["anthropic.com", "claude.com", "openai.com", "googleapis.com", "google.com"],
  ...["microsoft.com", "windows.net", "amazonaws.com", "cloudflare.com", "slack.com"],
];
const TRUSTED_SET: ReadonlySet<string> = new Set(TRUSTED);
const NAME_CHARS_MAX = 253;

/** How a host passes for another; undefined where it does not. Lower case, as effects have it; punycode is read. Total. */
export function hostDisguise(host: string): Disguise | undefined {
  if (host.length > NAME_CHARS_MAX) return undefined;
  const labels = host.split(".").map(readLabel);
  // WHY not below a top of another alphabet: nobody reads `роса.рф` as Latin.
  const isLatinTop = /^[a-z0-9-]+$/.test(labels.at(-1) ?? "");
  if (labels.some((label) => hasAlienLetters(label) || (isLatinTop && hasOnlyAlike(label))))
    return "letters";
  const domain = labels.slice(-2).join(".");
  if (TRUSTED_SET.has(domain)) return undefined;
  // WHY also every pair of letters that looks like one: `rn` is read as `m`.
  const read = plainLetters(domain).replaceAll("rn", "m").replaceAll("vv", "w");
  return TRUSTED.some((known) => read === known || isOneAway(domain, known)) ? "near" : undefined;
}

/** Whether a word of a name mixes Latin letters with letters of another alphabet that look like them. Total. */
export function hasAlienLetters(name: string): boolean {
  if (!/[^\p{ASCII}]/u.test(name)) return false;
  const words = name.slice(0, 4_096).match(/\p{L}+/gu) ?? [];
  return words.some((word) => /[A-Za-z]/.test(word) && hasOnlyAlike(word));
}

/** All letters beside Latin ones look like Latin ones, and there are some. */
function hasOnlyAlike(word: string): boolean {
  const foreign = word.match(/[^\p{ASCII}]/gu) ?? [];
  return foreign.length > 0 && foreign.every((letter) => ALIKE.has(letter));
}

/** One letter added, left out or changed, or two neighbours exchanged. */
function isOneAway(name: string, known: string): boolean {
  if (name === known || Math.abs(name.length - known.length) > 1) return false;
  let from = 0;
  while (from < name.length && name[from] === known[from]) from += 1;
  const rest = name.slice(from);
  const wanted = known.slice(from);
  return (
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    rest.slice(1) === wanted.slice(1) ||
    (rest.slice(2) === wanted.slice(2) && rest[0] === wanted[1] && rest[1] === wanted[0])
  );
}

/** A label as people see it. What is no punycode stays as it is. */
function readLabel(label: string): string {
  return label.startsWith("xn--") ? (fromPunycode(label.slice(4)) ?? label) : label;
}

/** Decodes by RFC 3492; undefined for what is none. */
function fromPunycode(text: string): string | undefined {
  const cut = text.lastIndexOf("-");
  const letters = cut < 0 ? [] : [...text.slice(0, cut)];
  let code = 128;
  let index = 0;
  let bias = 72;
  for (let at = cut + 1; at < text.length; ) {
    const before = index;
    let weight = 1;
    for (let step = 36; ; step += 36) {
      const digit = digitOf(text.charCodeAt(at));
      if (digit === undefined) return undefined;
      at += 1;
      index += digit * weight;
      const least = Math.min(26, Math.max(1, step - bias));
      if (digit < least) break;
      weight *= 36 - least;
      if (index > 0x7f_ff_ff_ff || at >= text.length) return undefined;
    }
    const count = letters.length + 1;
    bias = adapted(index - before, count, before === 0);
    code += Math.floor(index / count);
    index %= count;
    if (code > 0x10_ff_ff) return undefined;
    letters.splice(index, 0, String.fromCodePoint(code));
    index += 1;
  }
  return letters.join("");
}

function digitOf(unit: number): number | undefined {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 + 26 : undefined;
}

function adapted(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let step = 0;
  for (; rest > 455; step += 36) rest = Math.floor(rest / 35);
  return step + Math.floor((36 * rest) / (rest + 38));
}
