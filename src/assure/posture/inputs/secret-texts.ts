// Secrets in single values and lines of configurations: by what the detectors know, and by the name a value stands under.
import {
  type Finding,
  isAtLeast,
  isSecret,
  SECRETS,
  type Tier,
} from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import { isSecretVariable } from "#base/secret-variables.ts";
import { keptFor } from "#base/lazily.ts";
import type { SeenFile } from "./audit-inputs.ts";

/** A value that is put in later, or stands for one. */
const PLACEHOLDER =
  /^$|^\$|\$\{|^\{\{|<[^>]+>|^%\w+%$|^(?:env|op|vault|ref|file|secret|keychain|aws|gcp):|^(?:your|my|the|some|insert|replace|put|enter|add)[-_ ]|(?:change|replace)[-_ ]?me|placeholder|example|dummy|redacted|x{4,}|\*{3,}|\.{3}|^(?:todo|tbd|none|null|undefined|true|false|test|secret|password|token|key|\d+)$|^process\.env|here$|^ENC\[|^!vault|^\{cipher\}|^!(?:Ref|Sub|GetAtt)|^(?:super|very|so|not|an?)?[-_]?(?:top[-_]?)?(?:in)?secure?[-_]|^(?:super|very|not)[-_]?(?:so[-_]?)?secret|^(?:012345|123456|abcdef|aaaa|0000)|-abc123|-secret123|^(?:test|dummy|fake|mock|stub)(?:[-_](?:[a-z]{1,12}|\d{1,3})){1,8}$|^(?:test|testing|dev|devel|development|local|localhost|ci|demo|fake|sample|postgres|mysql|mariadb|mongo|redis|rabbitmq|root|admin|user|guest)(?:[-_.]?(?:password|passwd|pass|pw|secret|token|key|db|user|only|value|ci|test|dev|local))*[-_.!]?\d{0,4}!?$/i;
/** Names that say that a value is the secret itself, and not about one. */
const NAMED =
  /(?:^|[_-])(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|APIKEY|API[_-]?KEY|ACCESS[_-]?KEY|SECRET[_-]?KEY|PRIVATE[_-]?KEY|AUTH[_-]?KEY|CREDENTIALS?|PAT|DSN|X[_-]?API[_-]?KEY|AUTHORIZATION|COOKIE)$|^(?:authorization|x-api-key|api-key|apikey|token|password|secret|private-token|x-auth-token|cookie)$/i;
const ABOUT =
  /(?:_FILE|_PATH|_URL|_NAME|_ID|_TTL|_LIMIT|_LENGTH|_HELPER|_COMMAND|MAX_\w*TOKENS?)$/i;

/** Text of a program in the place of a value: a name, dotted or indexed, a call, a pattern. */
const PROGRAM_TEXT =
  /^(?:[A-Za-z_]{1,24}\d?(?:(?:\.|::?|\/)[A-Za-z_]{1,24}\d?|\.\d{1,3}|\[[^\]\n]*\]|\([^()\n]*\)?)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[A-Z][a-z]+){2,})[,;)]*$|\[[^\]\n]*[\w^]-\w[^\]\n]*\]|\\[sdwb](?=[+*{?)[\\]|$)|\.\*|\{\d+,\d*\}/;
/** A variable of a batch file that is read late; the detector may leave the sign at its end out. */
const BATCH_VARIABLE = /^![A-Z][A-Z0-9_]*!?$/;
/** Detectors that read sentences and tables: without a value of a known form they mostly see words. */
export const READS_PROSE = /^(?:table-secret|statement-password|typed-in-secret|macro-secret)$/;

/** Detectors that know a value by the name beside it, and not by a form of its own. */
const BY_NAME = /^(?:assigned-secret|\w+-password)$/;

/** Whether what stands where a value is expected is a name or a pattern of a program, and no value. */
export function isProgramText(value: string): boolean {
  const bare = value.trim().replace(/^["'`]|["'`]$/g, "");
  return PROGRAM_TEXT.test(bare) || BATCH_VARIABLE.test(bare);
}

/** Whether a value that is known by its name alone is text of a program, a pattern, or something to be replaced. */
function standsForOne(value: string): boolean {
  return isProgramText(value) || isPlaceholder(value) || PATTERN.test(value);
}

/** Signs of a regular expression, two of them at least. */
const PATTERN =
  /(?:\[\[:\w+:\]\]|\[\^?[^\]\s]*\w-\w[^\]\s]*\]|\(\?[:=!<]|\\[sdwbSDW]).*(?:[*+?]|\{\d+(?:,\d*)?\})/;

function secretsIn(text: string, path?: string): readonly Finding[] {
  const options = { families: SECRETS, ...(path === undefined ? {} : { path }) };
  return scanText(text, "content", options).findings.filter(
    (one) =>
      isSecret(one) &&
      (one.tier === "high" || !READS_PROSE.test(one.detector)) &&
      !(BY_NAME.test(one.detector) && standsForOne(text.slice(one.start, one.end))),
  );
}

/** Whether a text holds a secret that the detectors know. */
export function holdsSecret(text: string, path?: string): boolean {
  return text.length >= 8 && secretsIn(text, path).length > 0;
}

/** Whether a text holds something that can be nothing else than a secret: by an issuer's form, or by name and randomness. */
export function holdsCertainSecret(text: string, path?: string): boolean {
  return text.length >= 8 && secretsIn(text, path).some(({ tier }) => tier === "high");
}

/** WHY kept: several checks look for secrets in the same file, and some once for each line that has one. */
const secretsOf = keptFor(({ text = "", path }: SeenFile) => secretsIn(text, path));

/** Lines of a file in which the detectors see a secret, counted from 1. `least`: only those that are so sure. */
export function secretLines(file: SeenFile, least: Tier = "medium"): readonly number[] {
  const { text = "" } = file;
  const starts = secretsOf(file)
    .filter(({ tier }) => isAtLeast(tier, least))
    .map(({ start }) => start);
  return [...new Set(starts.map((start) => text.slice(0, start).split("\n").length))].sort(
    (a, b) => a - b,
  );
}

/** The values in which the detectors see a secret, by line from 1. They are for comparing alone, and are never told. */
export function secretValues(file: SeenFile): ReadonlyMap<number, readonly string[]> {
  const { text = "" } = file;
  const found = new Map<number, string[]>();
  for (const { start, end } of secretsOf(file)) {
    const line = text.slice(0, start).split("\n").length;
    found.set(line, [...(found.get(line) ?? []), text.slice(start, end)]);
  }
  return found;
}

/** Tests, fixtures and examples: what stands there belongs to nobody, unless somebody was careless. */
const FOR_TESTS =
  /(?:^|[/._-])(?:tests?|__tests__|spec|specs|e2e|fixtures?|testdata|mocks?|stubs?|examples?|samples?|demo)(?:$|[/._-])/i;

/** Whether a path is of tests, fixtures or examples. */
export function isForTests(path: string): boolean {
  return FOR_TESTS.test(path);
}

/** Whether a value stands for one that is put in later. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value.trim().replace(/^(?:Bearer|Basic|Token|token)\s+/, ""));
}

/** Whether a value under a name is a secret as a literal. */
export function isLiteralSecret(name: string, value: string): boolean {
  const bare = value.trim().replace(/^(?:Bearer|Basic|Token|token)\s+/i, "");
  if (isPlaceholder(value) || isProgramText(bare) || PATTERN.test(value)) return false;
  if (holdsSecret(value) || holdsSecret(`${name}=${bare}`)) return true;
  if (ABOUT.test(name)) return false;
  return (
    (NAMED.test(name) || isSecretVariable(name)) &&
    bare.length >= 8 &&
    /\d|[!@#$%^&*]/.test(bare) &&
    !/^[./~]|\s/.test(bare)
  );
}

/** Whether an address carries a token or a password as a literal. */
export function isSecretAddress(address: string): boolean {
  const password = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/@\s:]*):([^/@\s]+)@/.exec(address);
  if (password?.[2] !== undefined && !isPlaceholder(password[2])) return true;
  const user = /^https?:\/\/([^/@\s:]{16,})@/.exec(address)?.[1];
  if (user !== undefined && !isPlaceholder(user)) return true;
  const query = /\?(.*)$/s.exec(address)?.[1] ?? "";
  return query.split("&").some((pair) => {
    const [name = "", value = ""] = pair.split("=");
    return (
      /^(?:.*[_-])?(?:key|apikey|token|secret|password|auth|access_token|sig|signature|code)$/i.test(
        name,
      ) &&
      value.length >= 8 &&
      !isPlaceholder(decoded(value))
    );
  });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
