// How much a secret weighs where it lies: what a file is, and what stands around the value in its line, say more than the value alone.
import { fileNature } from "#guard/content/detection/file-nature.ts";
import { isAtLeast, type Tier } from "#guard/content/detection/finding.ts";
import { tokenMeaning } from "#guard/content/detection/json-web-token.ts";
import { valueQuality } from "#guard/content/detection/value-quality.ts";
import { isInstructions } from "./file-kinds.ts";
import { isVendored } from "./generated-file.ts";

/** What a scan knows of one finding; `before` is its line up to the value, `after` what follows, as far as it matters. */
export type AtRest = {
  readonly rule: string;
  readonly tier: Tier;
  readonly path: string;
  readonly value: string;
  readonly before: string;
  readonly after: string;
  readonly lineLength: number;
  /** Whether it stands in tests that a source of a program holds itself. */
  readonly isInTest?: boolean;
  /** Whether it stands in a text for people within a source. */
  readonly isTold?: boolean;
};

/** Rules that go by a name or a command beside the value, which may be made up. */
const GUESS =
  /-(?:option|word|argument|secret)$|^(?:(?:command|piped|listed|directive|statement)-password|(?:told|paired)-login)$/;
/** Rules about plain and default passwords, which count where files hold what is used. */
export const PLAIN_PASSWORD = /^default-(?:password|login)$/;
const SECRET_FORMS =
  /^(?:json-web-token|authorization-header|private-key|ethereum-private-key|url-credentials|connection-string)$/;
/** A user and a colon right before a digest: a line of htpasswd, of shadow, of a proxy's list. Programs keep others in place of a password. */
const OF_USER = /(?:^|[\s"'`=,])[\w.@+-]{1,64}:$/;
/** Where accounts are filled in: statements, data, what seeds. */
const OF_SEEDS = /\.(?:sql|ldif|csv|tsv)$|seed|initial_?data/i;
/** A line of a documentation in code: `/// …`, ` * …`, an example in a text in quotes. */
const DOC_LINE = /^\s*(?:\/\/\/|\*|\/\*\*|>>>|<!--)/;
const COMMENT = /^\s*(?:#|;|\/\/|--(?!\w)|<!--|rem\b|::)/i;
/** Values that say of themselves that they are made up. */
const TELLING =
  /test|fake|dummy|mock|sample|example|foo|(?:to|must)[-_]?be|[-_]here$|(?:my|any|some|new|old|another)[-_]?(?:secret|pass)|1234567890|hunter2/i;
/** The same, and how long they have to be. */
const OF_TRIAL = new RegExp(`${TELLING.source}|\\d\\d[-_]?char`, "i");
/** Values that say that they are not for use. */
const NOT_FOR_USE =
  /change[-_]?(?:this|me|it|in)(?![a-z])|not[-_]for[-_]prod|in[-_]production|insecure[-_]dev|^wrong[-_]?(?:pass|pwd)/i;
/** What is used where nobody sets a variable: it is in force however it reads. */
const STAND_IN = /\$\{[A-Za-z_]\w{0,60}:[-=]?$/;
/** What people type into a form that is tried out: words around `password`, a number and a sign that a rule asks for. */
const TRIED_VALUE =
  /^(?:(?:my|your|new|old|super|very|strong|secure|some|valid|wrong|user|admin|demo|sample)[-_@#]?){0,3}pass(?:word|wd)?[-_@#!]?\d{0,6}[!@#$%*.]{0,3}$/i;
/** What texts write where any password would do. */
const GENERIC = /^(?:my|your)?pass(?:word|wd)?\d*!?$/i;
/** Variables that a program's maker puts into what everybody loads. */
const PUBLISHED =
  /(?:^|[^A-Z])(?:NEXT|EXPO|NUXT|GATSBY|SVELTEKIT)?_?PUBLIC_\w{2,60}["']?\s{0,4}[=:]\s{0,4}["']?$/;
/** The payload of the token that jwt.io shows. */
const SHOWN_TOKEN = /eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9l/;
/** Longer lines of code are made by a program. */
const WRITTEN_LINE_MAX = 600;
/** Longer lines of settings are texts. */
const TOLD_LINE_MAX = 400;
/** Parts of paths that say that what is below is there to try things out. */
const TRIED =
  /(?:^|[/._-])(?:tests?|testing|examples?|samples?|demos?|fixtures?|mocks?)(?=[/._-])/i;
/** Where plain passwords are shown or made up: texts for people, what makes data for tests. */
const SHOWN =
  /(?:^|\/)(?:docs?|factories)\/|(?:^|\/)_?tests?[_-]?(?:[cC]ommon|[uU]tils?|[hH]elpers?|[dD]ata|[sS]etup)[^/]{0,80}$/;
const SHOWN_CHARS = 40;
const GENERATED = /^(?:base64:)?(?=\D*\d)[A-Za-z0-9+/=_-]{24,}$/;
/** Rules about what a text tells its reader to type. */
const TOLD = /^(?:command-password|table-secret)$/;
/** A field of the data that a command sends. */
const DATA_SENT =
  /(?:^|\s)(?:-d|--data(?:-\w{1,12})?|--json)[\s=]{1,2}["']?\{[^}]*"pass(?:word)?"\s?:\s?"$/;
/** What an interface takes and gives, with examples. */
const DESCRIBED = /(?:^|\/)(?:openapi|swagger)[^/]{0,80}\.(?:json|ya?ml)$/i;
const EXAMPLE = /\bexamples?["']?\s?[=:]\s?[{[][^}]*$/;
/** A field of JSON within a text: the body of a request in a collection of requests. */
const BODY_FIELD = /\\["']\w{0,24}pass(?:word|wd)?\w{0,12}\\["']\s?:\s?\\["']$/i;
/** A field of JSON in a comment of code, as descriptions of an interface have it. */
const COMMENTED_FIELD = /^\s*(?:\/\/|#|\*)\s{0,16}["']\w{1,40}["']\s?:\s?["']$/;
/** What an empty field of a form shows. */
const HINT = /\bplaceholder["']?\s?[=:]\s?\{?["'`][^"'`]{0,200}$/i;
/** A database whose password is its user: a default as any other. */
const OF_DATABASE =
  /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|amqps?|rediss?|clickhouse)(?:\+\w{1,16})?:\/\/[\w.-]{1,64}:$/i;
/** An address that a script tells its user to write. */
const ECHOED = /^\s*(?:echo|printf|Write-(?:Host|Output))\b/i;
const ADDRESS = /^(?:url-credentials|connection-string)$/;
/** Jobs of a continuous integration: what they need to work with is written there for tests, what is real is a reference. */
const OF_A_JOB =
  /(?:^|\/)(?:\.github\/workflows\/|\.gitlab-ci|\.circleci\/|azure-pipelines|bitbucket-pipelines|\.travis)/;
/** A key for a map that a page shows: it stands in the page. */
const MAP = /google\.com\/maps\/embed|maps\.googleapis\.com\/maps\/api\/js\?/;
/** A field of JSON, or an argument, of a request that a text shows, unless a command sends it. */
const SHOWN_FIELD = /\bpass(?:word|wd)?["']?\s?:\s?["'`]$/i;
const SENT = /\bcurl\b|\bhttps?\s(?:POST|PUT)|(?:^|\s)(?:-d|--data(?:-\w+)?|--json)[\s=]/;
/** 32 bytes in base64 under nothing but `key:`, as lists of peers and of whom to trust have them, and what things are filed under by their digest. */
const PUBLIC_HALF = /^[A-Za-z0-9+/]{43}=?$/;
const DIGEST = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BARE_KEY = /^\s*(?:-\s+)?["']?key["']?:\s+["']?$/i;
/** The sources of a program beside what was made of them. */
const SOURCE_MAP = /sourceMappingURL=data:[^,]{0,80},$/;
/** Tokens of sessions are dead where somebody reads them in a file. */
const SESSION_SECONDS = 86_400;

/** The tier of a secret as a scan of files tells it. What is only plain counts in settings; what is made up for tests and texts does not. */
export function tierAtRest(one: AtRest): Tier {
  const nature = fileNature(one.path);
  const file = one.isInTest === true ? { ...nature, isTest: true } : nature;
  if (isOfSession(one.value) || SOURCE_MAP.test(one.before) || HINT.test(one.before)) return "low";
  if (isVendored(one.path)) return SECRET_FORMS.test(one.rule) ? "low" : atMost(one.tier, "medium");
  if (BODY_FIELD.test(one.before) && !isRandom(one.value)) return "low";
  if (PLAIN_PASSWORD.test(one.rule)) return plainTier(one, file);
  if (one.rule === "htpasswd-hash" && !isOfAccount(one, file)) return "low";
  const isGuess = GUESS.test(one.rule);
  if (file.isTest)
    return isGuess || SECRET_FORMS.test(one.rule)
      ? testTier(one, file)
      : atMost(one.tier, "medium");
  if (one.rule === "google-api-key")
    return MAP.test(one.before) ? "low" : atMost(one.tier, "medium");
  const isMade = isGuess || SECRET_FORMS.test(one.rule);
  if (OF_A_JOB.test(one.path) && isMade && one.tier === "high")
    return tierAtRest({ ...one, tier: "medium" });
  if (SHOWN_TOKEN.test(one.value) || (PUBLISHED.test(one.before) && isGuess)) return "low";
  if (file.isProse) return proseTier(one, isGuess);
  if (one.rule === "url-credentials" && one.tier === "low" && file.isSettings && isDefault(one))
    return plainTier({ ...one, rule: "default-login" }, file);
  if (!isGuess) return formTier(one, file);
  if (one.rule === "assigned-secret" && isTelling(one, file)) return "low";
  if (file.isCode && one.lineLength > WRITTEN_LINE_MAX) return "low";
  if (one.isTold === true) return "low";
  if (NOT_FOR_USE.test(one.value) && !STAND_IN.test(one.before)) return "low";
  if (isTriedOut(one, file)) return "low";
  if (DESCRIBED.test(one.path)) return "low";
  if (OF_A_JOB.test(one.path) && OF_TRIAL.test(one.value) && !isRandom(one.value)) return "low";
  if (file.isCode && /(?:^|\/)docs?\//i.test(one.path) && !isRandom(one.value)) return "low";
  if ((PUBLIC_HALF.test(one.value) || DIGEST.test(one.value)) && BARE_KEY.test(one.before))
    return "low";
  if (DOC_LINE.test(one.before) || EXAMPLE.test(one.before) || isDocumentation(one))
    return atMost(one.tier, "low");
  if (file.isExample && file.isSettings && !GENERATED.test(one.value)) return "low";
  // WHY not what a generator wrote: who puts a line aside leaves the key in it that was used.
  if (file.isSettings && COMMENT.test(one.before) && !/\.(?:sh|bash|sql)$/.test(one.path))
    return isPutAside(one, file) ? atMost(one.tier, "medium") : "low";
  // WHY: a name makes a guess, and in code names stand beside digests, test values and names of things as well.
  return file.isCode && !file.isSettings ? atMost(one.tier, "medium") : one.tier;
}

/** Whether it is a token that says itself that it counted for a day at most. */
function isOfSession(value: string): boolean {
  if (!value.startsWith("eyJ")) return false;
  const { issuedAt, expiresAt } = tokenMeaning(value) ?? {};
  return (
    issuedAt !== undefined && expiresAt !== undefined && expiresAt - issuedAt <= SESSION_SECONDS
  );
}

type Nature = ReturnType<typeof fileNature>;

function plainTier({ rule, path, value, before, lineLength }: AtRest, file: Nature): Tier {
  if (NOT_FOR_USE.test(value) && !STAND_IN.test(before)) return "low";
  if (OF_A_JOB.test(path) && OF_TRIAL.test(value)) return "low";
  if (rule === "default-login" && ECHOED.test(before)) return "low";
  if (file.isTest || file.isProse || COMMENT.test(before) || DOC_LINE.test(before)) return "low";
  if (lineLength > TOLD_LINE_MAX) return "low";
  return SHOWN.test(path) ? "low" : "medium";
}

/** Whether a digest is the password of an account: it can be tried, and accounts of seeds keep theirs. In code it is one that is compared with. */
function isOfAccount({ path, before }: AtRest, { isTest, isSettings, isExample }: Nature): boolean {
  // Data for a first look at a program is put into the program that others reach as well.
  if (isTest || (isExample && !/\.sql$/i.test(path)) || COMMENT.test(before)) return false;
  if (OF_USER.test(before)) return true;
  return (
    isSettings &&
    (OF_SEEDS.test(path) ||
      /pass(?:word|wd)?\w{0,12}["']?\s?(?:=>|[:=]|\svalue\s?=)\s?["']?$/i.test(before))
  );
}

/** Keys and addresses among what is tried out, and addresses of machines without a domain, are looked at. */
function formTier(one: AtRest, file: Nature): Tier {
  if (!SECRET_FORMS.test(one.rule)) return one.tier;
  const isTold = COMMENT.test(one.before) || DOC_LINE.test(one.before);
  if (one.rule === "ethereum-private-key" && isTold) return "low";
  // An address in a comment of code shows how one is written; a text for people shows how one logs in.
  if (ADDRESS.test(one.rule) && isTold && file.isCode && !file.isSettings) return "low";
  if (one.isTold === true && one.rule !== "private-key") return "low";
  const isNear = one.rule === "url-credentials" && !/^@[\w-]+(?:\.[\w-]+)+/.test(one.after);
  return file.isExample || isNear || TRIED.test(one.path) ? atMost(one.tier, "medium") : one.tier;
}

/** A connection to a database that tests use is looked at; a token, a key, an address in a test is made up. */
function testTier({ rule, tier, path }: AtRest, { isSettings }: Nature): Tier {
  const isAddress = ADDRESS.test(rule);
  return isAddress && (isSettings || path.endsWith("conftest.py")) ? atMost(tier, "medium") : "low";
}

function proseTier({ rule, tier, path, value, before }: AtRest, isGuess: boolean): Tier {
  if (!isGuess)
    return SECRET_FORMS.test(rule)
      ? atMost(tier, rule === "private-key" ? "high" : "medium")
      : tier;
  if (rule === "command-password" && SHOWN_FIELD.test(before) && !SENT.test(before)) return "low";
  if (isInstructions(path)) return TELLING.test(value) ? "low" : atMost(tier, "medium");
  if (/(?:^|\/)docs?\//i.test(path)) return "low";
  // Notes are no documentation: nobody types such a value to show how one is written.
  if (rule === "structured-secret" && /\.txt$/i.test(path)) return atMost(tier, "medium");
  // So long a value was made by a generator, and texts that only show one write words or gaps.
  if (/^(?:assigned|structured)-secret$/.test(rule) && isLongGenerated(value))
    return isRandom(value) && !TELLING.test(value) ? atMost(tier, "medium") : "low";
  const isTold = TOLD.test(rule) || (rule === "assigned-secret" && DATA_SENT.test(before));
  const isMadeUp = TELLING.test(value) || GENERIC.test(value) || isRandom(value);
  return isTold && !isMadeUp ? atMost(tier, "medium") : "low";
}

const isLongGenerated = (value: string): boolean =>
  GENERATED.test(value) && value.length >= SHOWN_CHARS;

/** Whether a value says that it is made up. A password for a test is one where a service is set up with it, as plain ones are. */
function isTelling({ value }: AtRest, { isSettings, isExample }: Nature): boolean {
  const text = isSettings && !isExample ? value.replace(/test/gi, "") : value;
  return TELLING.test(text) && !isRandom(value);
}

/** Whether a value that a generator made stands in a line of a service's settings that was put aside. What a program ships as `.ini` has its defaults there. */
const isPutAside = ({ path, value, before }: AtRest, { isExample }: Nature): boolean =>
  !isExample &&
  isRandom(value) &&
  /^\s*#/.test(before) &&
  /\.ya?ml$|(?:^|\/)\.env(?!.*(?:example|template))/i.test(path);

/** Whether an address of a database has a user for its password, at a host that is not only written in texts. */
const isDefault = ({ before, after }: AtRest): boolean =>
  OF_DATABASE.test(before) && !/^@[\w.-]{0,80}\bexample\b/i.test(after);

/** Whether a field of code's or a script's request, or of a description, holds what anybody types who tries something out. */
function isTriedOut({ rule, path, value, before }: AtRest, { isCode }: Nature): boolean {
  if (isCode && COMMENTED_FIELD.test(before)) return true;
  if (rule !== "command-password" || isRandom(value)) return false;
  const isField =
    SHOWN_FIELD.test(before) && (isCode || /\.(?:json|sh|bash|https?|rest)$/i.test(path));
  return isField && (TELLING.test(value) || TRIED_VALUE.test(value));
}

/** JSON within XML is an example of what a program is sent. */
function isDocumentation({ path, before }: AtRest): boolean {
  return /\.xml$/i.test(path) && /"\w+"\s?:\s?"?$/.test(before);
}

const isRandom = (value: string): boolean => valueQuality(value) === "random";

function atMost(tier: Tier, most: Tier): Tier {
  return isAtLeast(tier, most) ? most : tier;
}
