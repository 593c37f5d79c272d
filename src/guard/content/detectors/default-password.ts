// default-password: plain words, defaults and short digits that settings give as a password. A call is not held for them; a scan of files names them.
import { type Assignment, assignmentsIn, NAME_WORDS } from "../detection/assignment.ts";
import { hasLoginBeside } from "../detection/login-beside.ts";
import { lastWordOf, nameStrength } from "../detection/secret-names.ts";
import type { Detector, Hit, Surroundings } from "../detection/detector.ts";
import { isAtLeast } from "../detection/finding.ts";
import { valueQuality } from "../detection/value-quality.ts";
import { WRITTEN_WORDS, writtenPasswordsIn } from "../detection/written-password.ts";
import { tierOf } from "./assigned-secret.ts";

const SURE_CHARS = 8;
/** Of plain values in code that is no settings, only defaults and what has digits: the others are names of fields and texts. */
const IN_CODE =
  /^(?:root|toor|admin|postgres|guest|qwerty|letmein|minioadmin|\d{4,16}|[a-z]{2,12}\d{1,6})$/;
const TITLE = "a default or plain password in settings";
/** What a value has that is written out: no blank, no bracket, no reference. */
const PLAIN = /^[!-~]{3,64}$/;
const NO_PLAIN =
  /[\s"'`$(){}[\]<>=,;|\\]|^[%@*&~/.]|^[-+]{1,2}|:\/|^\w+:|\/|^!\w+$|^![A-Z_]+!$|^\?|^__.*__$/;
/** Values that say that there is none, of which kind it is, or that somebody is to put one there. */
const NO_VALUE =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|string|str|text|bytes?|int(?:eger)?|bool(?:ean)?|object|required|optional|prompt|ask|auto|random|generated?|disabled|enabled|hidden|masked|redacted|encrypted|hashed|plain(?:text)?|scram.*|md5|vault|env|file|input|varchar.*|char|reset|todo|tbd|n\/?a|key|token|ssh|ldap|saml|jwt|oauth2?|bearer|cert(?:ificate)?|x+|\*+|\.+|-+|_+)$/i;
const PLACEHOLDER =
  /your|replace|generate|example|placeholder|insert|enter[-_]|set[-_]|use[-_]|to[-_]?be[-_]?|todo|xxx|here$|dummy|fake|mock|foo|^not[-_]|[-_]real[-_]|^abc\d+$|1234567890(?!$)|sample|redacted|secret[-_]?ref|^base(?:32|64)[-_]|[-_](?:name|file|path)$|^my[-_]|^(?:new|old|current)[-_]|if[-_]set|change[-_](?:in|before)/i;
/** The same in other languages, what is to be filled in, and what a check of code is given for a key. */
const TO_FILL =
  /^(?:cambi(?:ar|a|e)(?:me)?|tu|votre|dein|ihr|sua|seu|trocar|altere|changer|remplace[rz]?|ersetzen?)[-_][a-z]|^(?:update|fill|modify|edit|put)[-_]?(?:me|this|it|here)(?:$|[-_])|^(?:test|ci|dummy)[-_](?:[a-z0-9]{1,24}[-_]){0,4}(?:secret|key|token)(?:$|[-_])/i;
const GENERIC =
  /^(?:(?:my|the|some|any|a|super|very|strong|secure|secret|long|random|good|db|database|user|admin|root|app)[-_]?){0,3}(?:pass(?:word|wd|phrase)?|pwd)\d{0,4}$/i;
const TO_CHANGE = /change[-_]?(?:me|it|this)/i;
/** What a server calls the user's way on, and what only passes something. */
const PASSING =
  /(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached|by|first|second|multi|render|two|one|single|all|last)_?pass$/i;
/** The path in which a shell works. */
const WORKING_FOLDER = /^(?:OLD)?PWD$/i;
/** Words for people, in files that hold them by language. */
const FOR_PEOPLE =
  /(?:^|\/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages|intl|strings?)(?:\/|[._-][^/]*$|\.[a-z]{2,10}$)|swagger|openapi|schema|(?:^|\/)(?:package|tsconfig[^/]*|composer)\.json$/i;
/** Languages of settings in which a value without quotes is an expression. */
const QUOTES_TEXT =
  /\.(?:json|jsonc|json5|tf|hcl|gradle|kts|toml|nix|sql|ps1|rb|py|php|js|ts|java|kt|cs|exs?)$/i;
const DATA = /\.(?:json|jsonc|json5|xml|plist)$/i;
const EXPANDED = /\$\{(?<name>[A-Za-z_]\w{1,60}):[-=]?(?<value>[^${}\s"'`]{3,64})\}/g;
/** A name and a value apart: the environment of a container, a bean, a task. */
const PAIRED =
  /\b(?:name|key)["']?\s?[:=]\s?["']?(?<name>[A-Za-z_][\w.-]{2,60})["']?[\s,]{1,24}["']?value["']?\s?[:=]\s?["']?(?<value>[^\s"',}]{3,64})(?=["']?[\s,}/]|["']?$)/g;
const STATEMENT =
  /\b(?:identified\s(?:with\s\w{1,40}\s)?by|(?:with|encrypted)\spassword|(?:user|role|login)\s["'\w@%.-]{1,80}\spassword)\s(?:=\s)?'(?<value>[^'\n]{3,64})'/gi;
/** What stands before such a statement within code: texts say `identified by 'name'` as well. */
const OF_USER = /\b(?:user|role|login|grant|privileges)\b/i;
const KEYED = /(?<=[;"'])(?:password|pwd)\s?=\s?(?<value>[^;"'&\s<>]{3,64})(?=[;"'])/gi;
const BEFORE_KEYED =
  /(?:server|data source|host|user id|uid|username|database|jdbc:)[^\n]{0,200}$/i;
/** Text between a name and its value where one is given the other. */
const GIVEN =
  /(?:[=:,>]|(?:Some|SecretStr|String|from|byte|[pP]ass(?:[wW]ord|wd)?)\(|(?:store|key)Password[ \t]|\|\||\?\?|\bor)\s{0,4}\\{0,3}["'`]{0,3}$/;
/** What stands in where none is set: `process.env.DB_PASSWORD || "…"`. */
const STANDS_IN = /(?:(?:\|\||\?\?|\bor)\s{0,4}|\bdefine\(\s?["'][A-Z_]{3,60}["'],\s{0,4})["'`]$/;
/** An argument of what sets a password: `setPassword("…")`. */
const SET = /(?:^|\.)(?:set|with)?(?:db|jdbc|user)?_?pass(?:word|wd)?$/i;
const USER_INFO =
  /:\/\/(?<=\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|amqps?|rediss?|clickhouse|mssql|oracle|ldap)(?:\+\w{1,16})?:\/\/)(?<user>[\w.-]{0,64}):(?<password>[\w.!@#%^*+-]{3,64})@(?=[\w[])/gi;

export const defaultPassword: readonly Detector[] = [
  {
    id: "default-password",
    title: TITLE,
    family: "secret",
    tier: "low",
    rank: 12,
    keywords: [...NAME_WORDS, ...WRITTEN_WORDS, "identified "],
    before: 80,
    after: 320,
    find(window, given) {
      const surroundings = widened(given);
      return isLookedAt(surroundings) ? passwordsIn(window, surroundings) : [];
    },
  },
  {
    id: "default-login",
    title: "a default or plain password in an address of settings",
    family: "secret",
    tier: "low",
    rank: 12,
    keywords: ["://", "password=", "pwd=", "password =", "pwd ="],
    before: 220,
    after: 160,
    find(window, given) {
      const surroundings = widened(given);
      return isLookedAt(surroundings) ? loginsIn(window, surroundings) : [];
    },
  },
];

/** Settings without a name of their own, and code among markup: only plain passwords are looked for there. */
const MORE_SETTINGS =
  /(?:^|\/)(?:hosts|inventory|vagrantfile(?:\.[\w.-]{1,40})?|tiltfile|\.envrc|\.?my\.cnf)$|\.(?:https?|rest|pp|ldif|cql|mysql|pgsql|psql)$/i;
const MORE_CODE = /\.(?:ipynb|ino|astro|cshtml|razor|aspx|jsp|vb|pas|tcl|html)$/i;

function widened(surroundings: Surroundings): Surroundings {
  const { file } = surroundings;
  const path = file.path ?? "";
  const isSettings = file.isSettings || MORE_SETTINGS.test(path);
  const isCode = file.isCode || MORE_CODE.test(path);
  return isSettings === file.isSettings && isCode === file.isCode
    ? surroundings
    : { ...surroundings, file: { ...file, isSettings, isCode } };
}

function isLookedAt({ file }: Surroundings): boolean {
  return (
    (file.isSettings || (file.isCode && !file.isTest)) &&
    !file.isLock &&
    !file.isProse &&
    !FOR_PEOPLE.test(file.path ?? "")
  );
}

function loginsIn(window: string, { file }: Surroundings): readonly Hit[] {
  const inAddresses = [...window.matchAll(USER_INFO)].flatMap(({ 0: all, index, groups }) => {
    const { user = "", password = "" } = groups ?? {};
    // Settings that are in use say `user` where they mean it.
    const isShown = file.isExample || !file.isSettings;
    const isMadeUp = isShown && /^(?:user(?:name)?|db_?user|me)$/i.test(user);
    return isMadeUp || TO_CHANGE.test(password) ? [] : hitOf(password, index + all.length - 1);
  });
  const inStrings = [...window.matchAll(KEYED)].flatMap(({ 0: all, index, groups }) => {
    const { value = "" } = groups ?? {};
    const isOne = BEFORE_KEYED.test(window.slice(Math.max(0, index - 220), index));
    return isOne && !TO_CHANGE.test(value) ? hitOf(value, index + all.length) : [];
  });
  return inOrder([...inAddresses, ...inStrings]);
}

function passwordsIn(window: string, surroundings: Surroundings): readonly Hit[] {
  const { file } = surroundings;
  const assigned = [...assignmentsIn(window)].flatMap((found) => {
    const isPair = isPairInText(window, found);
    const one = isPair ? { ...found, isQuoted: true } : found;
    const isOne = isPlainPassword(one, window, surroundings, isPair) && isGiven(window, one);
    return isOne ? [one.span] : [];
  });
  const expanded = [...window.matchAll(EXPANDED)].flatMap(({ 0: all, index, groups }) => {
    const { name = "", value = "" } = groups ?? {};
    const end = index + all.length - 1;
    // WHY any value: behind `:-` no other detector reads one of a name with a word before it.
    const isOne = isSecretName(name) && !PASSING.test(name) && !isNoPassword(value);
    return isOne ? [{ start: end - value.length, end }] : [];
  });
  const paired = [...window.matchAll(PAIRED)].flatMap(({ 0: all, index, groups }) => {
    const { name = "", value = "" } = groups ?? {};
    // Without quotes it is a variable of code.
    if (file.isCode && !/["']$/.test(window.slice(0, index + all.length - value.length))) return [];
    return isSecretName(name) && isWorth(name, value) ? hitOf(value, index + all.length) : [];
  });
  const stated = [...window.matchAll(STATEMENT)].flatMap(({ 0: all, index, groups }) => {
    const isOne = !file.isCode || OF_USER.test(window.slice(Math.max(0, index - 200), index + 24));
    return isOne ? hitOf(groups?.["value"] ?? "", index + all.length - 1) : [];
  });
  const written = writtenPasswordsIn(window, (value) => !isNoPassword(value));
  return inOrder([...assigned, ...expanded, ...paired, ...stated, ...written]);
}

function hitOf(value: string, end: number): readonly Hit[] {
  return isNoPassword(value) || isSure(value) ? [] : [{ start: end - value.length, end }];
}

/** What looks chosen or generated is found by the detectors of those. */
function isSure(value: string): boolean {
  const quality = valueQuality(value);
  return quality === "random" || (quality === "mixed" && value.length >= SURE_CHARS);
}

const inOrder = (hits: readonly Hit[]): readonly Hit[] =>
  hits.toSorted((one, other) => one.start - other.start);

/** The name of another secret, as references are written. */
const REFERENCE = /-(?:key|secret|token|passwd|password|credentials?)$/;

/** Whether nothing but a sign and quotes stand between name and value: `env("DB_PASSWORD")` gives a name. */
const isGiven = (window: string, { span, form, isQuoted, isAlone }: Assignment): boolean => {
  if (COMMENTED.test(window.slice(Math.max(0, span.start - 200), span.start))) return false;
  // What follows a variable that is passed on is the next argument.
  if (BEHIND_VARIABLE.test(window.slice(Math.max(0, span.start - 80), span.start))) return false;
  if (form === "flag") return true;
  const behind = window.slice(span.end, span.end + 8);
  const beforeSign = window.slice(Math.max(0, span.start - 4), span.start);
  // JSON in YAML has quotes around its names; what has none and a comma is an argument.
  if (!isQuoted && behind.startsWith(",") && !/["']/.test(beforeSign)) return false;
  if (!isQuoted && !ENDED.test(behind) && (isAlone || !/^\s/.test(behind))) return false;
  return GIVEN.test(window.slice(Math.max(0, span.start - 80), span.start));
};
const BEHIND_VARIABLE = /\$\{?[A-Za-z_]\w{0,60}\}?["']?[ \t]{1,8}$/;
const COMMENTED = /(?:^|\n)[ \t]{0,16}(?:#|;|\/\/|<!--)[^\n]*$/;
/** A value without quotes is the rest of its line, or an argument of a command. */
const ENDED = /^(?:$|[ \t]{0,4}(?:\r?\n|#|\\|&|\|(?! ?defau)|$)|["'},;<])/;

/** A variable and its value in one text: `["POSTGRES_PASSWORD=shop"]`. */
function isPairInText(window: string, { name, span, isQuoted, isTight }: Assignment): boolean {
  if (isQuoted || !isTight || !isVariable(name)) return false;
  const quote = window[span.start - name.length - 2] ?? "";
  return /["'`]/.test(quote) && window[span.end] === quote;
}

function isPlainPassword(
  one: Assignment,
  window: string,
  surroundings: Surroundings,
  isPair: boolean,
): boolean {
  const { file } = surroundings;
  const { name, value, isQuoted, form } = one;
  const path = file.path ?? "";
  if (!isQuoted && (file.isCode || QUOTES_TEXT.test(path) || !isSettled(one))) return false;
  // Texts in a list are no name and value; a variable of the environment is.
  const before = window.slice(Math.max(0, one.span.start - 80), one.span.start);
  const standsIn = STANDS_IN.test(before);
  const isSet = SET.test(name) && /\(\s{0,4}["']$/.test(before);
  if (form === "argument" && !standsIn && !isSet && !isVariable(name)) return false;
  if (PASSING.test(name) || WORKING_FOLDER.test(name)) return false;
  if (REFERENCE.test(value) && (file.isExample || !/^[A-Z][A-Z0-9_]*$/.test(name))) return false;
  if (isNoPassword(value) || !isSecretName(name) || !isWorth(name, value)) return false;
  if (isLabel(name, value) || isEmbedded(one, path)) return false;
  if (file.isExample && isFiller(name, value)) return false;
  const isKey = SIGNING.test(name) || (APP_KEY.test(name) && KEY_WORD.test(value));
  const isWritten = IN_CODE.test(value) || standsIn || isKey || isPair;
  if (!file.isSettings && !isWritten && !isLogin(one, surroundings)) return false;
  if (DATA.test(path) && (/^[A-Z][a-z]+$/.test(value) || value.toLowerCase() === lastWordOf(name)))
    return false;
  // What is surer than plain has a detector of its own.
  const tier = tierOf(one);
  return tier === undefined || !isAtLeast(tier, "medium");
}

/** Whether code gives the password to a user that stands beside it. */
function isLogin({ span, value, form }: Assignment, { text, start }: Surroundings): boolean {
  if (form === "element" || /^[A-Z][a-z]+$/.test(value)) return false;
  return hasLoginBeside(text, { start: start + span.start, end: start + span.end });
}

/** In an example: what is to be changed, what says its own name, what says no more than that it is a password. */
const isFiller = (name: string, value: string): boolean =>
  TO_CHANGE.test(value) || isEcho(name, value) || GENERIC.test(value) || /^test/i.test(value);

/** A value without quotes in a line that gives nothing but it, or a variable of the environment in an argument: `-e DB_PASSWORD=root`. */
const isSettled = ({ isAlone, isTight, form, name }: Assignment): boolean =>
  isAlone ||
  form === "flag" ||
  form === "element" ||
  (isTight && /^(?:[A-Z][A-Z0-9_]{2,60}|ansible_\w{2,40})$/.test(name));

/** A value without quotes behind ` = ` in YAML or JSON is code in a text. */
const isEmbedded = ({ form, isQuoted, isTight }: Assignment, path: string): boolean =>
  form === "equals" && !isQuoted && !isTight && /\.(?:ya?ml|json)$/i.test(path);

const isVariable = (name: string): boolean => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
const DOING =
  /^(?:NO|NOT|HAS|IS|USE|WITH|SHOW|HIDE|FORGOT|RESET|CHANGE|UPDATE|VALIDATE|VERIFY|CHECK|REQUIRE|ENABLE|DISABLE|ALLOW|GENERATE|MAX|MIN)_/;

/** The last word says that it is a password; a secret of a variable of the environment, too. */
function isSecretName(name: string): boolean {
  if (SIGNING.test(name)) return true;
  if (nameStrength(name) === "none") return false;
  const last = lastWordOf(name);
  if (
    /^(?:password|passwd|passwort|pwd|pass|pw|passphrase|senha|kennwort|(?:require|smtp|e?mail|ftp|mysql|pg|redis|ssh|root|admin|user|db)pass|(?:root|user|admin|db|bind)pw|confirm(?:ation)?)$/.test(
      last,
    )
  )
    return nameStrength(name) === "password" || (isVariable(name) && !DOING.test(name));
  return (
    /secret/i.test(name) && /^(?:secret|key|base)$/.test(last) && nameStrength(name) === "strong"
  );
}

/** What signs tokens and sessions is a value wherever it stands: whoever knows it makes a log-in of their own. */
const SIGNING =
  /(?:^|[_.-])(?:jwt|session|cookie)[\w.-]{0,12}secret(?:[_.-]?key)?$|(?:jwt|session|cookie)Secret(?:Key)?$|secretOr(?:Private)?Key$|(?:^|[_.-])jwt_?key$/i;
/** A word as the key of an application. */
const APP_KEY = /(?:^|\.)secret_key$|^(?:jwt_)?secretKey$/i;
const KEY_WORD = /^[a-z]{8,}\d{0,4}$/i;
const SIGNING_CHARS_MIN = 6;

/** Names that say `secret` and not `password` hold references to secrets more often than plain values. */
function isWorth(name: string, value: string): boolean {
  if (!/secret|jwt_?key/i.test(name)) return true;
  if (SIGNING.test(name)) return value.length >= SIGNING_CHARS_MIN && !isEcho(name, value);
  if (APP_KEY.test(name) && KEY_WORD.test(value))
    return !TO_CHANGE.test(value) && !isEcho(name, value);
  if (!/^[A-Z][A-Z0-9_]*$/.test(name))
    return /^(?:admin|root|user)?(?:pw|pass(?:word)?)\d*$/i.test(value);
  if (isEcho(name, value)) return false;
  // Names of things have dashes; a word without one is the value itself.
  return (
    /pass(?:word|wd)?|pw$|admin|secret|key/i.test(value) ||
    (/^[a-z]{8,}\d{0,4}$/.test(value) && !TO_CHANGE.test(value))
  );
}

function isNoPassword(value: string): boolean {
  if (!PLAIN.test(value) || NO_PLAIN.test(value) || NO_VALUE.test(value)) return true;
  if (PLACEHOLDER.test(value) || TO_FILL.test(value) || /^\d{1,3}$|^[mM]y[A-Z]/.test(value))
    return true;
  // A dotted name, a version, an address.
  return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|^v?\d+(?:\.\d+)+$|@[\w-]+\.\w+$/.test(value);
}

/** The word for it as a form shows it, in any language, where no variable is given: `password: Wachtwoord`. */
const isLabel = (name: string, value: string): boolean =>
  !isVariable(name) && /^[A-Z][a-z]+$/.test(value) && nameStrength(value) === "password";

/** A value that says its own name: `DB_PASSWORD=db_password`. */
const isEcho = (name: string, value: string): boolean => {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return /pass(?:word|wd)?$|secret$/.test(bare(value)) && bare(name).endsWith(bare(value));
};
