// Hosts that pass for others: in letters of another alphabet, or a letter away from a domain that everybody trusts.
import { domainToUnicode } from "node:url";
import { hasAlienLetters, hasOnlyAlike, plainLetters } from "#base/look-alike.ts";

/** How a name passes for another. `letters`: letters of another alphabet that look like Latin ones; `near`: a letter away from a known domain. */
type Disguise = "letters" | "near";

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
  // WHY one by one: of a name with one label that is none nothing would be read.
  return label.startsWith("xn--") ? domainToUnicode(label) || label : label;
}
