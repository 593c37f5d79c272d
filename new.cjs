var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// <stdin>
var stdin_exports = {};
__export(stdin_exports, {
  DETECTORS: () => DETECTORS,
  decodedParts: () => decodedParts,
  fileNature: () => fileNature,
  keywordSearch: () => keywordSearch,
  prefilter: () => prefilter,
  scanText: () => scanText
});
module.exports = __toCommonJS(stdin_exports);

// src/base/limits.ts
var PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
var COMMAND_CHARS_MAX = 64 * 1024;
var TEXT_CHARS_MAX = 64 * 1024;
var PROGRAM_CHARS_MAX = 16 * 1024;
var FINDINGS_MAX = 64;
var SCAN_FINDINGS_MAX = 1e4;
var TABLE_ROWS_MAX = 2e3;
var scanStepsMax = (chars) => 4096 + Math.ceil(chars / 2);
var INSTRUCTIONS_BYTES_MAX = 256 * 1024;
var DECODED_DEPTH_MAX = 2;
var FACT_TEXT_BYTES_MAX = 64 * 1024;
var CORPUS_FILE_CHARS_MAX = 4 * 1024 * 1024;
var SCAN_FILE_BYTES_MAX = 256 * 1024 * 1024;
var SCAN_WINDOW_CHARS = 512 * 1024;
var SCAN_WINDOW_BEFORE_CHARS = 4 * 1024;
var SCAN_WINDOW_AFTER_CHARS = 16 * 1024;
var GIT_NAME_BYTES_MAX = 64 * 1024;

// src/guard/content/assignment.ts
var NAME_CHARS_MAX = 80;
var NAME_TAIL_MAX = 60;
var VALUE_CHARS_MAX = 512;
var NESTED_NAMES_MAX = 4;
var NAME_WORDS = [
  ...["pass", "pwd", "secret", "token", "key", "credential", "creds", "auth", "cookie", "salt"],
  ...["senha", "contrasena", "mdp", "clave", "parola", "kennwort", "_pw", "_pat", "psk"],
  ...[
    "haslo",
    "heslo",
    "sifre",
    "senord",
    "adgangskode",
    "salasana",
    "jelszo",
    "wachtwoord",
    "chiave"
  ]
];
var NAME_WORD = new RegExp(NAME_WORDS.join("|"), "gi");
var NAME_END = /[\w$.-]{0,60}\\{0,3}["'`*]{0,2}(?:\]|\[\d{0,6}\])?[ \t]{0,8}(?:,?[ \t]{0,4}\\{0,3}["']?value\\{0,3}["']?[ \t]{0,2}(?=[=:][ \t]{0,2}\\{0,3}["']))?(?=[=:(,>]|(?<=[ \t])\S)/y;
var SIGNS = "=:(,>";
var OTHER_END = /[\w$.-]{0,60}["'\])]{0,2}(?:(?:[ \t][\w:]{1,20}=["'][^"'<>\n]{0,40}["']){1,2}(?=>)|[ \t]{1,4}[A-Za-z*&[\]]{1,24}[ \t]{1,4}(?==[ \t]{1,4}["'`])|[ \t]?(?=->[ \t]?["']|\{[ \t]?["'])|[ \t]{0,2}(?:\|(?=\|)|\?(?=[?:])|\bo(?=r))(?=.[ \t]{1,4}["'`])|(?<=\.{4})(?=["']))/y;
var OPENER = /(?:[=>~]{0,2})[ \t]{0,8}(?:(?:[&A-Za-z][\w&[\]<>]{0,24}[?]?[ \t]{0,2}=[ \t]{0,4})(?=[brfuL@]{0,2}["'`]))?(?:(?:(?:new )?(?:[A-Z]\w{0,30}(?:(?:::|\.)\w{1,16}){0,2}|bytes(?:\.fromhex)?|bytearray|\[\]byte|ConvertTo-SecureString[ ])\(?(?:\|\| ?|\(\) ?=> ?)?(?:\w{1,20}=)?){1,3}(?=[brfuNL@]{0,2}["']))?(?:<<)?(?:[brfuNL@]{0,2}(\\{0,3}["'`]{1,3}))?/y;
var BLANKS_MAX = 8;
var QUOTES_MAX = 3;
function* assignmentsIn(window) {
  let behind2 = 0;
  let valueEnd = 0;
  let nested = 0;
  let nameEnd = 0;
  for (const { 0: word, index } of window.matchAll(NAME_WORD)) {
    if (index < behind2) continue;
    nested = index < valueEnd ? nested + 1 : 0;
    if (nested > NESTED_NAMES_MAX) continue;
    if (index >= nameEnd) nameEnd = nameEndOf(window, index);
    if (!mayBeGiven(window, index + word.length, nameEnd)) continue;
    const start = nameStart(window, index);
    const line = lineBefore(window, start);
    const isFlag = /[- \t]$/.test(line) && /(?:^|[\s"'])--?$|^[ \t]*ENV[ \t]+$/.test(line);
    const ended = endOfName(window, index + word.length, isFlag);
    if (ended === void 0) continue;
    const { signAt, sign } = ended;
    const name = named(/^[\w$.-]+/.exec(window.slice(start, signAt))?.[0] ?? "", line);
    const value = valueAt(window, sign === void 0 ? signAt : signAt + 1, sign ?? " ");
    if (value === void 0) continue;
    behind2 = signAt;
    if (nested === 0) valueEnd = value.span.end;
    yield {
      name,
      value: value.value,
      span: value.span,
      isQuoted: value.isQuoted,
      form: isFlag ? "flag" : formOf(sign ?? "="),
      isAlone: /^[ \t]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+|ARG[ \t]+|-[ \t]+)?["'`]?$/.test(line),
      isTight: value.span.start === signAt + 1 && /\w/.test(window[signAt - 1] ?? "")
    };
  }
}
function endOfName(window, at, isFlag) {
  NAME_END.lastIndex = at;
  const hasEnd = NAME_END.test(window);
  const signAt = NAME_END.lastIndex;
  const unit = window.charAt(signAt);
  if (hasEnd && SIGNS.includes(unit)) return { signAt, sign: unit };
  if (hasEnd && (isFlag || isQuote(unit))) return { signAt, sign: void 0 };
  OTHER_END.lastIndex = at;
  if (!OTHER_END.test(window)) return void 0;
  const last = window[OTHER_END.lastIndex];
  return { signAt: OTHER_END.lastIndex, sign: isQuote(last) ? void 0 : last };
}
function isQuote(unit) {
  return unit === '"' || unit === "'" || unit === "`";
}
function named(name, line) {
  if (!/^(?:key|token|secret|auth)$/i.test(name)) return name;
  const [, lead] = /(?:^|[^\w-])([A-Za-z]{2,14})[ -]$/.exec(line) ?? [];
  return lead === void 0 ? name : `${lead}_${name}`;
}
var NAME_UNITS = asciiSet(/[\w$.-]/);
var UNITS_BEHIND = asciiSet(/[\\"'`*[\](){}<>=:,|?\t -]/);
var DIGITS_AND_DASHES = asciiSet(/[\d.-]/);
function asciiSet(kind) {
  return Uint8Array.from(
    { length: 128 },
    (_, unit) => kind.test(String.fromCharCode(unit)) ? 1 : 0
  );
}
function nameEndOf(window, at) {
  let end = at;
  while (end < window.length && NAME_UNITS[window.charCodeAt(end)] === 1) end += 1;
  return end;
}
function mayBeGiven(window, at, nameEnd) {
  return nameEnd - at <= NAME_TAIL_MAX && UNITS_BEHIND[window.charCodeAt(nameEnd)] === 1;
}
function nameStart(window, at) {
  let start = at;
  while (start > 0 && at - start < NAME_CHARS_MAX && NAME_UNITS[window.charCodeAt(start - 1)] === 1)
    start -= 1;
  while (start < at && DIGITS_AND_DASHES[window.charCodeAt(start)] === 1) start += 1;
  return start;
}
function lineBefore(window, at) {
  const ahead = window.slice(Math.max(0, at - NAME_CHARS_MAX), at);
  return ahead.slice(ahead.lastIndexOf("\n") + 1);
}
function formOf(sign) {
  switch (sign) {
    case "=":
      return "equals";
    case ":":
      return "colon";
    case ">":
      return "element";
    default:
      return "argument";
  }
}
function valueAt(window, at, sign) {
  const { start, quote } = openingAt(window, at);
  const rest = window.slice(start, start + VALUE_CHARS_MAX + 1);
  if (quote !== void 0) {
    const close = closingOf(rest, quote);
    if (close === void 0 || close === 0) return void 0;
    return { value: rest.slice(0, close), span: { start, end: start + close }, isQuoted: true };
  }
  if (sign === "(" || sign === ",") return void 0;
  const value = sign === ">" ? /^[^<>\s]{1,512}(?=<\/)/.exec(rest)?.[0] : trimmed(/^[^\s"'`,;<>&]{1,512}/.exec(rest)?.[0]);
  if (value === void 0) return void 0;
  return { value, span: { start, end: start + value.length }, isQuoted: false };
}
function openingAt(window, at) {
  let open = at;
  while (open < at + BLANKS_MAX && isBlank(window.charCodeAt(open))) open += 1;
  let start = open;
  while (start < open + QUOTES_MAX && isQuote(window[start])) start += 1;
  if (start > open) return { start, quote: window.slice(open, start) };
  OPENER.lastIndex = at;
  const opened = OPENER.exec(window);
  return { start: at + (opened?.[0].length ?? 0), quote: opened?.[1] };
}
function isBlank(unit) {
  return unit === 32 || unit === 9;
}
function trimmed(value) {
  let end = value?.length ?? 0;
  while (end > 0 && /[)\]}.:]/.test(value?.[end - 1] ?? "")) end -= 1;
  return end === 0 ? void 0 : value?.slice(0, end);
}
var LINE_FEED = 10;
var BACKSLASH = 92;
function closingOf(rest, quote) {
  const last = quote.at(-1) ?? "";
  const escapes = quote.startsWith("\\") ? quote.lastIndexOf("\\") + 1 : 0;
  const lastUnit = last.charCodeAt(0);
  for (let at = 0; at < rest.length; at += 1) {
    const unit = rest.charCodeAt(at);
    if (unit === LINE_FEED) return void 0;
    if (unit === BACKSLASH) {
      let run = 0;
      while (rest.charCodeAt(at + run) === BACKSLASH) run += 1;
      if (rest.charCodeAt(at + run) === lastUnit && run <= escapes) return at;
      at += run;
    } else if (unit === lastUnit) return at;
  }
  return void 0;
}

// src/guard/content/finding.ts
var TIERS = ["low", "medium", "high"];
function isAtLeast(tier, least) {
  return TIERS.indexOf(tier) >= TIERS.indexOf(least);
}

// src/guard/content/secret-names.ts
var PASSWORD = new Set(
  "password passwd passwort pwd pass passphrase passcode pw mdp clave parola kennwort contrasena senha motdepasse passe userpass dbpass wachtwoord haslo heslo sifre losenord senord passord adgangskode salasana jelszo lozinka".split(
    " "
  )
);
var STRONG = new Set(
  "secret secrets apikey authkey accesskey secretkey privatekey credential credentials apitoken authtoken accesstoken refreshtoken bearertoken clientsecret appsecret signingkey encryptionkey masterkey sharedkey licensekey apisecret webhooksecret presharedkey psk secreta segreta secrete geheim".split(
    " "
  )
);
var STRONG_PAIRS = /(?:^|_)(?:api|access|secret|private|auth|account|storage|master|encryption|signing|signature|session|service|admin|deploy|bot|oauth2?|bearer|refresh|personal|client|app|application|security|csrf|jwt|license|hmac|shared|consumer|user|webhook|gitlab|github|slack|npm|pypi|registry|vault|root|subscription|crypto|cipher|aes|des)_(?:key|token|pat)s?(?:_|$)/;
var WEAK = new Set(
  "key token auth authorization credential creds salt cookie pat chiave".split(" ")
);
var ABOUT = /_(?:id|ids|name|names|path|file|filename|dir|url|uri|link|type|types|kind|length|len|size|count|min|max|field|label|title|text|hint|placeholder|message|msg|error|errors|regex|pattern|policy|policies|rule|rules|expiry|expires|expiration|ttl|timeout|age|date|time|at|on|version|format|status|state|enabled|disabled|required|valid|invalid|validator|validation|strength|reset|change|changed|confirmation|prompt|page|form|input|button|column|table|index|ref|reference|arn|resource|provider|manager|store|storage|service|server|endpoint|host|port|algorithm|alg|encryption|hashing|method|mode|scheme|prefix|suffix|separator|delimiter|template|env|var|variable|mount|volume|class|factory|builder|generator|handler|callback|listener|request|response|limit|limits|usage|budget|cost|bucket|ring|word|words|map|set|list|array|code|codes|event|frame|board|up|down|press|binding|bindings|bind|stroke|stone|note|pair|space|check|info|icon|image|css|test|doc|docs|param|params|parameter|query|header|headers|option|options|result|backup|v\d)$/;
var PUBLIC = /(?:^|_)(?:site|public|publishable|pub|anon|measurement|tracking|host)_(?:key|token)$/;
var NOT_FIRST = /^(?:no|not|has|have|is|are|was|use|uses|using|with|without|show|hide|toggle|forgot|forget|reset|change|update|validate|verify|check|confirm|enable|disable|allow|require|requires|get|find|parse|format|encode|decode|hash|encrypt|decrypt|generate|gen|new_|public|primary|foreign|partition|sort|cache|object|json|dict|map|i18n|translation|locale|idempoten(?:cy|ce)|routing|sync|delta|cursor|continuation|pagination|resume|order|s3|row|column|group|query|data|html|css|next|prev|page|cancellation|stop|start|end|eos|bos|pad|unk|sep|cls|mask|special|design|csrf|xsrf|lexer|syntax|max|min|total|prompt|completion|input|output)_/;
var GLUED = /^(?!.{0,12}(?:by|com|sur|tres|encom|over|under|band|high|low|multi|single|first|last|one|two|shadow|render|out)pass$)[a-z]{2,12}pass$|^(?:root|user|admin|db|my)pw$/;
function nameStrength(name) {
  const last = name.split(/[.[\]$]/).findLast((part) => part !== "") ?? "";
  const words = snakeCase(last);
  if (words === "" || ABOUT.test(words) || PUBLIC.test(words)) return "none";
  const parts = words.split("_");
  const ending = parts.at(-1) ?? "";
  const plain = /^\d+$/.test(ending) ? parts.at(-2) ?? "" : ending;
  const isLed = NOT_FIRST.test(words);
  if (parts.some((part) => PASSWORD.has(part))) return isLed ? "weak" : "password";
  if (isLed) return "none";
  if (parts.some((part) => STRONG.has(part)) || STRONG_PAIRS.test(words)) return "strong";
  if (/(?:secret|passw(?:or)?d|apikey|passphrase)$/.test(plain)) return "strong";
  if (GLUED.test(plain)) return "password";
  if (WEAK.has(plain) || /(?:key|token)$/.test(plain)) return "weak";
  return "none";
}
function snakeCase(name) {
  let words = "";
  let isApart = false;
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at);
    if (!isLower(unit) && !isUpper(unit) && !isDigit(unit)) {
      isApart = true;
      continue;
    }
    const before = name.charCodeAt(at - 1);
    const isFirst = isUpper(unit) && (isLower(before) || isDigit(before) || isUpper(before) && isLower(name.charCodeAt(at + 1)));
    if ((isApart || isFirst) && words !== "") words += "_";
    isApart = false;
    words += name.charAt(at);
  }
  return words.toLowerCase();
}
function isLower(unit) {
  return unit >= 97 && unit <= 122;
}
function isUpper(unit) {
  return unit >= 65 && unit <= 90;
}
function isDigit(unit) {
  return unit >= 48 && unit <= 57;
}

// src/base/lazily.ts
function lazily(make) {
  let made;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

// src/guard/content/entropy.ts
var ASCII = 128;
var COUNTS = new Uint32Array(ASCII);
function entropy(text) {
  const others = /* @__PURE__ */ new Map();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ASCII) COUNTS[unit] = (COUNTS[unit] ?? 0) + 1;
    else others.set(unit, (others.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of others.values()) bits += bitsOf(count / text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const count = unit < ASCII ? COUNTS[unit] ?? 0 : 0;
    if (count === 0) continue;
    bits += bitsOf(count / text.length);
    COUNTS[unit] = 0;
  }
  return bits;
}
function bitsOf(share) {
  return -share * Math.log2(share);
}
function characterKinds(text) {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
}

// src/guard/content/placeholder.ts
var WORDS = /example|placeholder|change[-_]?me|redacted|your[-_]?(?:api|key|token|secret|pass)|insert[-_]?|dummy|\*{4}|\.{3}|0{12}|1{12}|a{12}|1234567890abcdef|abcdefghijkl|deadbeef.{0,4}deadbeef/i;
var CROSSES = /x{4}|X{4}/;
var REFERENCE = /^(?:\$\{|\$\(|\{\{|<%|%\(|\$[A-Za-z_]|<[^>]*>$|%[A-Z_]+%$|\[\[SP:)/;
var FILLER_CHARS_MIN = 12;
var DISTINCT_MIN = 5;
var LOOKED_AT = 512;
function isPlaceholder(value) {
  const text = value.length > LOOKED_AT ? value.slice(0, LOOKED_AT) : value;
  if (REFERENCE.test(text) || WORDS.test(text) || CROSSES.test(text)) return true;
  return text.length >= FILLER_CHARS_MIN && isOfFew(text);
}
function isOfFew(text) {
  const seen = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (seen.includes(unit)) continue;
    seen.push(unit);
    if (seen.length >= DISTINCT_MIN) return false;
  }
  return true;
}

// src/guard/content/value-quality.ts
var NO_VALUES = /^(?:null|nil|none|undefined|true|false|yes|no|on|off|string|str|text|bytes?|number|int(?:eger)?|bool(?:ean)?|object|array|optional|required|default|auto|value|any|void|self|this|empty|test(?:ing|ed)?|foo|bar|baz|foobar|todo|tbd|n\/?a|unknown|enabled|disabled|hidden|masked|env|file|vault|prompt|input|data|basic|bearer|digest|md5|sha\d{1,3}|password|passwd|secret|token|key|api_?key|username|user|admin|root|access_token|refresh_token|id_token|client_secret|private|public|postgres(?:ql)?|mysql|mariadb|guest|minio|minioadmin|rabbitmq|redis|mongo(?:db)?|elastic|changeit|changeme|[*.xX•_-]+)$/i;
var OTHER_FORMS = [
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|https?:\/\/|file:|\w{2,10}:\/\/)/,
  /^[A-Za-z_][A-Za-z_-]{0,24}(?:\.[A-Za-z_][A-Za-z_-]{0,24})+$/,
  /^(?:ENC[[(]|Ag[A-Za-z0-9+/]{150})/,
  /^(?:vault|ssm|op|sm|kms|secretsmanager|keyring|arn|gcp|aws|azure|env|file)[:#][^\s]{0,300}[/#:]/,
  /\|/,
  /^X-[A-Za-z0-9-]{2,60}$/,
  /^(?:base(?:16|32|58|64)(?:url)?|utf-?8|hex|latin1|ascii|binary)$/i,
  /^(?:[[({]{1,2}[A-Za-z_ ]*[\])}]{0,2}|![\w-]+|[[{]{1,2}\w+:?)$/,
  /^[A-Za-z_][\w.]*\[/,
  /^[a-z]{2,10}:[A-Za-z.-]+$/,
  /^(?:scram-sha-\d+|argon2\w{0,2}|pbkdf2[-_:]\w+|aes[-_]?\d+[-_]\w+|hmac[-_]?sha\d+)$/i,
  /^(?:@@|__|%%).*(?:@@|__|%%)$/,
  /(?:^|[^A-Za-z])(?:fake|dummy|your|mock|sample|my|some|test)[-_][a-z]/i,
  /^[~^<>=v]*\d+\.\d+(?:\.[\dx*]+)?(?:[-+.][\w.]+)?$/,
  /^\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]*)?$/,
  /^#[0-9a-fA-F]{3,8}$/,
  /^[a-z]+\/[a-z0-9.+*-]+(?:;.*)?$/,
  /^sha(?:1|256|384|512)[-:]/,
  /^\+?[\d\s().-]+$/,
  // The bracket first: reading on from each letter to it would take the square of a long word.
  /\((?<=[A-Za-z_]\w{0,60}\()|\{\{?\w*\}|=>|&&|::|->|\[\d*\]|<\/?[a-z]/,
  /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/,
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
  /^(?:%[-\w.]*[sdif]|\{\w*\}|:\w+|@\w+)$/,
  /^(?:[\w-]+:){2,}/
];
var otherForms = lazily(() => {
  const sources = /* @__PURE__ */ new Map();
  for (const { source, flags } of OTHER_FORMS) {
    const kind = `${source.startsWith("^") ? "^" : ""}${flags}`;
    sources.set(kind, [...sources.get(kind) ?? [], source]);
  }
  return [...sources].map(([kind, of]) => new RegExp(of.join("|"), kind.replace("^", "")));
});
var JOINED_WORDS = /^[A-Za-z]?[a-z]+(?:(?:[-_./: ][A-Z]?|[A-Z])[a-z]+)*(?:V?\d{1,2}|[-_./:])?$/;
var WORDY_SEPARATED = /^[a-z]+(?:[-_.][a-z0-9]{1,8})+$/i;
var UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
var RANDOM_CHARS_MIN = 16;
var HEX_BITS_MIN = 2.9;
var RANDOM_BITS_MIN = 3.4;
var NOISE_CHARS_MIN = 40;
var NOISE_BITS_MIN = 4.8;
function valueQuality(value) {
  if (value.length < 4 || NO_VALUES.test(value) || isPlaceholder(value)) return "none";
  if (UUID.test(value) || isNoise(value)) return "random";
  if (otherForms().some((form) => form.test(value))) return "none";
  if (/\s/.test(value)) return "none";
  if (isRandom(value)) return "random";
  if (JOINED_WORDS.test(value)) return "word";
  const kinds = characterKinds(value);
  if (kinds < 2) return "word";
  return WORDY_SEPARATED.test(value) && !/\d{2}/.test(value) ? "word" : "mixed";
}
function isNoise(value) {
  return value.length >= NOISE_CHARS_MIN && !/\s/.test(value) && /(?:[^\w\s]\w*){4}/.test(value) && /(?:\d\D*){3}/.test(value) && entropy(value) >= NOISE_BITS_MIN && !/[A-Za-z]{6}|https?:|[A-Za-z]-[A-Za-z]|\\/.test(value);
}
function isRandom(value) {
  if (value.length < RANDOM_CHARS_MIN || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const bits = entropy(value);
  if (/^[0-9a-f]+$|^[0-9A-F]+$/.test(value)) return bits >= HEX_BITS_MIN;
  if (bits < RANDOM_BITS_MIN) return false;
  return !hasWords(value);
}
var WORD_RUN = /[A-Z]?[a-z]{4,}/g;
function hasWords(value) {
  let letters = 0;
  for (const [run] of value.matchAll(WORD_RUN)) {
    const vowels = run.match(/[aeiouy]/gi)?.length ?? 0;
    if (vowels >= run.length / 4 && vowels <= run.length * 2 / 3) letters += run.length;
  }
  return letters > value.length * 0.6;
}

// src/guard/content/detectors/assigned-secret.ts
var LONG = 20;
var PASSWORD_CHARS_MIN = 6;
var CHOSEN_CHARS_MIN = 8;
var isChosen = (value) => /[A-Za-z]/.test(value) && /\d/.test(value);
var assignedSecret = {
  id: "assigned-secret",
  title: "a value that its name calls a secret",
  family: "secret",
  tier: "medium",
  rank: 10,
  keywords: NAME_WORDS,
  before: 80,
  after: 320,
  *find(window, surroundings) {
    let behind2 = 0;
    for (const one of assignmentsIn(window)) {
      if (one.span.start < behind2) continue;
      const hit = hitOf(one, surroundings);
      if (hit === void 0) continue;
      behind2 = hit.end;
      yield hit;
    }
  }
};
function hitOf(one, { file }) {
  if (file.isLock) return void 0;
  if (file.isCode && !one.isQuoted && one.form !== "flag" && one.form !== "element")
    return void 0;
  const tier = tierOf(one);
  if (tier === void 0) return void 0;
  const isMadeUp = file.isTest || file.isExample;
  return { ...one.span, tier: isMadeUp && isAtLeast(tier, "high") ? "medium" : tier };
}
var GIVING = /^(?:with|using|use)(?=[A-Z_])/;
var ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[01][0-9A-HJKMNP-TV-Z]{25})$/i;
function tierOf({ name, value, isQuoted, form, isAlone, isTight }) {
  const strength = nameStrength(form === "argument" ? name.replace(GIVING, "") : name);
  if (strength === "none" || value.toLowerCase() === name.toLowerCase()) return void 0;
  if (/^[A-Za-z]+(?:[-_ ][A-Za-z]+)*$/.test(value) && nameStrength(value) !== "none")
    return void 0;
  const quality = valueQuality(value);
  const isText2 = isQuoted || isAlone || form === "flag" || form === "element";
  if (strength === "weak" && (ID.test(value) || !isQuoted && value.includes(":")))
    return void 0;
  switch (quality) {
    case "none":
      return void 0;
    case "random":
      if (strength === "weak") return value.length >= LONG ? "medium" : "low";
      return value.length >= LONG && isText2 ? "high" : "medium";
    case "mixed":
      if (strength === "weak" || value.length < PASSWORD_CHARS_MIN) return void 0;
      if (!isText2 && !(isTight && value.length >= CHOSEN_CHARS_MIN && isChosen(value)))
        return void 0;
      return value.length >= CHOSEN_CHARS_MIN ? "medium" : "low";
    case "word":
      return strength === "password" && isText2 && value.length >= PASSWORD_CHARS_MIN ? "low" : void 0;
    default:
      return quality;
  }
}

// src/guard/effects/inflate.ts
var import_node_zlib = require("node:zlib");

// src/guard/shell/bytes.ts
function binaryOfBytes(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return binary;
}
function bytesOfBinary(binary) {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

// src/guard/effects/inflate.ts
var FORMATS = { gzip: import_node_zlib.gunzipSync, zlib: import_node_zlib.inflateSync };
function inflate(binary, format) {
  if (binary === "" || binary.length > TEXT_CHARS_MAX) return void 0;
  try {
    const unpacked = FORMATS[format](bytesOfBinary(binary), { maxOutputLength: TEXT_CHARS_MAX });
    return binaryOfBytes(unpacked);
  } catch {
    return void 0;
  }
}

// src/guard/content/encoded.ts
var RUN_CHARS_MIN = 24;
var RUN_CHARS_MAX = 64 * 1024;
var HEAD_BYTES = 18;
var WORD_CHARS_MAX = 8192;
var LINE_CHARS_MAX = 64 * 1024;
var ESCAPED_BEFORE = 128;
var ESCAPED_AFTER = 1024;
var OF_RUN = Uint8Array.from(
  { length: 128 },
  (_, unit) => /[A-Za-z0-9+/_-]/.test(String.fromCharCode(unit)) ? 1 : 0
);
function* decodedParts(text) {
  const runs = runsIn(text);
  for (let at = 0; at < runs.length; at += 2) {
    const part = runPart(text, runs[at] ?? 0, runs[at + 1] ?? 0);
    if (part !== void 0) yield part;
  }
  if (text.includes("%")) yield* percentParts(text);
  if (text.includes("\\")) yield* escapedParts(text);
}
function runsIn(text) {
  const runs = [];
  for (let start = 0; start + RUN_CHARS_MIN <= text.length; ) {
    const before = lastOther(text, start, start + RUN_CHARS_MIN);
    if (before >= start) {
      start = before + 1;
      continue;
    }
    let end = start + RUN_CHARS_MIN;
    while (end < text.length && isOfRun(text.charCodeAt(end))) end += 1;
    if (mayHoldText(text, start)) runs.push(start, end);
    start = end + 1;
  }
  return runs;
}
function lastOther(text, start, end) {
  let at = end - 1;
  while (at >= start && isOfRun(text.charCodeAt(at))) at -= 1;
  return at;
}
function isOfRun(unit) {
  return unit < 128 && OF_RUN[unit] === 1;
}
function runPart(text, start, end) {
  const run = text.slice(start, Math.min(end, start + RUN_CHARS_MAX));
  const place = { start, end: paddedEnd(text, end) };
  const placeOf = () => place;
  if (run.length % 2 === 0 && /^[0-9A-Fa-f]{24,}$/.test(run)) {
    const bytes = hexBytes(run);
    if (isText(bytes)) return { text: bytes, encodings: ["hex"], placeOf };
  }
  const head = base64Bytes(run.slice(0, RUN_CHARS_MIN));
  if (isGzip(head)) {
    const unpacked = inflate(base64Bytes(run), "gzip");
    return unpacked === void 0 ? void 0 : { text: unpacked, encodings: ["base64", "gzip"], placeOf };
  }
  if (!isText(head.slice(0, HEAD_BYTES))) return void 0;
  const encoding = /[-_]/.test(run) ? "base64url" : "base64";
  return { text: base64Bytes(run), encodings: [encoding], placeOf };
}
function mayHoldText(text, start) {
  let isHex = true;
  for (let at = start; at < start + 6; at += 1) isHex = isHex && isHexDigit(text.charCodeAt(at));
  if (isHex) return true;
  for (let at = start; at < start + 16; at += 4) {
    const first = digitAt(text, at) << 2 | digitAt(text, at + 1) >> 4;
    const second = (digitAt(text, at + 1) & 15) << 4 | digitAt(text, at + 2) >> 2;
    const third = (digitAt(text, at + 2) & 3) << 6 | digitAt(text, at + 3);
    if (at === start && first === 31 && second === 139) return true;
    if (!isTextByte(first) || !isTextByte(second) || !isTextByte(third)) return false;
  }
  return true;
}
function digitAt(text, at) {
  return DIGITS[text.charCodeAt(at)] ?? 0;
}
function isHexDigit(unit) {
  return unit >= 48 && unit <= 57 || (unit | 32) >= 97 && (unit | 32) <= 102;
}
function isTextByte(byte) {
  return byte >= 32 && byte < 127 || byte === 10 || byte === 13 || byte === 9;
}
function paddedEnd(text, end) {
  let padded = end;
  while (padded < end + 2 && text[padded] === "=") padded += 1;
  return padded;
}
function hexBytes(run) {
  let bytes = "";
  for (let at = 0; at + 1 < run.length; at += 2)
    bytes += String.fromCharCode(Number.parseInt(run.slice(at, at + 2), 16));
  return bytes;
}
var BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
var DIGITS = new Uint8Array(128);
[...BASE64].forEach((one, value) => {
  DIGITS[one.charCodeAt(0)] = value;
});
DIGITS["-".charCodeAt(0)] = 62;
DIGITS["_".charCodeAt(0)] = 63;
function base64Bytes(run) {
  let bytes = "";
  let bits = 0;
  let count = 0;
  for (let at = 0; at < run.length; at += 1) {
    bits = (bits << 6 | (DIGITS[run.charCodeAt(at)] ?? 0)) & 16777215;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode(bits >> count & 255);
  }
  return bytes;
}
function isGzip(head) {
  return head.startsWith("\x8B\b");
}
function isText(bytes) {
  return /^[\t\n\r -~]{18}/.test(bytes.length < HEAD_BYTES ? bytes.padEnd(HEAD_BYTES) : bytes);
}
var PERCENT_WORD = /%[0-9A-Fa-f]{2}/g;
var WORD_END = /[\s"'`<>()[\]{}|\\^]/;
function* percentParts(text) {
  let behind2 = 0;
  for (const { index } of text.matchAll(PERCENT_WORD)) {
    if (index < behind2) continue;
    let start = index;
    while (start > behind2 && index - start < WORD_CHARS_MAX && !WORD_END.test(text[start - 1] ?? ""))
      start -= 1;
    let end = index;
    while (end < text.length && end - index < WORD_CHARS_MAX && !WORD_END.test(text[end] ?? ""))
      end += 1;
    behind2 = end;
    yield undone(
      text,
      { start, end },
      { ...PERCENT_FORM, undo: (place) => percentAt(text, place) }
    );
  }
}
var PERCENT_FORM = { encoding: "percent", mark: "%" };
var JSON_FORM = { encoding: "json", mark: "\\" };
function percentAt(text, at) {
  const code = /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3))?.[0];
  if (code === void 0) return void 0;
  return { unit: String.fromCharCode(Number.parseInt(code, 16)), length: 3 };
}
var ESCAPES = {
  ...{ n: "\n", r: "\r", t: "	", b: "\b", f: "\f", "/": "/", "\\": "\\", '"': '"', "'": "'" }
};
var ESCAPE = /\\["'/nrtu]/g;
function* escapedParts(text) {
  let start = 0;
  let end = -1;
  for (const { index } of text.matchAll(ESCAPE)) {
    if (end !== -1 && (index > end || end - start > LINE_CHARS_MAX)) {
      yield undone(text, { start, end }, { ...JSON_FORM, undo: (place) => escapeAt(text, place) });
      start = Math.max(end, index - ESCAPED_BEFORE);
    } else if (end === -1) {
      start = Math.max(0, index - ESCAPED_BEFORE);
    }
    end = Math.min(text.length, index + ESCAPED_AFTER);
  }
  if (end !== -1)
    yield undone(text, { start, end }, { ...JSON_FORM, undo: (place) => escapeAt(text, place) });
}
function escapeAt(text, at) {
  const next = text[at + 1] ?? "";
  if (next === "u") {
    const code = /^[0-9A-Fa-f]{4}/.exec(text.slice(at + 2, at + 6))?.[0];
    if (code === void 0) return void 0;
    return { unit: String.fromCharCode(Number.parseInt(code, 16)), length: 6 };
  }
  const unit = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : void 0;
  return unit === void 0 ? void 0 : { unit, length: 2 };
}
function undone(text, { start, end }, {
  encoding,
  mark,
  undo
}) {
  const ends = [];
  const plain = [];
  let length = 0;
  let copied = start;
  for (let at = text.indexOf(mark, start); at !== -1 && at < end; ) {
    const escape = undo(at);
    if (escape !== void 0) {
      plain.push(text.slice(copied, at), escape.unit);
      length += at - copied + 1;
      copied = at + escape.length;
      ends.push(length, copied);
    }
    at = text.indexOf(mark, at + (escape?.length ?? 1));
  }
  plain.push(text.slice(copied, Math.max(copied, end)));
  const placeOf = (unit) => {
    let low = 0;
    let high = ends.length / 2;
    while (low < high) {
      const middle = low + high >> 1;
      if ((ends[2 * middle] ?? 0) <= unit) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return start + unit;
    return (ends[2 * low - 1] ?? 0) + unit - (ends[2 * low - 2] ?? 0);
  };
  return {
    text: plain.join(""),
    encodings: [encoding],
    placeOf: (span) => ({ start: placeOf(span.start), end: placeOf(span.end) })
  };
}

// src/guard/content/detectors/authorization-header.ts
var SCHEME = /(?<![\w-])(?<scheme>basic|bearer|token|apikey)[ :]{1,3}["']?(?<value>[A-Za-z0-9+/_.~-]{8,4000}={0,2})/gi;
var KEY_HEADER = /(?<![\w-])x-(?:api-key|auth-token|access-token|vault-token|gitlab-token|amz-security-token|functions-key)["']?\s{0,3}[:=,]\s{0,3}["']?(?<value>[A-Za-z0-9+/_.=~-]{8,4000})/gi;
var HEADER_BEFORE = /authorization|\bauth\b|header|curl|-H\b/i;
var authorizationHeader = {
  id: "authorization-header",
  title: "credentials in a header of HTTP",
  family: "secret",
  tier: "high",
  rank: 20,
  keywords: ["basic ", "bearer ", "authorization", "x-api-key", "-token"],
  before: 64,
  after: 1200,
  *find(window) {
    const hits = [];
    for (const match of window.matchAll(SCHEME)) {
      const { scheme = "", value = "" } = match.groups ?? {};
      const before = window.slice(Math.max(0, match.index - 48), match.index);
      const tier = schemeTier(scheme.toLowerCase(), value, HEADER_BEFORE.test(before));
      const start = match.index + match[0].length - value.length;
      if (tier !== void 0) hits.push({ start, end: start + value.length, tier });
    }
    for (const match of window.matchAll(KEY_HEADER)) {
      const value = match.groups?.["value"] ?? "";
      const start = match.index + match[0].length - value.length;
      const tier = tokenTier(value);
      if (tier !== void 0) hits.push({ start, end: start + value.length, tier });
    }
    yield* hits.sort((one, other) => one.start - other.start);
  }
};
function schemeTier(scheme, value, isHeader) {
  if (scheme === "basic") return basicTier(value);
  const tier = tokenTier(value);
  if (tier === void 0) return void 0;
  if (scheme === "bearer") return tier;
  return isHeader ? tier : void 0;
}
function basicTier(value) {
  const text = base64Bytes(value.replace(/=+$/, ""));
  const [, user, password] = /^([ -9;-~]{1,128}):([ -~]{1,256})$/.exec(text) ?? [];
  if (user === void 0 || password === void 0 || isPlaceholder(password)) return void 0;
  if (/^(?:aladdin|user(?:name)?|test|foo)$/i.test(user)) return "low";
  return /^(?:pass(?:word)?|secret|test|guest|admin|bar)$/i.test(password) ? "low" : "high";
}
function tokenTier(value) {
  const quality = valueQuality(value);
  if (quality === "random") return value.length >= 20 ? "high" : "medium";
  return quality === "mixed" && value.length >= 12 ? "medium" : void 0;
}

// src/guard/content/credential.ts
function credential(kind) {
  const { id, title, keywords, before, after, tier = "high", rank = 30 } = kind;
  return {
    ...{ id, title, family: "secret", tier, rank, keywords, credential: kind },
    ...before === void 0 ? {} : { before },
    ...after === void 0 ? {} : { after },
    find: (window, surroundings) => hitsOf(kind, window, surroundings)
  };
}
var NONE = [];
function hitsOf(kind, window, surroundings) {
  const { pattern } = kind;
  pattern.lastIndex = 0;
  let match = pattern.exec(window);
  if (match === null) return NONE;
  const hits = [];
  for (; match !== null; match = pattern.exec(window)) {
    if (match[0] === "") pattern.lastIndex += 1;
    const hit = hitOf2(kind, match, window, surroundings);
    if (hit !== void 0) hits.push(hit);
  }
  return hits;
}
function hitOf2({ check, keepsPlaceholders }, match, window, surroundings) {
  const value = match.groups?.["value"] ?? match[0];
  if (value === "") return void 0;
  const start = match.index + match[0].lastIndexOf(value);
  if (keepsPlaceholders !== true && isPlaceholder(value)) return void 0;
  const candidate = { match, window, start, surroundings };
  const verdict = check === void 0 ? true : check(value, candidate);
  if (verdict === false) return void 0;
  const end = start + value.length;
  return verdict === true ? { start, end } : { start, end, tier: verdict };
}

// src/guard/content/detectors/aws-access-key-id.ts
var DISTINCT_MIN2 = 5;
var awsAccessKeyId = credential({
  id: "aws-access-key-id",
  title: "the id of an AWS access key",
  issuer: "Amazon Web Services",
  source: "IAM identifiers, AWS IAM user guide: AKIA an access key, ASIA a temporary one, 20 capital letters and digits",
  keywords: ["akia", "asia"],
  pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  check: (value) => new Set(value.slice(4)).size >= DISTINCT_MIN2,
  before: 1,
  after: 24
});

// src/guard/content/detectors/call-argument.ts
var ARGUMENT = String.raw`(?:b?"[^"\n]{0,200}"|b?'[^'\n]{0,200}'|[^"'(),\n]{1,80}|\[\]byte\([^()\n]{1,80}\))`;
var TEXT = String.raw`b?["'](?<value>[^"'\n]{6,200})["']`;
var PASSWORD_CHARS_MIN2 = 8;
var KEY_CHARS_MIN = 12;
var LOG_INS = [
  ...["NetworkCredential", "UsernamePasswordCredentials?", "PasswordAuthentication"],
  ...["HTTP(?:Basic|Digest)Auth", "(?:[Ss]et|with|With)?[Bb]asic_?Auth", "basic_auth"],
  ...["PlainAuth", "[Ll]ogin", "simple_bind(?:_s)?", "bind(?:Sync)?", "getConnection", "connect"],
  ...["[Aa]uthenticate", "auth", "ftp_login", "ssh2_auth_password", "mysqli?(?:_connect)?", "PDO"],
  ...["Sequelize", "sshConfig", "createUser", "add_user"]
].join("|");
var KEYED = [
  ...["createHmac", "createCipheriv", "createDecipheriv", "jwt\\.(?:sign|verify|encode|decode)"],
  ...["sign", "hmac\\.new", "Fernet", "cookieParser", "cookieSession", "SecretKeySpec"],
  ...["AES\\.new", "AESGCM", "setSigningKey", "hmacShaKeyFor", "load", "PasswordProtection"],
  ...["getKey", "SignedString", "HS(?:256|384|512)", "NewGCM", "ConvertTo-SecureString"]
].join("|");
var callArgument = [
  credential({
    id: "login-argument",
    title: "a password that is passed to a log-in",
    issuer: "whoever runs the service that is logged in to",
    source: "the functions' own documentation: user first, password behind it",
    keywords: [
      ...["credential", "passwordauthentication", "basicauth", "basic_auth", "httpdigestauth"],
      ...["plainauth", "login(", "bind(", "bind_s(", "bindsync(", "connection(", "connect("],
      ...["authenticate(", ".auth(", "auth=(", "auth = (", "ftp_login", "auth_password"],
      ...["mysqli", "pdo(", "sequelize(", "sshconfig(", "createuser(", "add_user("]
    ],
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:${LOG_INS})(?:\(|\s?=\s?\()\s{0,4}(?:${ARGUMENT},\s{0,8}){1,4}${TEXT}(?=\s{0,4}[,)])`,
      "g"
    ),
    check: (value, candidate) => passed(value, candidate, PASSWORD_CHARS_MIN2),
    ...{ tier: "medium", rank: 10, before: 24, after: 420 }
  }),
  credential({
    id: "key-argument",
    title: "a key that is passed to a function of cryptography",
    issuer: "whoever made the key",
    source: "the functions' own documentation: the key is an argument without a name",
    keywords: [
      ...["createhmac", "cipheriv", "jwt.", "hmac.new", "fernet(", "cookieparser("],
      ...["cookiesession(", "secretkeyspec", "aes.new", "aesgcm(", "setsigningkey"],
      ...["hmacshakeyfor", ".load(", "passwordprotection(", "getkey(", "signedstring("],
      "convertto-securestring"
    ],
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:${KEYED})(?:\(\s{0,4}(?:${ARGUMENT},\s{0,8}){0,2}(?:\[\]byte\()?|\s{1,4}(?:-String\s)?)${TEXT}`,
      "g"
    ),
    check: (value, candidate) => passed(
      value,
      candidate,
      /\.load|SecureString/.test(candidate.match[0]) ? PASSWORD_CHARS_MIN2 : KEY_CHARS_MIN
    ),
    ...{ tier: "medium", rank: 10, before: 24, after: 420 }
  })
];
function passed(value, { surroundings: { file } }, charsMin) {
  if (file.isLock || value.length < charsMin) return false;
  const quality = valueQuality(value);
  if (quality !== "random" && quality !== "mixed") return false;
  return /^(?:utf-?8|latin-?1|ascii|hex|base64(?:url)?|sha-?\d+|md5|aes-.*|rs\d+|hs\d+|es\d+)$/i.test(
    value
  ) ? false : "medium";
}

// src/guard/content/detectors/command-option.ts
var BETWEEN = String.raw`(?:[ \t][^\n|;&]{0,160}?)?[ \t]`;
var FORMS = [
  {
    ...{ id: "mysql-option", title: "a password of a MySQL command" },
    programs: ["mysql", "mysqldump", "mysqladmin", "mariadb", "mysqlimport"],
    ...{
      lead: String.raw`-p(?=[^\s])`,
      source: "MySQL manual, 4.2.4: `-p` has no blank before its value"
    }
  },
  {
    ...{ id: "sshpass-option", title: "a password of sshpass", programs: ["sshpass"] },
    ...{ lead: String.raw`-p[ \t]?`, source: "sshpass(1)" }
  },
  {
    ...{ id: "registry-login-option", title: "a password of a log-in to a registry or a cloud" },
    programs: [
      "docker login",
      "podman login",
      "az login",
      "oc login",
      "helm registry login",
      "cf login",
      "skopeo login"
    ],
    ...{
      lead: String.raw`(?:-p|--password)[ \t=]`,
      source: "docker login, az login, oc login: reference pages"
    }
  },
  {
    ...{ id: "redis-option", title: "a password of redis-cli", programs: ["redis-cli"] },
    ...{ lead: String.raw`(?:-a|--pass)[ \t]`, source: "redis-cli documentation" }
  },
  {
    ...{ id: "openssl-option", title: "a passphrase of openssl", programs: ["openssl"] },
    ...{
      lead: String.raw`(?:-k[ \t]|-pass(?:in|out)?[ \t]pass:)`,
      source: "openssl-passphrase-options(1)"
    }
  },
  {
    ...{
      id: "keytool-option",
      title: "a password of a key store",
      programs: ["keytool", "jarsigner", "apksigner"]
    },
    ...{
      lead: String.raw`-(?:store|key|src(?:store|key)|dest(?:store|key))pass(?:word)?[ \t]`,
      source: "keytool(1)"
    }
  },
  {
    ...{
      id: "archive-option",
      title: "a password of an archive",
      programs: ["zip", "unzip", "7z", "7za", "rar", "unrar"]
    },
    ...{ lead: String.raw`(?:-P[ \t]?|-p(?=[^\s]))`, source: "zip(1), 7z(1), rar(1)" }
  },
  {
    ...{ id: "gpg-option", title: "a passphrase of gpg", programs: ["gpg", "gpg2"] },
    ...{ lead: String.raw`--passphrase[ \t=]`, source: "gpg(1)" }
  },
  {
    ...{
      id: "sqlcmd-option",
      title: "a password of SQL Server's commands",
      programs: ["sqlcmd", "bcp", "osql"]
    },
    ...{ lead: String.raw`-P[ \t]?`, source: "sqlcmd utility, the vendor's reference" }
  },
  {
    ...{ id: "directory-option", title: "a password of a directory's commands" },
    programs: ["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"],
    ...{ lead: String.raw`-w[ \t]`, source: "ldapsearch(1)" }
  },
  {
    ...{ id: "mongo-option", title: "a password of MongoDB's commands" },
    programs: ["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"],
    ...{ lead: String.raw`(?:-p|--password)[ \t=]`, source: "mongosh, MongoDB manual" }
  },
  {
    ...{ id: "htpasswd-word", title: "a password of htpasswd", programs: ["htpasswd"] },
    ...{
      lead: String.raw`-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t](?:-\w[ \t])?\S{1,128}[ \t]\S{1,64}[ \t]`,
      source: "htpasswd(1), `-b`"
    }
  },
  {
    ...{ id: "net-use-word", title: "a password of net use", programs: ["net use"] },
    ...{ lead: String.raw`/user:\S{1,128}[ \t]`, source: "net use, the vendor's reference" }
  }
];
function bare(value) {
  return value.replace(/^["']|["']$/g, "");
}
var isSecret = (value) => {
  const quality = valueQuality(bare(value));
  return quality === "random" || quality === "mixed" || quality === "word" && /["']/.test(value);
};
function ofProgram({ id, title, programs, lead, source }) {
  const names = programs.map((name) => name.replaceAll(" ", String.raw`[ \t]`)).join("|");
  return {
    ...{
      id,
      title,
      issuer: "whoever set the password",
      source,
      keywords: programs.map((name) => name.length < 4 ? `${name} ` : name)
    },
    pattern: new RegExp(
      String.raw`(?<![\w/.-])(?:${names})${BETWEEN}${lead}["']?(?<value>[^\s"'$\`|&;<>()][^\s"'|&;<>()]{3,127}|(?<=["'])[^"'$\n]{4,128}(?=["']))`,
      "g"
    ),
    check: isSecret,
    ...{ tier: "medium", rank: 10, before: 4, after: 420 }
  };
}
var commandOption = [
  ...FORMS.map((form) => credential(ofProgram(form))),
  credential({
    id: "piped-password",
    title: "a password that is written into a command that sets or asks for one",
    issuer: "whoever set the password",
    source: "chpasswd(8): `user:password` lines; sudo(8), `-S`: the password from standard input",
    keywords: ["chpasswd", "sudo -s", "passwd --stdin", "su -c"],
    pattern: /(?:echo|printf)[ \t](?:-n[ \t]|%s[ \t])?["']?(?:[\w.-]{1,64}:)?(?<value>[^\s"'$`|&;:]{4,128})["']?[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t](?:-\w+[ \t])*)?(?:chpasswd|sudo[ \t]-[A-Za-z]{0,3}S|passwd[ \t]--stdin)/g,
    check: isSecret,
    ...{ tier: "medium", rank: 10, before: 220, after: 40 }
  })
];

// src/guard/content/detectors/command-password.ts
var FORMS2 = [
  /(?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?[\w.@+-]{1,64}:(?<value>[^\s"'@:/]{6,128})/g,
  /(?<![\w-])(?:pass(?:word|phrase|wd)?|pw)(?:[ ]is|[ ]was|[ ]to|[ ](?:for|of|on)[ ][\w.@/-]{1,64}[ ](?:is|=)|:)?[ ]+[`"'*]{0,2}(?<value>[^\s`"'*,;]{8,64})/gi
];
var MIXED = /[A-Za-z].{0,64}\d|\d.{0,64}[A-Za-z]/;
var commandPassword = {
  id: "command-password",
  title: "a password in a command or a sentence",
  family: "secret",
  tier: "medium",
  rank: 11,
  keywords: ["-u ", "--user", "--proxy-user", "passw", "passphrase", " pw ", "pw:"],
  before: 80,
  after: 320,
  *find(window) {
    const hits = [];
    for (const form of FORMS2) {
      for (const match of window.matchAll(form)) {
        const value = (match.groups?.["value"] ?? "").replace(/[.)\]}!?]+$/, "");
        const quality = valueQuality(value);
        if (quality !== "random" && (quality !== "mixed" || !MIXED.test(value))) continue;
        const start = match.index + match[0].lastIndexOf(value);
        hits.push({ start, end: start + value.length });
      }
    }
    yield* hits.sort((one, other) => one.start - other.start);
  }
};

// src/guard/content/detectors/config-files.ts
var isSecretLooking = (value) => {
  const quality = valueQuality(value);
  return quality === "random" || quality === "mixed";
};
var configFiles = [
  credential({
    id: "netrc-password",
    title: "a password of a .netrc file",
    issuer: "any host that a program logs in to",
    source: "the .netrc file, inetutils manual: machine, login and password on one line or several",
    keywords: ["machine "],
    pattern: /(?<![\w-])machine\s{1,4}[\w.:-]{1,253}\s{1,16}(?:login\s{1,4}\S{1,128}\s{1,16})?password\s{1,4}(?<value>[^\s#]{1,256})/g,
    check: (value) => valueQuality(value) !== "none" && (isSecretLooking(value) ? "high" : "low"),
    rank: 20,
    before: 1,
    after: 700
  }),
  credential({
    id: "npmrc-auth",
    title: "a credential of an .npmrc file",
    issuer: "a registry of npm packages",
    source: "npmrc, npm documentation: `//host/:_authToken=`, `_auth=` and `_password=`, the last in base64",
    keywords: ["_authtoken", "_auth", "_password"],
    pattern: /(?<=(?:^|[\s:"']))_(?:authToken|auth|password)["']?[ \t]{0,4}=[ \t]{0,4}["']?(?<value>[A-Za-z0-9+/=_.~-]{8,512})/g,
    check: (value) => isSecretLooking(value),
    rank: 20,
    before: 8,
    after: 560
  }),
  credential({
    id: "docker-auth",
    title: "a login of docker's configuration",
    issuer: "a registry of images",
    source: "config.json of the Docker command line: `auths`, each with `auth`, user and password in base64",
    keywords: ['"auth"', '"identitytoken"', '\\"auth\\"'],
    pattern: /\\?"(?:auth|identitytoken)\\?"\s{0,8}:\s{0,8}\\?"(?<value>[A-Za-z0-9+/=_.-]{8,4096})\\?"/g,
    check: (value, { match }) => match[0].includes("identitytoken") || /^[!-9;-~]{1,200}:[!-~]{3,4000}$/.test(base64Bytes(value.replace(/=+$/, ""))),
    rank: 20,
    before: 1,
    after: 4200
  }),
  credential({
    id: "kubeconfig-credential",
    title: "a user's key or token of a kubeconfig file",
    issuer: "a Kubernetes cluster",
    source: "kubeconfig v1, Kubernetes reference: `client-key-data` in base64, `token` of a user",
    keywords: ["client-key-data"],
    pattern: /client-key-data["']?[ \t]{0,4}:\s{0,4}["']?(?<value>[A-Za-z0-9+/]{64,8192}={0,2})/g,
    check: (value) => base64Bytes(value.slice(0, 64)).startsWith("-----BEGIN "),
    rank: 30,
    before: 1,
    after: 8400
  }),
  credential({
    id: "htpasswd-hash",
    title: "a password's digest of an htpasswd or shadow file",
    issuer: "a server that checks passwords itself",
    source: "Apache: password formats (`$apr1$`, `$2y$`, `{SHA}`); crypt(5): `$1$`, `$5$`, `$6$`, `$y$`",
    keywords: ["$apr1$", "$2y$", "$2a$", "$2b$", "$1$", "$5$", "$6$", "$y$", "{sha}", "{ssha}"],
    pattern: /(?:(?<![\w$])(?:\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:apr1|1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$[56]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}|\$y\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43})|\{S?SHA\}[A-Za-z0-9+/]{27,64}={0,2})(?![./A-Za-z0-9])/g,
    tier: "medium",
    rank: 20,
    before: 4,
    after: 200
  })
];

// src/guard/content/generated-value.ts
var DISTINCT_MIN3 = 7;
var LETTERS_MIN = 10;
var WORD_PART_MAX = 0.6;
var RUN = /[a-z]{3,}/g;
var VOWEL = /[aeiouy]/;
var CLUSTER = /[b-df-hj-np-tv-xz]{5}/;
var UUID2 = /^[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/;
var TYPED = /0123|1234|2345|3456|abcd|bcde|cdef|qwer|asdf/gi;
var LOOKED_AT2 = 256;
function looksGenerated(body) {
  const text = body.slice(0, LOOKED_AT2);
  const distinct = new Set(text).size;
  if (distinct < Math.min(DISTINCT_MIN3, Math.ceil(text.length / 2))) return false;
  if ((text.match(TYPED)?.length ?? 0) * 4 > text.length / 4) return false;
  if (UUID2.test(text)) return true;
  if (!/[0-9]/.test(text)) return isMixed(text) && !isWords(text);
  if (/[a-z]/.test(text) && /[A-Z]/.test(text)) return !isWords(text);
  return /[A-Za-z]/.test(text);
}
var isMixed = (text) => text.length >= LETTERS_MIN && /[a-z]/.test(text) && /[A-Z]/.test(text);
function isWords(text) {
  const words = (text.match(RUN) ?? []).filter((run) => VOWEL.test(run) && !CLUSTER.test(run));
  const inRuns = words.reduce((sum, run) => sum + run.length, 0);
  return inRuns > text.length * WORD_PART_MAX;
}

// src/guard/content/issued-token.ts
function issuedToken(kind) {
  const { form, longest, isInside, anyBody, reach = 0, check, ...rest } = kind;
  const pattern = lazily(
    () => new RegExp(`(?<![A-Za-z0-9])(?:${form.source})(?![A-Za-z0-9_-])`, `g${form.flags}`)
  );
  const detector = credential({
    ...rest,
    // WHY: a getter. Hundreds of patterns are read by few scans.
    get pattern() {
      return pattern();
    },
    before: isInside === true ? longest + 1 : 1,
    after: reach + longest + 1,
    check: (value, candidate) => (anyBody === true || looksGenerated(bodyOf(value, kind.keywords))) && (check === void 0 || check(value, candidate))
  });
  return { ...detector, form, isNamed: false };
}
function bodyOf(value, keywords) {
  const lower = value.slice(0, 64).toLowerCase();
  const keyword = keywords.find((one) => lower.startsWith(one));
  return keyword === void 0 ? value : value.slice(keyword.length);
}

// src/guard/content/key-name.ts
var KEY_CHARS_MAX = 80;
var HOPS_MAX = 5;
var BETWEEN_MAX = 32;
var BETWEEN2 = /* @__PURE__ */ new Set([..." 	\r\n\"'`\\=:,<>()[]{}|/&*?"]);
var KEY_CHAR = /[A-Za-z0-9_.-]/;
var FORWARDING = new Set(
  `as basic bearer const char default export is key let set str string text to token val value var was`.split(
    " "
  )
);
var SECRET = /key|token|secret|passw|passphrase|pwd|auth|cred|bearer|licen[cs]e|webhook|(?:^|[_.-])(?:pat|pass|psk)$/i;
var NO_SECRET = /author(?!iz)|keyword|keyboard|keycode|public|publish|checksum|digest|hash|md5|sha[0-9]|fingerprint|commit|etag|integrity|uuid|guid|(?:key|token)[_.-]?ids?$|(?:key|token|secret)[_.-]?(?:name|file|path|arn|url|uri|length|type)s?$|(?:cache|primary|foreign|sort|partition|object)[_.-]?key/i;
var GENERIC = new Set(
  `access account admin api app application apikey apitoken accesstoken accesskey auth authorization authtoken basic bearer bot
  client clientsecret config conf cred credential credentials default env header headers key license my options opts param
  params pass passphrase passwd password pat personal private pwd secret secretkey secrets self server service set settings
  signing system the this token user value webhook x`.split(/\s+/)
);
function keyBefore(text, start) {
  let nearest = "";
  let at = start;
  for (let hop = 0; hop < HOPS_MAX; hop += 1) {
    const end = behind(text, at, BETWEEN_MAX, (one) => BETWEEN2.has(one));
    if (end === at) break;
    at = behind(text, end, KEY_CHARS_MAX, (one) => KEY_CHAR.test(one));
    const key = text.slice(at, end);
    if (keyNamesSecret(key)) nearest ||= key;
    if (!FORWARDING.has(key.toLowerCase())) return keyNamesSecret(key) ? key : nearest || key;
  }
  return nearest;
}
function behind(text, end, max, isKind) {
  let at = end;
  while (at > 0 && end - at < max && isKind(text[at - 1] ?? "")) at -= 1;
  return at;
}
function keyNamesSecret(key) {
  return SECRET.test(key) && !NO_SECRET.test(key);
}
function keyIsGeneric(key) {
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z0-9]+/);
  return words.every((word) => word === "" || GENERIC.has(word));
}

// src/guard/content/named-token.ts
var REACH = 160;
function namedToken(kind) {
  const { form, longest, anyBody, ...rest } = kind;
  const keywords = [...new Set(kind.keywords.flatMap(spellings))];
  const pattern = lazily(
    () => new RegExp(
      `(?<![A-Za-z0-9_+/.-])(?:${form.source})(?![A-Za-z0-9_+/=-]|\\.[A-Za-z0-9])`,
      `g${form.flags}`
    )
  );
  const detector = credential({
    ...{ tier: "medium", rank: 25 },
    ...rest,
    keywords,
    // WHY: a getter. Hundreds of patterns are read by few scans.
    get pattern() {
      return pattern();
    },
    before: 64,
    after: REACH + longest + 1,
    check: (value, { window, start }) => isNamed(window, start, keywords) && (anyBody === true || looksGenerated(value))
  });
  return { ...detector, form, isNamed: true };
}
var spellings = (name) => [
  name,
  name.replaceAll(/(?<=[a-z0-9])[_-](?=[a-z0-9])/g, "")
];
function isNamed(window, start, names) {
  const key = keyBefore(window, start);
  if (!keyNamesSecret(key)) return false;
  const lower = key.toLowerCase();
  if (names.some((name) => lower.includes(name))) return true;
  if (!keyIsGeneric(key)) return false;
  const near = window.slice(Math.max(0, start - REACH), start).toLowerCase();
  return names.some((name) => near.includes(name));
}

// src/guard/content/detectors/credentials/ai.ts
var aiCredentials = [
  issuedToken({
    id: "anthropic-api-key",
    title: "an API key of Anthropic",
    issuer: "Anthropic",
    source: "https://platform.claude.com/docs/en/api/overview",
    keywords: ["sk-ant-api"],
    form: /sk-ant-api[0-9]{2}-[A-Za-z0-9_-]{93}AA/,
    longest: 108
  }),
  issuedToken({
    id: "anthropic-admin-key",
    title: "an admin API key of Anthropic",
    issuer: "Anthropic",
    source: "https://platform.claude.com/docs/en/api/administration-api",
    keywords: ["sk-ant-admin"],
    form: /sk-ant-admin[0-9]{2}-[A-Za-z0-9_-]{93}AA/,
    longest: 110
  }),
  issuedToken({
    id: "anthropic-oauth-token",
    title: "an OAuth token of Claude",
    issuer: "Anthropic",
    source: "https://code.claude.com/docs/en/authentication",
    keywords: ["sk-ant-oat", "sk-ant-ort"],
    form: /sk-ant-o[ar]t[0-9]{2}-[A-Za-z0-9_-]{80,120}/,
    longest: 133
  }),
  issuedToken({
    id: "anthropic-session-key",
    title: "a session key of Claude",
    issuer: "Anthropic",
    source: "https://code.claude.com/docs/en/authentication",
    keywords: ["sk-ant-sid"],
    form: /sk-ant-sid[0-9]{2}-[A-Za-z0-9_-]{80,120}/,
    longest: 133
  }),
  issuedToken({
    id: "openai-api-key",
    title: "an API key of OpenAI",
    issuer: "OpenAI",
    source: "https://platform.openai.com/docs/api-reference/authentication",
    keywords: ["t3blbkfj"],
    form: /sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}/,
    longest: 51,
    isInside: true
  }),
  issuedToken({
    id: "openai-project-key",
    title: "a project API key of OpenAI",
    issuer: "OpenAI",
    source: "https://platform.openai.com/docs/api-reference/authentication",
    keywords: ["sk-proj-"],
    form: /sk-proj-[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}/,
    longest: 176
  }),
  issuedToken({
    id: "openai-service-account-key",
    title: "an API key of a service account of OpenAI",
    issuer: "OpenAI",
    source: "https://platform.openai.com/docs/api-reference/project-service-accounts",
    keywords: ["sk-svcacct-"],
    form: /sk-svcacct-[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}/,
    longest: 179
  }),
  issuedToken({
    id: "openai-admin-key",
    title: "an admin API key of OpenAI",
    issuer: "OpenAI",
    source: "https://platform.openai.com/docs/api-reference/admin-api-keys",
    keywords: ["sk-admin-"],
    form: /sk-admin-[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}/,
    longest: 177
  }),
  issuedToken({
    id: "openai-session-key",
    title: "a session key of OpenAI",
    issuer: "OpenAI",
    source: "https://platform.openai.com/docs/api-reference/authentication",
    keywords: ["sess-"],
    form: /sess-[A-Za-z0-9]{40}/,
    longest: 45
  }),
  issuedToken({
    id: "hugging-face-token",
    title: "an access token of Hugging Face",
    issuer: "Hugging Face",
    source: "https://huggingface.co/docs/hub/security-tokens",
    keywords: ["hf_"],
    form: /hf_[A-Za-z]{34}/,
    longest: 37,
    anyBody: true
  }),
  issuedToken({
    id: "hugging-face-organization-token",
    title: "an organization token of Hugging Face",
    issuer: "Hugging Face",
    source: "https://huggingface.co/docs/hub/security-tokens",
    keywords: ["api_org_"],
    form: /api_org_[A-Za-z]{34}/,
    longest: 42,
    anyBody: true
  }),
  issuedToken({
    id: "replicate-api-token",
    title: "an API token of Replicate",
    issuer: "Replicate",
    source: "https://replicate.com/docs/topics/security/api-tokens",
    keywords: ["r8_"],
    form: /r8_[A-Za-z0-9]{37}/,
    longest: 40
  }),
  issuedToken({
    id: "groq-api-key",
    title: "an API key of Groq",
    issuer: "Groq",
    source: "https://console.groq.com/docs/quickstart",
    keywords: ["gsk_"],
    form: /gsk_[A-Za-z0-9]{52}/,
    longest: 56
  }),
  namedToken({
    id: "mistral-api-key",
    title: "an API key of Mistral",
    issuer: "Mistral",
    source: "https://docs.mistral.ai/getting-started/quickstart/",
    keywords: ["mistral"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "cohere-api-key",
    title: "an API key of Cohere",
    issuer: "Cohere",
    source: "https://docs.cohere.com/docs/rate-limits",
    keywords: ["cohere", "co_api_key"],
    form: /[A-Za-z0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "perplexity-api-key",
    title: "an API key of Perplexity",
    issuer: "Perplexity",
    source: "https://docs.perplexity.ai/guides/api-key-management",
    keywords: ["pplx-"],
    form: /pplx-[A-Za-z0-9]{48}/,
    longest: 53
  }),
  issuedToken({
    id: "xai-api-key",
    title: "an API key of xAI",
    issuer: "xAI",
    source: "https://docs.x.ai/docs/tutorial",
    keywords: ["xai-"],
    form: /xai-[A-Za-z0-9]{80}/,
    longest: 84
  }),
  issuedToken({
    id: "openrouter-api-key",
    title: "an API key of OpenRouter",
    issuer: "OpenRouter",
    source: "https://openrouter.ai/docs/api-reference/authentication",
    keywords: ["sk-or-v1-"],
    form: /sk-or-v1-[a-f0-9]{64}/,
    longest: 73
  }),
  namedToken({
    id: "stability-api-key",
    title: "an API key of Stability AI",
    issuer: "Stability AI",
    source: "https://platform.stability.ai/docs/getting-started/authentication",
    keywords: ["stability", "dreamstudio"],
    form: /sk-[A-Za-z0-9]{48}/,
    longest: 51
  }),
  issuedToken({
    id: "elevenlabs-api-key",
    title: "an API key of ElevenLabs",
    issuer: "ElevenLabs",
    source: "https://elevenlabs.io/docs/api-reference/authentication",
    keywords: ["sk_"],
    form: /sk_[a-f0-9]{48}/,
    longest: 51
  }),
  namedToken({
    id: "elevenlabs-legacy-key",
    title: "an API key of ElevenLabs in its older form",
    issuer: "ElevenLabs",
    source: "https://elevenlabs.io/docs/api-reference/authentication",
    keywords: ["elevenlabs", "eleven_labs", "xi-api-key", "xi_api_key"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "pinecone-api-key",
    title: "an API key of Pinecone",
    issuer: "Pinecone",
    source: "https://docs.pinecone.io/guides/projects/manage-api-keys",
    keywords: ["pcsk_"],
    form: /pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}/,
    longest: 75
  }),
  namedToken({
    id: "pinecone-legacy-key",
    title: "an API key of Pinecone in its older form",
    issuer: "Pinecone",
    source: "https://docs.pinecone.io/guides/projects/manage-api-keys",
    keywords: ["pinecone"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "langsmith-api-key",
    title: "an API key of LangSmith",
    issuer: "LangChain",
    source: "https://docs.langchain.com/langsmith/create-account-api-key",
    keywords: ["lsv2_"],
    form: /lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}/,
    longest: 51
  }),
  issuedToken({
    id: "langfuse-secret-key",
    title: "a secret key of Langfuse",
    issuer: "Langfuse",
    source: "https://langfuse.com/docs/observability/sdk/overview",
    keywords: ["sk-lf-"],
    form: /sk-lf-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 42
  }),
  namedToken({
    id: "wandb-api-key",
    title: "an API key of Weights & Biases",
    issuer: "Weights & Biases",
    source: "https://docs.wandb.ai/platform/hosting/iam/api-keys",
    keywords: ["wandb", "weights_and_biases"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "wandb-prefixed-api-key",
    title: "an API key of Weights & Biases with a prefix",
    issuer: "Weights & Biases",
    source: "https://docs.wandb.ai/platform/hosting/iam/api-keys",
    keywords: ["wandb_v1_"],
    form: /wandb_v1_[A-Za-z0-9_-]{60,100}/,
    longest: 109
  }),
  namedToken({
    id: "deepseek-api-key",
    title: "an API key of DeepSeek",
    issuer: "DeepSeek",
    source: "https://api-docs.deepseek.com/",
    keywords: ["deepseek"],
    form: /sk-[a-f0-9]{32}/,
    longest: 35
  }),
  namedToken({
    id: "dashscope-api-key",
    title: "an API key of Model Studio (DashScope)",
    issuer: "Alibaba Cloud",
    source: "https://www.alibabacloud.com/help/en/model-studio/get-api-key",
    keywords: ["dashscope", "qwen"],
    form: /sk-[a-f0-9]{32}/,
    longest: 35
  }),
  namedToken({
    id: "moonshot-api-key",
    title: "an API key of Moonshot AI",
    issuer: "Moonshot AI",
    source: "https://platform.moonshot.ai/docs/api/chat",
    keywords: ["moonshot", "kimi"],
    form: /sk-[A-Za-z0-9]{48}/,
    longest: 51
  }),
  namedToken({
    id: "zhipu-api-key",
    title: "an API key of Zhipu AI",
    issuer: "Zhipu AI",
    source: "https://docs.bigmodel.cn/en/api/introduction",
    keywords: ["zhipu", "bigmodel", "chatglm", "zai_api_key"],
    form: /[a-f0-9]{32}\.[A-Za-z0-9]{16}/,
    longest: 49
  }),
  issuedToken({
    id: "fireworks-api-key",
    title: "an API key of Fireworks AI",
    issuer: "Fireworks AI",
    source: "https://docs.fireworks.ai/getting-started/quickstart",
    keywords: ["fw_"],
    form: /fw_[A-Za-z0-9]{22,24}/,
    longest: 27
  }),
  issuedToken({
    id: "together-api-key",
    title: "an API key of Together AI",
    issuer: "Together AI",
    source: "https://docs.together.ai/docs/quickstart",
    keywords: ["tgp_v1_"],
    form: /tgp_v1_[A-Za-z0-9_-]{43}/,
    longest: 50
  }),
  namedToken({
    id: "together-legacy-key",
    title: "an API key of Together AI in its older form",
    issuer: "Together AI",
    source: "https://docs.together.ai/docs/quickstart",
    keywords: ["together_api", "togetherai", "together_ai", "api.together"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "cerebras-api-key",
    title: "an API key of Cerebras",
    issuer: "Cerebras",
    source: "https://inference-docs.cerebras.ai/quickstart",
    keywords: ["csk-"],
    form: /csk-[a-z0-9]{48}/,
    longest: 52
  }),
  issuedToken({
    id: "nvidia-api-key",
    title: "an API key of NVIDIA",
    issuer: "NVIDIA",
    source: "https://docs.nvidia.com/ngc/latest/ngc-user-guide.html",
    keywords: ["nvapi-"],
    form: /nvapi-[A-Za-z0-9_-]{64}/,
    longest: 70
  }),
  issuedToken({
    id: "voyage-api-key",
    title: "an API key of Voyage AI",
    issuer: "Voyage AI",
    source: "https://docs.voyageai.com/docs/api-key-and-installation",
    tier: "medium",
    keywords: ["pa-"],
    form: /pa-[A-Za-z0-9_-]{43}/,
    longest: 46
  }),
  issuedToken({
    id: "jina-api-key",
    title: "an API key of Jina AI",
    issuer: "Jina AI",
    source: "https://jina.ai/embeddings/",
    keywords: ["jina_"],
    form: /jina_[A-Za-z0-9_-]{60}/,
    longest: 65
  }),
  issuedToken({
    id: "tavily-api-key",
    title: "an API key of Tavily",
    issuer: "Tavily",
    source: "https://docs.tavily.com/documentation/quickstart",
    keywords: ["tvly-"],
    form: /tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}/,
    longest: 42
  }),
  issuedToken({
    id: "firecrawl-api-key",
    title: "an API key of Firecrawl",
    issuer: "Firecrawl",
    source: "https://docs.firecrawl.dev/introduction",
    keywords: ["fc-"],
    form: /fc-[a-f0-9]{32}/,
    longest: 35
  }),
  namedToken({
    id: "exa-api-key",
    title: "an API key of Exa",
    issuer: "Exa",
    source: "https://docs.exa.ai/reference/getting-started",
    keywords: ["exa_api", "exa-api"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "llamacloud-api-key",
    title: "an API key of LlamaCloud",
    issuer: "LlamaIndex",
    source: "https://docs.cloud.llamaindex.ai/api_key",
    keywords: ["llx-"],
    form: /llx-[A-Za-z0-9]{48}/,
    longest: 52
  }),
  namedToken({
    id: "assemblyai-api-key",
    title: "an API key of AssemblyAI",
    issuer: "AssemblyAI",
    source: "https://www.assemblyai.com/docs/api-reference/overview",
    keywords: ["assemblyai", "assembly_ai"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "deepgram-api-key",
    title: "an API key of Deepgram",
    issuer: "Deepgram",
    source: "https://developers.deepgram.com/docs/create-additional-api-keys",
    keywords: ["deepgram"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "e2b-api-key",
    title: "an API key of E2B",
    issuer: "E2B",
    source: "https://e2b.dev/docs/api-key",
    keywords: ["e2b_"],
    form: /e2b_[a-f0-9]{40}/,
    longest: 44
  }),
  namedToken({
    id: "modal-token",
    title: "the secret of a token of Modal",
    issuer: "Modal",
    source: "https://modal.com/docs/reference/modal.config",
    keywords: ["modal_token", "modal.com"],
    form: /as-[A-Za-z0-9]{22}/,
    longest: 25
  }),
  issuedToken({
    id: "runpod-api-key",
    title: "an API key of Runpod",
    issuer: "Runpod",
    source: "https://docs.runpod.io/get-started/api-keys",
    keywords: ["rpa_"],
    form: /rpa_[A-Z0-9]{40}[A-Za-z0-9]{1,6}/,
    longest: 50
  }),
  namedToken({
    id: "fal-api-key",
    title: "an API key of fal",
    issuer: "fal",
    source: "https://docs.fal.ai/authentication/key-based",
    keywords: ["fal_key", "fal_ai", "fal.ai", "fal-ai"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}:[a-f0-9]{32}/,
    longest: 69
  }),
  issuedToken({
    id: "cursor-api-key",
    title: "an API key of Cursor",
    issuer: "Cursor",
    source: "https://docs.cursor.com/en/account/teams/admin-api",
    keywords: ["key_"],
    form: /key_[a-f0-9]{64}/,
    longest: 68
  }),
  issuedToken({
    id: "cartesia-api-key",
    title: "an API key of Cartesia",
    issuer: "Cartesia",
    source: "https://docs.cartesia.ai/get-started/make-an-api-request",
    keywords: ["sk_car_"],
    form: /sk_car_[A-Za-z0-9_-]{20,44}/,
    longest: 51
  }),
  issuedToken({
    id: "browserbase-api-key",
    title: "an API key of Browserbase",
    issuer: "Browserbase",
    source: "https://docs.browserbase.com/reference/introduction",
    keywords: ["bb_live_"],
    form: /bb_live_[A-Za-z0-9_-]{24,44}/,
    longest: 52
  }),
  issuedToken({
    id: "vercel-ai-gateway-key",
    title: "a key of the AI Gateway of Vercel",
    issuer: "Vercel",
    source: "https://vercel.com/docs/ai-gateway/authentication",
    keywords: ["vck_"],
    form: /vck_[A-Za-z0-9]{56}/,
    longest: 60
  }),
  issuedToken({
    id: "apify-api-token",
    title: "an API token of Apify",
    issuer: "Apify",
    source: "https://docs.apify.com/platform/integrations/api",
    keywords: ["apify_api_"],
    form: /apify_api_[A-Za-z0-9]{36}/,
    longest: 46
  })
];

// src/guard/content/detectors/credentials/amazon-and-google.ts
var amazonAndGoogleCredentials = [
  namedToken({
    id: "aws-secret-access-key",
    title: "a secret access key of AWS",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    tier: "high",
    keywords: ["aws_secret", "awssecret", "secretaccesskey", "secret_access_key"],
    form: /[A-Za-z0-9/+]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "aws-secret-beside-id",
    title: "a secret access key of AWS beside its id",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    keywords: ["akia", "asia"],
    form: /[A-Za-z0-9/+]{40}/,
    longest: 40,
    isInside: true,
    reach: 200,
    check: (_, { window, start }) => /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/.test(window) && isSecret2(window, start)
  }),
  issuedToken({
    id: "aws-session-token",
    title: "a session token of AWS",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
    keywords: ["iqojb3jpz2lu", "fwogzxivyxdz", "fqogzxivyxdz"],
    form: /(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9/+]{100,2000}={0,2}/,
    longest: 2014,
    keepsPlaceholders: true
  }),
  issuedToken({
    id: "aws-bedrock-api-key",
    title: "a long-term API key of Amazon Bedrock",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    keywords: ["absk"],
    form: /ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{100,260}={0,2}/,
    longest: 284,
    keepsPlaceholders: true
  }),
  issuedToken({
    id: "aws-bedrock-short-term-key",
    title: "a short-term API key of Amazon Bedrock",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    keywords: ["bedrock-api-key-"],
    form: /bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{100,2500}={0,2}/,
    longest: 2546
  }),
  namedToken({
    id: "aws-ses-smtp-password",
    title: "an SMTP password of Amazon SES",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
    keywords: ["ses_smtp", "smtp_pass", "smtp-pass", "amazonaws"],
    form: /B[A-Za-z0-9+/]{43}/,
    longest: 44
  }),
  issuedToken({
    id: "google-api-key",
    title: "an API key of Google",
    issuer: "Google",
    source: "https://docs.cloud.google.com/docs/authentication/api-keys",
    keywords: ["aiza"],
    form: /AIza[A-Za-z0-9_-]{35}/,
    longest: 39,
    check: (_, candidate) => isWebConfiguration(candidate) ? "low" : true
  }),
  issuedToken({
    id: "google-authorization-key",
    title: "an API key of Google that is bound to a service account",
    issuer: "Google",
    source: "https://ai.google.dev/gemini-api/docs/api-key",
    keywords: ["aq.ab"],
    form: /AQ\.Ab[A-Za-z0-9_-]{45,60}/,
    longest: 65
  }),
  issuedToken({
    id: "google-oauth-client-secret",
    title: "a client secret of a Google OAuth client",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["gocspx-"],
    form: /GOCSPX-[A-Za-z0-9_-]{28}/,
    longest: 35
  }),
  issuedToken({
    id: "google-oauth-access-token",
    title: "an OAuth access token of Google",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["ya29."],
    form: /ya29\.(?:[a-z]\.)?[A-Za-z0-9_-]{40,1000}/,
    longest: 1007
  }),
  issuedToken({
    id: "google-oauth-refresh-token",
    title: "an OAuth refresh token of Google",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["1//0"],
    form: /1\/\/0[A-Za-z0-9_-]{40,120}/,
    longest: 124
  }),
  issuedToken({
    id: "google-storage-hmac-id",
    title: "the access id of an HMAC key of Cloud Storage, whose secret is seldom far",
    issuer: "Google",
    source: "https://docs.cloud.google.com/storage/docs/authentication/hmackeys",
    tier: "medium",
    keywords: ["goog1e", "goog"],
    form: /GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})/,
    longest: 61
  }),
  namedToken({
    id: "google-storage-hmac-secret",
    title: "the secret of an HMAC key of Cloud Storage",
    issuer: "Google",
    source: "https://docs.cloud.google.com/storage/docs/authentication/hmackeys",
    keywords: ["hmac_secret", "gs_secret", "gcs_secret", "hmac_key", "gcs_hmac"],
    form: /[A-Za-z0-9+/]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "firebase-server-key",
    title: "a legacy server key of Firebase Cloud Messaging",
    issuer: "Google",
    source: "https://firebase.google.com/docs/cloud-messaging/auth-server",
    keywords: [":apa91b"],
    form: /AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}/,
    longest: 152,
    isInside: true
  }),
  namedToken({
    id: "recaptcha-secret-key",
    title: "a secret key of reCAPTCHA",
    issuer: "Google",
    source: "https://developers.google.com/recaptcha/docs/settings",
    keywords: ["recaptcha_secret", "recaptcha_private", "recaptchasecret", "recaptcha-secret"],
    form: /6L[A-Za-z0-9_-]{6}AAAAA[A-Za-z0-9_-]{27}/,
    longest: 40
  })
];
var CONFIGURATION_REACH = 300;
function isWebConfiguration({ surroundings, start }) {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(
    Math.max(0, at - CONFIGURATION_REACH),
    at + CONFIGURATION_REACH
  );
  return /authDomain|firebaseapp\.com|messagingSenderId/.test(around);
}
function isSecret2(window, start) {
  const key = keyBefore(window, start);
  return /secret/i.test(key) && keyNamesSecret(key);
}

// src/guard/content/detectors/credentials/business-services.ts
var businessServicesCredentials = [
  issuedToken({
    id: "nylas-api-key",
    title: "an API key of Nylas",
    issuer: "Nylas",
    source: "https://developer.nylas.com/docs/dev-guide/dashboard/",
    keywords: ["nyk_v0_"],
    form: /nyk_v0_[A-Za-z0-9]{64}/,
    longest: 71
  }),
  namedToken({
    id: "pushbullet-access-token",
    title: "an access token of Pushbullet",
    issuer: "Pushbullet",
    source: "https://docs.pushbullet.com/",
    keywords: ["pushbullet"],
    form: /o\.[A-Za-z0-9]{32}/,
    longest: 34
  }),
  namedToken({
    id: "pushover-token",
    title: "an application or user key of Pushover",
    issuer: "Pushover",
    source: "https://pushover.net/api",
    keywords: ["pushover"],
    form: /[au][a-z0-9]{29}/,
    longest: 30
  }),
  issuedToken({
    id: "coingecko-api-key",
    title: "an API key of CoinGecko",
    issuer: "CoinGecko",
    source: "https://docs.coingecko.com/reference/setting-up-your-api-key",
    keywords: ["cg-"],
    form: /CG-[A-Za-z0-9]{24}/,
    longest: 27
  }),
  namedToken({
    id: "coinmarketcap-api-key",
    title: "an API key of CoinMarketCap",
    issuer: "CoinMarketCap",
    source: "https://coinmarketcap.com/api/documentation/v1/",
    keywords: ["coinmarketcap", "cmc_"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "binance-api-key",
    title: "a key or secret of Binance",
    issuer: "Binance",
    source: "https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security",
    keywords: ["binance"],
    form: /[A-Za-z0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "kraken-api-key",
    title: "a key or private key of Kraken",
    issuer: "Kraken",
    source: "https://docs.kraken.com/api/docs/guides/spot-rest-auth",
    keywords: ["kraken"],
    form: /[A-Za-z0-9+/]{56}|[A-Za-z0-9+/=_-]{80,90}/,
    longest: 90
  }),
  namedToken({
    id: "kucoin-api-secret",
    title: "a key or secret of KuCoin",
    issuer: "KuCoin",
    source: "https://www.kucoin.com/docs-new/authentication",
    keywords: ["kucoin"],
    form: /[a-f0-9]{24}|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "bitfinex-api-secret",
    title: "a key or secret of Bitfinex",
    issuer: "Bitfinex",
    source: "https://docs.bitfinex.com/docs/rest-auth",
    keywords: ["bitfinex"],
    form: /[A-Za-z0-9]{43}/,
    longest: 43
  }),
  namedToken({
    id: "coinbase-access-token",
    title: "a key, secret or token of Coinbase",
    issuer: "Coinbase",
    source: "https://docs.cdp.coinbase.com/get-started/authentication/overview",
    keywords: ["coinbase"],
    form: /[A-Za-z0-9_-]{64}|[A-Za-z0-9]{32}|[A-Za-z0-9+/]{86}==/,
    longest: 88
  }),
  namedToken({
    id: "finnhub-api-key",
    title: "an API key of Finnhub",
    issuer: "Finnhub",
    source: "https://finnhub.io/docs/api/authentication",
    keywords: ["finnhub"],
    form: /[a-z0-9]{20}(?:[a-z0-9]{20})?/,
    longest: 40
  }),
  namedToken({
    id: "alpha-vantage-api-key",
    title: "an API key of Alpha Vantage",
    issuer: "Alpha Vantage",
    source: "https://www.alphavantage.co/documentation/",
    keywords: ["alphavantage", "alpha_vantage"],
    form: /[A-Z0-9]{16}/,
    longest: 16
  }),
  namedToken({
    id: "finicity-secret",
    title: "a secret or token of Finicity",
    issuer: "Mastercard",
    source: "https://developer.mastercard.com/open-finance-us/documentation/",
    keywords: ["finicity"],
    form: /[A-Za-z0-9]{20}|[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "etsy-api-key",
    title: "a keystring of Etsy",
    issuer: "Etsy",
    source: "https://developers.etsy.com/documentation/essentials/authentication",
    keywords: ["etsy"],
    form: /[a-z0-9]{24}/,
    longest: 24
  }),
  namedToken({
    id: "freshbooks-token",
    title: "a client secret or token of FreshBooks",
    issuer: "FreshBooks",
    source: "https://www.freshbooks.com/api/authentication",
    keywords: ["freshbooks"],
    form: /[a-z0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "freshdesk-api-key",
    title: "an API key of Freshdesk",
    issuer: "Freshworks",
    source: "https://developers.freshdesk.com/api/#authentication",
    keywords: ["freshdesk", "freshservice"],
    form: /[A-Za-z0-9]{19,20}/,
    longest: 20
  }),
  namedToken({
    id: "monday-api-token",
    title: "an API token of monday.com",
    issuer: "monday.com",
    source: "https://developer.monday.com/api-reference/docs/authentication",
    keywords: ["monday"],
    form: /eyJhbGciOiJIUzI1NiJ9\.eyJ[A-Za-z0-9_-]{40,400}\.[A-Za-z0-9_-]{43}/,
    longest: 468
  }),
  namedToken({
    id: "todoist-api-token",
    title: "an API token of Todoist",
    issuer: "Doist",
    source: "https://developer.todoist.com/api/v1/",
    keywords: ["todoist"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "pipedrive-api-token",
    title: "an API token of Pipedrive",
    issuer: "Pipedrive",
    source: "https://pipedrive.readme.io/docs/core-api-concepts-authentication",
    keywords: ["pipedrive"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "smartsheet-access-token",
    title: "an access token of Smartsheet",
    issuer: "Smartsheet",
    source: "https://developers.smartsheet.com/api/smartsheet/guides/basics/authentication",
    keywords: ["smartsheet"],
    form: /[A-Za-z0-9]{37}|[a-z0-9]{26}/,
    longest: 37
  }),
  namedToken({
    id: "mailtrap-api-token",
    title: "an API token of Mailtrap",
    issuer: "Mailtrap",
    source: "https://docs.mailtrap.io/developers",
    keywords: ["mailtrap"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "clearbit-secret-key",
    title: "a secret key of Clearbit",
    issuer: "HubSpot",
    source: "https://dashboard.clearbit.com/docs",
    keywords: ["clearbit"],
    form: /sk_[a-f0-9]{32}/,
    longest: 35
  }),
  namedToken({
    id: "hunter-api-key",
    title: "an API key of Hunter",
    issuer: "Hunter",
    source: "https://hunter.io/api-documentation",
    keywords: ["hunter_", "hunter.io", "hunterio"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "toggl-api-token",
    title: "an API token of Toggl",
    issuer: "Toggl",
    source: "https://engineering.toggl.com/docs/authentication/",
    keywords: ["toggl_", "toggl.", "toggltrack"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "shortcut-api-token",
    title: "an API token of Shortcut",
    issuer: "Shortcut",
    source: "https://developer.shortcut.com/api/rest/v3",
    keywords: ["shortcut_api", "shortcut-token", "shortcut_token", "clubhouse"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "coda-api-token",
    title: "an API token of Coda",
    issuer: "Coda",
    source: "https://coda.io/developers/apis/v1",
    keywords: ["coda_", "coda.io"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "square-sandbox-secret",
    title: "an application secret of the sandbox of Square",
    issuer: "Square",
    source: "https://developer.squareup.com/docs/devtools/sandbox/overview",
    keywords: ["sq0csb-"],
    form: /sandbox-sq0csb-[A-Za-z0-9_-]{40,43}/,
    longest: 58,
    isInside: true
  }),
  issuedToken({
    id: "teams-legacy-webhook",
    title: "an incoming webhook of Microsoft Teams in its older form",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
    keywords: ["outlook.office.com/webhook/", "outlook.office365.com/webhook/"],
    form: /outlook\.office(?:365)?\.com\/webhook\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}@[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\/IncomingWebhook\/[a-f0-9]{32}\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 189,
    anyBody: true
  }),
  issuedToken({
    id: "telegram-webhook-token",
    title: "a bot's token in an address of Telegram",
    issuer: "Telegram",
    source: "https://core.telegram.org/bots/api#making-requests",
    keywords: ["api.telegram.org/bot"],
    form: /api\.telegram\.org\/bot(?<value>[0-9]{8,10}:[A-Za-z0-9_-]{35})/,
    longest: 66
  })
];

// src/guard/content/detectors/credentials/clouds.ts
var cloudsCredentials = [
  issuedToken({
    id: "digitalocean-personal-token",
    title: "a personal access token of DigitalOcean",
    issuer: "DigitalOcean",
    source: "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
    keywords: ["dop_v1_"],
    form: /dop_v1_[a-f0-9]{64}/,
    longest: 71
  }),
  issuedToken({
    id: "digitalocean-oauth-token",
    title: "an OAuth token of DigitalOcean",
    issuer: "DigitalOcean",
    source: "https://docs.digitalocean.com/reference/api/oauth/",
    keywords: ["doo_v1_"],
    form: /doo_v1_[a-f0-9]{64}/,
    longest: 71
  }),
  issuedToken({
    id: "digitalocean-refresh-token",
    title: "an OAuth refresh token of DigitalOcean",
    issuer: "DigitalOcean",
    source: "https://docs.digitalocean.com/reference/api/oauth/",
    keywords: ["dor_v1_"],
    form: /dor_v1_[a-f0-9]{64}/,
    longest: 71
  }),
  issuedToken({
    id: "digitalocean-spaces-key-id",
    title: "the id of an access key of Spaces, whose secret is seldom far",
    issuer: "DigitalOcean",
    source: "https://docs.digitalocean.com/products/spaces/how-to/manage-access/",
    tier: "medium",
    keywords: ["do00", "do80"],
    form: /DO(?:00|80)[A-Z0-9]{16}/,
    longest: 20
  }),
  issuedToken({
    id: "heroku-api-key",
    title: "an API key of Heroku with its prefix",
    issuer: "Heroku",
    source: "https://devcenter.heroku.com/articles/authentication",
    keywords: ["hrku-"],
    form: /HRKU-(?:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}|AA[A-Za-z0-9_-]{58})/,
    longest: 65
  }),
  namedToken({
    id: "heroku-legacy-api-key",
    title: "an API key of Heroku",
    issuer: "Heroku",
    source: "https://devcenter.heroku.com/articles/authentication",
    keywords: ["heroku"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "linode-access-token",
    title: "a personal access token of Linode",
    issuer: "Akamai",
    source: "https://techdocs.akamai.com/linode-api/reference/get-started",
    keywords: ["linode"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "hetzner-api-token",
    title: "an API token of Hetzner Cloud",
    issuer: "Hetzner",
    source: "https://docs.hetzner.cloud/",
    keywords: ["hetzner", "hcloud"],
    form: /[A-Za-z0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "vultr-api-key",
    title: "an API key of Vultr",
    issuer: "Vultr",
    source: "https://www.vultr.com/api/",
    keywords: ["vultr"],
    form: /[A-Z0-9]{36}/,
    longest: 36
  }),
  issuedToken({
    id: "scaleway-access-key",
    title: "the id of an API key of Scaleway, whose secret is seldom far",
    issuer: "Scaleway",
    source: "https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",
    tier: "medium",
    keywords: ["scw"],
    form: /SCW[A-Z0-9]{17}/,
    longest: 20
  }),
  namedToken({
    id: "scaleway-secret-key",
    title: "the secret of an API key of Scaleway",
    issuer: "Scaleway",
    source: "https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",
    keywords: ["scaleway", "scw_secret"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "ovh-application-secret",
    title: "an application secret or consumer key of OVHcloud",
    issuer: "OVHcloud",
    source: "https://help.ovhcloud.com/csm/en-api-getting-started-ovhcloud-api",
    keywords: ["ovh_", "ovhapi", "ovhkey", "ovhsecret", "ovh api", "ovh key", "ovh.", "ovh-"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "alibaba-access-key-id",
    title: "the id of an access key of Alibaba Cloud, whose secret is seldom far",
    issuer: "Alibaba Cloud",
    source: "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
    keywords: ["ltai"],
    form: /LTAI[A-Za-z0-9]{12,20}/,
    longest: 24
  }),
  namedToken({
    id: "alibaba-access-key-secret",
    title: "the secret of an access key of Alibaba Cloud",
    issuer: "Alibaba Cloud",
    source: "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
    keywords: [
      "alibaba",
      "aliyun",
      "alicloud",
      "accesskeysecret",
      "access_key_secret",
      "oss_secret"
    ],
    form: /[A-Za-z0-9]{30}/,
    longest: 30
  }),
  issuedToken({
    id: "tencent-secret-id",
    title: "the id of a key of Tencent Cloud, whose secret is seldom far",
    issuer: "Tencent Cloud",
    source: "https://www.tencentcloud.com/document/product/598/34228",
    keywords: ["akid"],
    form: /AKID[A-Za-z0-9]{32}/,
    longest: 36
  }),
  namedToken({
    id: "tencent-secret-key",
    title: "the secret of a key of Tencent Cloud",
    issuer: "Tencent Cloud",
    source: "https://www.tencentcloud.com/document/product/598/34228",
    keywords: ["tencent", "qcloud", "cos_secret"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "baidu-access-key",
    title: "an API key of Baidu AI Cloud",
    issuer: "Baidu",
    source: "https://cloud.baidu.com/doc/qianfan-api/s/ym9chdsy5",
    keywords: ["bce-v3/altak-"],
    form: /bce-v3\/ALTAK-[A-Za-z0-9]{21}\/[a-f0-9]{40}/,
    longest: 75
  }),
  issuedToken({
    id: "volcengine-access-key-id",
    title: "the id of an access key of Volcengine, whose secret is seldom far",
    issuer: "Volcengine",
    source: "https://www.volcengine.com/docs/6257/64983",
    keywords: ["aklt"],
    form: /AKLT[A-Za-z0-9]{38,60}/,
    longest: 64
  }),
  issuedToken({
    id: "yandex-api-key",
    title: "an API key of Yandex Cloud",
    issuer: "Yandex",
    source: "https://yandex.cloud/en/docs/iam/concepts/authorization/api-key",
    keywords: ["aqvn"],
    form: /AQVN[A-Za-z0-9_-]{35,38}/,
    longest: 42
  }),
  issuedToken({
    id: "yandex-iam-token",
    title: "an IAM token of Yandex Cloud",
    issuer: "Yandex",
    source: "https://yandex.cloud/en/docs/iam/concepts/authorization/iam-token",
    keywords: ["t1."],
    form: /t1\.[A-Za-z0-9_-]{30,1000}={0,2}\.[A-Za-z0-9_-]{86}={0,2}/,
    longest: 1094
  }),
  issuedToken({
    id: "yandex-oauth-token",
    title: "an OAuth token of Yandex",
    issuer: "Yandex",
    source: "https://yandex.cloud/en/docs/iam/concepts/authorization/oauth-token",
    keywords: ["y0_", "y1_", "y2_", "y3_"],
    form: /y[0-3]_[A-Za-z0-9_-]{55,60}/,
    longest: 63
  }),
  namedToken({
    id: "yandex-static-key-secret",
    title: "the secret of a static access key of Yandex Cloud",
    issuer: "Yandex",
    source: "https://yandex.cloud/en/docs/iam/concepts/authorization/access-key",
    tier: "high",
    keywords: ["yandex"],
    form: /YC[MNOP][A-Za-z0-9_-]{37}/,
    longest: 40
  }),
  namedToken({
    id: "ibm-cloud-api-key",
    title: "an API key of IBM Cloud",
    issuer: "IBM",
    source: "https://cloud.ibm.com/docs/account?topic=account-userapikey",
    keywords: [
      "ibm_",
      "ibmapi",
      "ibmkey",
      "ibmsecret",
      "ibm api",
      "ibm key",
      "ibmcloud",
      "ibm-",
      "bluemix",
      "watson"
    ],
    form: /[A-Za-z0-9_-]{44}/,
    longest: 44
  }),
  issuedToken({
    id: "fly-access-token",
    title: "an access token of Fly.io",
    issuer: "Fly.io",
    source: "https://fly.io/docs/security/tokens/",
    keywords: ["fo1_", "fm1", "fm2_"],
    form: /(?:fo1_[A-Za-z0-9_-]{43}|fm1[ar]_[A-Za-z0-9+/]{100,2000}={0,2}|fm2_[A-Za-z0-9+/]{100,2000}={0,2})/,
    longest: 2007
  }),
  issuedToken({
    id: "render-api-key",
    title: "an API key of Render",
    issuer: "Render",
    source: "https://render.com/docs/api",
    keywords: ["rnd_"],
    form: /rnd_[A-Za-z0-9]{28,32}/,
    longest: 36
  }),
  issuedToken({
    id: "netlify-access-token",
    title: "an access token of Netlify",
    issuer: "Netlify",
    source: "https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/",
    keywords: ["nfp_", "nfc_", "nfo_", "nfu_", "nfb_"],
    form: /nf[pcoub]_[A-Za-z0-9]{36,40}/,
    longest: 44
  }),
  namedToken({
    id: "netlify-legacy-token",
    title: "an access token of Netlify in its older form",
    issuer: "Netlify",
    source: "https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/",
    keywords: ["netlify"],
    form: /[A-Za-z0-9_-]{43,46}/,
    longest: 46
  }),
  namedToken({
    id: "vercel-access-token",
    title: "an access token of Vercel",
    issuer: "Vercel",
    source: "https://vercel.com/docs/rest-api",
    keywords: ["vercel"],
    form: /[A-Za-z0-9]{24}/,
    longest: 24
  }),
  issuedToken({
    id: "vercel-prefixed-token",
    title: "an access, app, integration or refresh token of Vercel",
    issuer: "Vercel",
    source: "https://vercel.com/docs/rest-api",
    keywords: ["vcp_", "vca_", "vci_", "vcr_"],
    form: /vc[pair]_[A-Za-z0-9]{56}/,
    longest: 60
  }),
  issuedToken({
    id: "vercel-blob-token",
    title: "a read-write token of Vercel Blob",
    issuer: "Vercel",
    source: "https://vercel.com/docs/vercel-blob/using-blob-sdk",
    keywords: ["vercel_blob_rw_"],
    form: /vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}/,
    longest: 62
  }),
  issuedToken({
    id: "cloudflare-user-token",
    title: "a user API token of Cloudflare",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    keywords: ["cfut_"],
    form: /cfut_[A-Za-z0-9_-]{40}[a-f0-9]{8}/,
    longest: 53
  }),
  issuedToken({
    id: "cloudflare-account-token",
    title: "an account API token of Cloudflare",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    keywords: ["cfat_"],
    form: /cfat_[A-Za-z0-9_-]{40}[a-f0-9]{8}/,
    longest: 53
  }),
  issuedToken({
    id: "cloudflare-global-key",
    title: "a global API key of Cloudflare",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    keywords: ["cfk_"],
    form: /cfk_[A-Za-z0-9_-]{40}[a-f0-9]{8}/,
    longest: 52
  }),
  issuedToken({
    id: "cloudflare-oauth-token",
    title: "an OAuth access token of Wrangler",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    keywords: ["cfoat_"],
    form: /cfoat_[A-Za-z0-9_.-]{40,400}/,
    longest: 406
  }),
  namedToken({
    id: "cloudflare-legacy-token",
    title: "an API token or global key of Cloudflare in its older form",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    keywords: ["cloudflare", "cf_api", "x-auth-key", "cf_token"],
    form: /[A-Za-z0-9_-]{40}|[a-f0-9]{37,45}/,
    longest: 45
  }),
  issuedToken({
    id: "cloudflare-origin-ca-key",
    title: "an Origin CA key of Cloudflare",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/",
    keywords: ["v1.0-"],
    form: /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}/,
    longest: 176
  }),
  namedToken({
    id: "cloudflare-turnstile-secret",
    title: "a secret key of Turnstile",
    issuer: "Cloudflare",
    source: "https://developers.cloudflare.com/turnstile/get-started/",
    keywords: ["turnstile_secret", "turnstile-secret", "turnstilesecret", "turnstile_private"],
    form: /0x4AAAAAAA[A-Za-z0-9_-]{14,28}/,
    longest: 38
  }),
  namedToken({
    id: "fastly-api-token",
    title: "an API token of Fastly",
    issuer: "Fastly",
    source: "https://www.fastly.com/documentation/reference/api/auth-tokens/",
    keywords: ["fastly"],
    form: /[A-Za-z0-9_-]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "akamai-edgegrid-token",
    title: "an EdgeGrid access or client token of Akamai",
    issuer: "Akamai",
    source: "https://techdocs.akamai.com/developer/docs/edgegrid",
    keywords: ["akab-"],
    form: /akab-[a-z0-9]{16}-[a-z0-9]{16}/,
    longest: 38
  }),
  namedToken({
    id: "railway-token",
    title: "a token of Railway",
    issuer: "Railway",
    source: "https://docs.railway.com/reference/public-api",
    keywords: ["railway"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "openshift-token",
    title: "an OAuth access token of OpenShift",
    issuer: "Red Hat",
    source: "https://docs.redhat.com/en/documentation/openshift_container_platform",
    keywords: ["sha256~"],
    form: /sha256~[A-Za-z0-9_-]{43}/,
    longest: 50
  }),
  issuedToken({
    id: "scalingo-api-token",
    title: "an API token of Scalingo",
    issuer: "Scalingo",
    source: "https://developers.scalingo.com/",
    keywords: ["tk-us-"],
    form: /tk-us-[A-Za-z0-9_-]{48}/,
    longest: 54
  }),
  namedToken({
    id: "koyeb-api-token",
    title: "an API token of Koyeb",
    issuer: "Koyeb",
    source: "https://www.koyeb.com/docs/reference/api",
    keywords: ["koyeb"],
    form: /[a-z0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "ngrok-auth-token",
    title: "an authtoken or API key of ngrok",
    issuer: "ngrok",
    source: "https://ngrok.com/docs/agent/",
    keywords: ["ngrok"],
    form: /[A-Za-z0-9]{27}_[A-Za-z0-9]{17,24}/,
    longest: 52
  }),
  issuedToken({
    id: "tailscale-auth-key",
    title: "an auth key of Tailscale",
    issuer: "Tailscale",
    source: "https://tailscale.com/kb/1277/key-prefixes",
    keywords: ["tskey-auth-"],
    form: /tskey-auth-[A-Za-z0-9]{10,20}-[A-Za-z0-9]{20,40}/,
    longest: 72
  }),
  issuedToken({
    id: "tailscale-api-token",
    title: "an API access token of Tailscale",
    issuer: "Tailscale",
    source: "https://tailscale.com/kb/1277/key-prefixes",
    keywords: ["tskey-api-"],
    form: /tskey-api-[A-Za-z0-9]{10,20}-[A-Za-z0-9]{20,40}/,
    longest: 71
  }),
  issuedToken({
    id: "tailscale-client-secret",
    title: "an OAuth client secret of Tailscale",
    issuer: "Tailscale",
    source: "https://tailscale.com/kb/1277/key-prefixes",
    keywords: ["tskey-client-"],
    form: /tskey-client-[A-Za-z0-9]{10,20}-[A-Za-z0-9]{20,40}/,
    longest: 74
  }),
  issuedToken({
    id: "tailscale-service-key",
    title: "a SCIM or webhook key of Tailscale",
    issuer: "Tailscale",
    source: "https://tailscale.com/kb/1277/key-prefixes",
    keywords: ["tskey-scim-", "tskey-webhook-"],
    form: /tskey-(?:scim|webhook)-[A-Za-z0-9]{10,20}-[A-Za-z0-9]{20,40}/,
    longest: 75
  }),
  issuedToken({
    id: "defined-networking-api-key",
    title: "an API key of Defined Networking",
    issuer: "Defined Networking",
    source: "https://docs.defined.net/guides/automating-host-creation/",
    keywords: ["dnkey-"],
    form: /dnkey-[A-Z0-9]{26}-[A-Z0-9]{52}/,
    longest: 85
  }),
  namedToken({
    id: "backblaze-application-key",
    title: "an application key of Backblaze B2",
    issuer: "Backblaze",
    source: "https://www.backblaze.com/docs/cloud-storage-application-keys",
    keywords: ["backblaze", "b2_app", "b2_key", "b2_secret"],
    form: /K00[0-9][A-Za-z0-9/+]{27}/,
    longest: 31
  }),
  issuedToken({
    id: "exoscale-api-key",
    title: "the id of an API key of Exoscale, whose secret is seldom far",
    issuer: "Exoscale",
    source: "https://community.exoscale.com/platform/api/",
    keywords: ["exo"],
    form: /EXO[a-f0-9]{24}/,
    longest: 27
  }),
  issuedToken({
    id: "upcloud-api-token",
    title: "an API token of UpCloud",
    issuer: "UpCloud",
    source: "https://upcloud.com/docs/guides/getting-started-upcloud-api/",
    keywords: ["ucat_"],
    form: /ucat_[A-Z0-9]{26}/,
    longest: 31
  }),
  issuedToken({
    id: "cloudinary-url",
    title: "an environment variable of Cloudinary with its secret",
    issuer: "Cloudinary",
    source: "https://cloudinary.com/documentation/solution_overview",
    keywords: ["cloudinary://"],
    form: /cloudinary:\/\/[0-9]{14,16}:[A-Za-z0-9_-]{27}@[A-Za-z0-9_-]{2,40}/,
    longest: 98,
    anyBody: true
  }),
  namedToken({
    id: "bunny-api-key",
    title: "an API key of bunny.net",
    issuer: "bunny.net",
    source: "https://docs.bunny.net/reference/bunnynet-api-overview",
    keywords: ["bunny"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}(?:-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})?/,
    longest: 73
  }),
  namedToken({
    id: "godaddy-api-key",
    title: "an API key of GoDaddy",
    issuer: "GoDaddy",
    source: "https://developer.godaddy.com/getstarted",
    keywords: ["godaddy"],
    form: /[A-Za-z0-9]{10,14}_[A-Za-z0-9]{20,24}/,
    longest: 39
  })
];

// src/guard/content/validators/token-checksums.ts
var CRC32_POLYNOMIAL = 3988292384;
var BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
var BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
var BECH32_GENERATOR = [996825010, 642813549, 513874426, 1027748829, 705979059];
var BECH32_CONSTANT = 1;
var CHARS_MAX = 4096;
function crc32(text) {
  let crc = 4294967295;
  for (let at = 0; at < text.length && at < CHARS_MAX; at += 1) {
    crc ^= text.charCodeAt(at) & 255;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? crc >>> 1 ^ CRC32_POLYNOMIAL : crc >>> 1;
    }
  }
  return (crc ^ 4294967295) >>> 0;
}
function crc32Base62(body) {
  let rest = crc32(body);
  let digits2 = "";
  while (digits2.length < 6) {
    digits2 = (BASE62[rest % 62] ?? "") + digits2;
    rest = Math.floor(rest / 62);
  }
  return digits2;
}
function endsInChecksum(token) {
  const body = token.slice(token.indexOf("_") + 1);
  return crc32Base62(body.slice(0, -6)) === body.slice(-6);
}
function crc32LittleEndianHex(text) {
  const crc = crc32(text);
  return [0, 8, 16, 24].map((shift) => (crc >>> shift & 255).toString(16).padStart(2, "0")).join("");
}
function isBech32(text) {
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf("1");
  if (text.length > CHARS_MAX || separator < 1 || separator + 7 > lower.length) return false;
  if (text !== lower && text !== text.toUpperCase()) return false;
  const human = Array.from(lower.slice(0, separator), (one) => one.charCodeAt(0));
  const values = Array.from(lower.slice(separator + 1), (one) => BECH32.indexOf(one));
  if (values.includes(-1)) return false;
  const all = [...human.map((one) => one >> 5), 0, ...human.map((one) => one & 31), ...values];
  return polymod(all) === BECH32_CONSTANT;
}
function polymod(values) {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = (checksum & 33554431) << 5 ^ value;
    BECH32_GENERATOR.forEach((generator, bit) => {
      if ((top >>> bit & 1) === 1) checksum ^= generator;
    });
  }
  return checksum;
}

// src/guard/content/detectors/credentials/code-hosting.ts
var codeHostingCredentials = [
  issuedToken({
    id: "github-personal-access-token",
    title: "a personal access token of GitHub (classic)",
    issuer: "GitHub",
    source: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
    keywords: ["ghp_"],
    form: /ghp_[A-Za-z0-9]{36}/,
    longest: 40,
    check: (value) => endsInChecksum(value)
  }),
  issuedToken({
    id: "github-oauth-token",
    title: "an OAuth access token of GitHub",
    issuer: "GitHub",
    source: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
    keywords: ["gho_"],
    form: /gho_[A-Za-z0-9]{36}/,
    longest: 40,
    check: (value) => endsInChecksum(value)
  }),
  issuedToken({
    id: "github-user-to-server-token",
    title: "a user token of a GitHub App",
    issuer: "GitHub",
    source: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
    keywords: ["ghu_"],
    form: /ghu_[A-Za-z0-9]{36}/,
    longest: 40,
    check: (value) => endsInChecksum(value)
  }),
  issuedToken({
    id: "github-installation-token",
    title: "an installation token of a GitHub App",
    issuer: "GitHub",
    source: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
    keywords: ["ghs_"],
    form: /ghs_[A-Za-z0-9]{36}/,
    longest: 40,
    check: (value) => endsInChecksum(value)
  }),
  issuedToken({
    id: "github-stateless-installation-token",
    title: "a stateless installation token of a GitHub App",
    issuer: "GitHub",
    source: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app",
    keywords: ["ghs_"],
    form: /ghs_[0-9]{1,12}_eyJ[A-Za-z0-9_-]{10,600}\.eyJ[A-Za-z0-9_-]{10,1200}\.[A-Za-z0-9_-]{40,700}/,
    longest: 2525
  }),
  issuedToken({
    id: "github-refresh-token",
    title: "a refresh token of a GitHub App",
    issuer: "GitHub",
    source: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens",
    keywords: ["ghr_"],
    form: /ghr_[A-Za-z0-9]{36,76}/,
    longest: 80
  }),
  issuedToken({
    id: "github-fine-grained-token",
    title: "a fine-grained personal access token of GitHub",
    issuer: "GitHub",
    source: "https://github.blog/security/application-security/introducing-fine-grained-personal-access-tokens-for-github/",
    keywords: ["github_pat_"],
    form: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/,
    longest: 93
  }),
  namedToken({
    id: "github-token-without-prefix",
    title: "a token of GitHub from before prefixes, or an OAuth client secret",
    issuer: "GitHub",
    source: "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
    keywords: ["github"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "gitlab-personal-access-token",
    title: "a personal, project or group access token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glpat-"],
    form: /glpat-[A-Za-z0-9_-]{20,300}(?:(?:\.[0-9a-z]{2})?\.[0-9a-z]{9})?/,
    longest: 319
  }),
  issuedToken({
    id: "gitlab-oauth-application-secret",
    title: "the secret of an OAuth application of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["gloas-"],
    form: /gloas-[A-Za-z0-9_-]{64}/,
    longest: 70
  }),
  issuedToken({
    id: "gitlab-deploy-token",
    title: "a deploy token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["gldt-"],
    form: /gldt-[A-Za-z0-9_-]{20,60}/,
    longest: 65
  }),
  issuedToken({
    id: "gitlab-runner-token",
    title: "an authentication token of a GitLab runner",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glrt-"],
    form: /glrt-(?:t[0-9]_)?[A-Za-z0-9_-]{20,300}(?:(?:\.[0-9a-z]{2})?\.[0-9a-z]{9})?/,
    longest: 321
  }),
  issuedToken({
    id: "gitlab-runner-registration-token",
    title: "a registration token for runners of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glrtr-", "gr1348941"],
    form: /(?:glrtr-[A-Za-z0-9_-]{20,60}|GR1348941[A-Za-z0-9_-]{20})/,
    longest: 66
  }),
  issuedToken({
    id: "gitlab-job-token",
    title: "a CI job token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glcbt-"],
    form: /glcbt-[A-Za-z0-9]{1,5}_[A-Za-z0-9_-]{20,300}/,
    longest: 312
  }),
  issuedToken({
    id: "gitlab-trigger-token",
    title: "a pipeline trigger token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glptt-"],
    form: /glptt-(?:[a-f0-9]{40}|[A-Za-z0-9_-]{20})/,
    longest: 46
  }),
  issuedToken({
    id: "gitlab-feed-token",
    title: "a feed token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glft-"],
    form: /glft-(?:[a-f0-9]{64}-[0-9]{1,12}|[A-Za-z0-9_-]{20,26})/,
    longest: 82
  }),
  issuedToken({
    id: "gitlab-incoming-mail-token",
    title: "an incoming mail token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glimt-"],
    form: /glimt-[A-Za-z0-9_-]{25}/,
    longest: 31
  }),
  issuedToken({
    id: "gitlab-agent-token",
    title: "a token of a GitLab agent for Kubernetes",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glagent-"],
    form: /glagent-[A-Za-z0-9_-]{50,1024}/,
    longest: 1032
  }),
  issuedToken({
    id: "gitlab-scim-token",
    title: "a SCIM token of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glsoat-"],
    form: /glsoat-[A-Za-z0-9_-]{20,60}/,
    longest: 67
  }),
  issuedToken({
    id: "gitlab-feature-flags-token",
    title: "a client token for feature flags of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glffct-"],
    form: /glffct-[A-Za-z0-9_-]{20,60}/,
    longest: 67
  }),
  issuedToken({
    id: "gitlab-workspace-token",
    title: "a token of a GitLab workspace",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["glwt-"],
    form: /glwt-[A-Za-z0-9_-]{20,60}/,
    longest: 65
  }),
  issuedToken({
    id: "gitlab-session-cookie",
    title: "a session cookie of GitLab",
    issuer: "GitLab",
    source: "https://docs.gitlab.com/security/tokens/#token-prefixes",
    keywords: ["_gitlab_session="],
    form: /_gitlab_session=(?<value>[a-f0-9]{32})/,
    longest: 48
  }),
  issuedToken({
    id: "bitbucket-app-password",
    title: "an app password of Bitbucket",
    issuer: "Atlassian",
    source: "https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/",
    keywords: ["atbb"],
    form: /ATBB[A-Za-z0-9]{24}[A-F0-9]{8}/,
    longest: 36
  }),
  issuedToken({
    id: "bitbucket-access-token",
    title: "a repository, project or workspace access token of Bitbucket",
    issuer: "Atlassian",
    source: "https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/",
    keywords: ["atctt3"],
    form: /ATCTT3x[A-Za-z0-9]{2}[A-Za-z0-9_=-]{120,300}=[A-F0-9]{8}/,
    longest: 318
  }),
  issuedToken({
    id: "bitbucket-data-center-token",
    title: "an HTTP access token of Bitbucket Data Center",
    issuer: "Atlassian",
    source: "https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html",
    keywords: ["bbdc-"],
    form: /BBDC-[A-Za-z0-9+/]{40,50}/,
    longest: 55
  }),
  namedToken({
    id: "gitea-token",
    title: "an access token of Gitea or Forgejo",
    issuer: "Gitea",
    source: "https://docs.gitea.com/development/api-usage",
    keywords: ["gitea", "forgejo", "codeberg"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "gitea-oauth-client-secret",
    title: "the secret of an OAuth application of Gitea or Forgejo",
    issuer: "Gitea",
    source: "https://docs.gitea.com/development/oauth2-provider",
    keywords: ["gto_"],
    form: /gto_[a-z2-7]{52,56}/,
    longest: 60
  }),
  issuedToken({
    id: "azure-devops-personal-access-token",
    title: "a personal access token of Azure DevOps",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
    keywords: ["azdo"],
    form: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/,
    longest: 84,
    isInside: true
  }),
  namedToken({
    id: "azure-devops-legacy-token",
    title: "a personal access token of Azure DevOps in its older form",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-devops-personal-access-token",
    keywords: [
      "azure_devops",
      "azuredevops",
      "devops_pat",
      "vsts",
      "dev.azure.com",
      "visualstudio.com",
      "ado_pat"
    ],
    form: /[a-z2-7]{52}/,
    longest: 52
  }),
  issuedToken({
    id: "sourcegraph-access-token",
    title: "an access token of Sourcegraph",
    issuer: "Sourcegraph",
    source: "https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token",
    keywords: ["sgp_", "sgd_", "slk_"],
    form: /(?:sgp_(?:(?:local|[a-f0-9]{16})_)?[a-f0-9]{40}|sgd_[a-f0-9]{64}|slk_[a-f0-9]{64})/,
    longest: 68
  }),
  namedToken({
    id: "phabricator-api-token",
    title: "an API token of Phabricator or Phorge",
    issuer: "Phacility",
    source: "https://secure.phabricator.com/book/phabricator/article/conduit/",
    keywords: ["phabricator", "conduit", "phorge"],
    form: /(?:api|cli)-[a-z0-9]{28}/,
    longest: 32
  }),
  issuedToken({
    id: "codesandbox-token",
    title: "an API token of CodeSandbox",
    issuer: "CodeSandbox",
    source: "https://codesandbox.io/docs/sdk",
    keywords: ["csb_v1_"],
    form: /csb_v1_[A-Za-z0-9_-]{30,60}/,
    longest: 67
  })
];

// src/guard/content/detectors/credentials/continuous-integration.ts
var continuousIntegrationCredentials = [
  issuedToken({
    id: "circleci-personal-token",
    title: "a personal API token of CircleCI",
    issuer: "CircleCI",
    source: "https://circleci.com/docs/managing-api-tokens/",
    keywords: ["ccipat_"],
    form: /CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}/,
    longest: 70
  }),
  issuedToken({
    id: "circleci-project-token",
    title: "a project API token of CircleCI",
    issuer: "CircleCI",
    source: "https://circleci.com/docs/managing-api-tokens/",
    keywords: ["cciprj_"],
    form: /CCIPRJ_[A-Za-z0-9]{22}_[a-f0-9]{40}/,
    longest: 70
  }),
  namedToken({
    id: "circleci-legacy-token",
    title: "an API token of CircleCI in its older form",
    issuer: "CircleCI",
    source: "https://circleci.com/docs/managing-api-tokens/",
    keywords: ["circleci", "circle_token", "circle-token"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "travis-ci-token",
    title: "an API token of Travis CI",
    issuer: "Travis CI",
    source: "https://docs.travis-ci.com/user/triggering-builds/",
    keywords: ["travis"],
    form: /[A-Za-z0-9_-]{22}/,
    longest: 22
  }),
  issuedToken({
    id: "buildkite-user-token",
    title: "an API access token of Buildkite",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkua_"],
    form: /bkua_[A-Za-z0-9_-]{40,90}/,
    longest: 95
  }),
  issuedToken({
    id: "buildkite-agent-session-token",
    title: "an agent session token of Buildkite",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkaa_"],
    form: /bkaa_[A-Za-z0-9_-]{40,90}/,
    longest: 95
  }),
  issuedToken({
    id: "buildkite-job-token",
    title: "an agent job token of Buildkite",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkaj_"],
    form: /bkaj_[A-Za-z0-9_.-]{40,1200}/,
    longest: 1205
  }),
  issuedToken({
    id: "buildkite-agent-token",
    title: "an agent or cluster token of Buildkite",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkct_", "bkar_"],
    form: /bk(?:ct|ar)_[A-Za-z0-9_-]{40,90}/,
    longest: 95
  }),
  issuedToken({
    id: "buildkite-registry-token",
    title: "a token of Buildkite Package Registries",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkpt_"],
    form: /bkpt_[A-Za-z0-9_.-]{40,400}/,
    longest: 405
  }),
  issuedToken({
    id: "buildkite-portal-token",
    title: "a token or secret of a Buildkite portal",
    issuer: "Buildkite",
    source: "https://buildkite.com/docs/platform/security/tokens",
    keywords: ["bkpat_", "bkps_"],
    form: /bkp(?:at|s)_[A-Za-z0-9_-]{40,90}/,
    longest: 96
  }),
  namedToken({
    id: "drone-token",
    title: "a user token of Drone",
    issuer: "Drone",
    source: "https://docs.drone.io/cli/configure/",
    keywords: ["drone"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "jenkins-api-token",
    title: "an API token of Jenkins",
    issuer: "Jenkins",
    source: "https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/",
    keywords: ["jenkins"],
    form: /11[a-f0-9]{32}/,
    longest: 34
  }),
  issuedToken({
    id: "terraform-cloud-token",
    title: "an API token of HCP Terraform or Terraform Enterprise",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/terraform/cloud-docs/api-docs",
    keywords: [".atlasv1."],
    form: /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/,
    longest: 93,
    isInside: true
  }),
  issuedToken({
    id: "pulumi-access-token",
    title: "an access token of Pulumi",
    issuer: "Pulumi",
    source: "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
    keywords: ["pul-"],
    form: /pul-[a-f0-9]{40}/,
    longest: 44
  }),
  issuedToken({
    id: "octopus-deploy-api-key",
    title: "an API key of Octopus Deploy",
    issuer: "Octopus Deploy",
    source: "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key",
    keywords: ["api-"],
    form: /API-[A-Z0-9]{25,32}/,
    longest: 36
  }),
  issuedToken({
    id: "harness-personal-token",
    title: "a personal or service account token of Harness",
    issuer: "Harness",
    source: "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/",
    keywords: ["pat.", "sat."],
    form: /[ps]at\.[A-Za-z0-9_-]{22}\.[a-f0-9]{24}\.[A-Za-z0-9]{20}/,
    longest: 72
  }),
  issuedToken({
    id: "teamcity-access-token",
    title: "an access token of TeamCity",
    issuer: "JetBrains",
    source: "https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html#Managing+Access+Tokens",
    keywords: ["eyj0exaioiaivenwmij9."],
    form: /eyJ0eXAiOiAiVENWMiJ9\.[A-Za-z0-9_=-]{30,60}\.[A-Za-z0-9_=-]{40,60}/,
    longest: 142
  }),
  issuedToken({
    id: "jetbrains-permanent-token",
    title: "a permanent token of YouTrack or Hub",
    issuer: "JetBrains",
    source: "https://www.jetbrains.com/help/youtrack/devportal/Manage-Permanent-Token.html",
    keywords: ["perm:", "perm-"],
    form: /perm[:-][A-Za-z0-9+/=]{4,80}\.[A-Za-z0-9+/=-]{2,20}\.[A-Za-z0-9]{30}/,
    longest: 137
  }),
  issuedToken({
    id: "sonarqube-user-token",
    title: "a user token of SonarQube",
    issuer: "SonarSource",
    source: "https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens",
    keywords: ["squ_"],
    form: /squ_[a-f0-9]{40}/,
    longest: 44
  }),
  issuedToken({
    id: "sonarqube-project-token",
    title: "a project analysis token of SonarQube",
    issuer: "SonarSource",
    source: "https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens",
    keywords: ["sqp_"],
    form: /sqp_[a-f0-9]{40}/,
    longest: 44
  }),
  issuedToken({
    id: "sonarqube-global-token",
    title: "a global analysis token of SonarQube",
    issuer: "SonarSource",
    source: "https://docs.sonarsource.com/sonarqube-server/user-guide/managing-tokens",
    keywords: ["sqa_"],
    form: /sqa_[a-f0-9]{40}/,
    longest: 44
  }),
  namedToken({
    id: "sonarcloud-token",
    title: "a token of SonarQube Cloud",
    issuer: "SonarSource",
    source: "https://docs.sonarsource.com/sonarqube-cloud/managing-your-account/managing-tokens/",
    keywords: ["sonar"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "snyk-api-token",
    title: "an API token of Snyk",
    issuer: "Snyk",
    source: "https://docs.snyk.io/snyk-api/authentication-for-api",
    keywords: ["snyk"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "codecov-upload-token",
    title: "an upload token of Codecov",
    issuer: "Codecov",
    source: "https://docs.codecov.com/docs/codecov-tokens",
    keywords: ["codecov"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "codacy-project-token",
    title: "a project token of Codacy",
    issuer: "Codacy",
    source: "https://docs.codacy.com/codacy-api/api-tokens/",
    keywords: ["codacy"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "coveralls-repo-token",
    title: "a repository token of Coveralls",
    issuer: "Coveralls",
    source: "https://docs.coveralls.io/coverage-reporter",
    keywords: ["coveralls"],
    form: /[A-Za-z0-9]{32,33}/,
    longest: 33
  }),
  namedToken({
    id: "appveyor-api-token",
    title: "an API token of AppVeyor",
    issuer: "AppVeyor",
    source: "https://www.appveyor.com/docs/api/",
    keywords: ["appveyor"],
    form: /(?:v2\.)?[a-z0-9]{20}/,
    longest: 23
  }),
  issuedToken({
    id: "prefect-api-key",
    title: "an API key of Prefect Cloud",
    issuer: "Prefect",
    source: "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
    keywords: ["pnu_", "pnb_"],
    form: /pn[ub]_[A-Za-z0-9]{36}/,
    longest: 40
  }),
  namedToken({
    id: "expo-access-token",
    title: "an access token of Expo",
    issuer: "Expo",
    source: "https://docs.expo.dev/accounts/programmatic-access/",
    keywords: ["expo_token", "expo_access", "expo.dev"],
    form: /[A-Za-z0-9_-]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "deno-deploy-token",
    title: "an access token of Deno Deploy",
    issuer: "Deno",
    source: "https://docs.deno.com/deploy/classic/",
    keywords: ["ddp_", "ddw_", "ddo_"],
    form: /dd[pwo]_[A-Za-z0-9]{36}/,
    longest: 40
  })
];

// src/guard/content/detectors/credentials/databases.ts
var databasesCredentials = [
  issuedToken({
    id: "planetscale-password",
    title: "a password of PlanetScale",
    issuer: "PlanetScale",
    source: "https://planetscale.com/docs/vitess/connecting/connection-strings",
    keywords: ["pscale_pw_"],
    form: /pscale_pw_[A-Za-z0-9_-]{32,64}/,
    longest: 74
  }),
  issuedToken({
    id: "planetscale-service-token",
    title: "a service token of PlanetScale",
    issuer: "PlanetScale",
    source: "https://planetscale.com/docs/api/reference/service-tokens",
    keywords: ["pscale_tkn_"],
    form: /pscale_tkn_[A-Za-z0-9_-]{32,64}/,
    longest: 75
  }),
  issuedToken({
    id: "planetscale-oauth-token",
    title: "an OAuth token of PlanetScale",
    issuer: "PlanetScale",
    source: "https://planetscale.com/docs/api/reference/service-tokens",
    keywords: ["pscale_oauth_"],
    form: /pscale_oauth_[A-Za-z0-9_-]{32,64}/,
    longest: 77
  }),
  issuedToken({
    id: "mongodb-atlas-service-account-secret",
    title: "a secret of a service account of Atlas",
    issuer: "MongoDB",
    source: "https://www.mongodb.com/docs/atlas/api/service-accounts-overview/",
    keywords: ["mdb_sa_sk_"],
    form: /mdb_sa_sk_[A-Za-z0-9_-]{40}/,
    longest: 50
  }),
  namedToken({
    id: "mongodb-atlas-private-key",
    title: "a private API key of Atlas",
    issuer: "MongoDB",
    source: "https://www.mongodb.com/docs/atlas/configure-api-access/",
    keywords: ["mongodb_atlas", "mongo_atlas", "atlas_private", "atlas_api", "mcli_private"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "neon-api-key",
    title: "an API key of Neon",
    issuer: "Neon",
    source: "https://neon.com/docs/manage/api-keys",
    keywords: ["napi_"],
    form: /napi_[a-z0-9]{64}/,
    longest: 69
  }),
  issuedToken({
    id: "neon-role-password",
    title: "a password of a role of Neon",
    issuer: "Neon",
    source: "https://neon.com/docs/manage/roles",
    keywords: ["npg_"],
    form: /npg_[A-Za-z0-9]{12,16}/,
    longest: 20
  }),
  issuedToken({
    id: "supabase-access-token",
    title: "a personal or OAuth access token of Supabase",
    issuer: "Supabase",
    source: "https://supabase.com/docs/reference/api/introduction",
    keywords: ["sbp_"],
    form: /sbp_(?:oauth_|v0_)?[a-f0-9]{40}/,
    longest: 50
  }),
  issuedToken({
    id: "supabase-secret-key",
    title: "a secret key of a project of Supabase",
    issuer: "Supabase",
    source: "https://supabase.com/docs/guides/api/api-keys",
    keywords: ["sb_secret_"],
    form: /sb_secret_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}/,
    longest: 41
  }),
  issuedToken({
    id: "databricks-personal-token",
    title: "a personal access token of Databricks",
    issuer: "Databricks",
    source: "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
    keywords: ["dapi"],
    form: /dapi[a-f0-9]{32}(?:-[0-9])?/,
    longest: 38
  }),
  issuedToken({
    id: "databricks-oauth-secret",
    title: "an OAuth secret of a service principal of Databricks",
    issuer: "Databricks",
    source: "https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m",
    keywords: ["dose"],
    form: /dose[a-f0-9]{32}/,
    longest: 36
  }),
  issuedToken({
    id: "dbt-cloud-token",
    title: "a personal or service account token of dbt",
    issuer: "dbt Labs",
    source: "https://docs.getdbt.com/docs/dbt-cloud-apis/authentication",
    keywords: ["dbtc_", "dbtu_"],
    form: /dbt[cu]_[A-Za-z0-9_-]{32,60}/,
    longest: 65
  }),
  namedToken({
    id: "confluent-cloud-secret",
    title: "a secret of an API key of Confluent Cloud",
    issuer: "Confluent",
    source: "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
    keywords: ["confluent", "sasl.password", "kafka_api_secret"],
    form: /[A-Za-z0-9+/]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "confluent-prefixed-secret",
    title: "a secret of an API key of Confluent Cloud with its prefix",
    issuer: "Confluent",
    source: "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
    keywords: ["cflt"],
    form: /cflt[A-Za-z0-9+/]{60}/,
    longest: 64
  }),
  issuedToken({
    id: "aiven-token",
    title: "a token of Aiven",
    issuer: "Aiven",
    source: "https://aiven.io/docs/platform/concepts/authentication-tokens",
    keywords: ["aivenv1_", "avns_"],
    form: /aivenv1_[A-Za-z0-9+/_-]{40,400}={0,2}|AVNS_[A-Za-z0-9_-]{15,24}/,
    longest: 410
  }),
  issuedToken({
    id: "cockroach-cloud-key",
    title: "a secret key of CockroachDB Cloud",
    issuer: "Cockroach Labs",
    source: "https://www.cockroachlabs.com/docs/cockroachcloud/managing-access",
    keywords: ["ccdb1_"],
    form: /CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}/,
    longest: 69
  }),
  issuedToken({
    id: "astra-token",
    title: "an application token of Astra DB",
    issuer: "DataStax",
    source: "https://docs.datastax.com/en/astra-db-serverless/administration/manage-application-tokens.html",
    keywords: ["astracs:"],
    form: /AstraCS:[A-Za-z]{24}:[a-f0-9]{64}/,
    longest: 97
  }),
  namedToken({
    id: "fauna-secret",
    title: "a secret of a key of Fauna",
    issuer: "Fauna",
    source: "https://github.com/fauna/faunadb-js",
    keywords: ["fauna"],
    form: /fn[A-Za-z][A-Za-z0-9_-]{37}/,
    longest: 40
  }),
  issuedToken({
    id: "xata-api-key",
    title: "an API key of Xata",
    issuer: "Xata",
    source: "https://xata.io/docs/concepts/api-keys",
    keywords: ["xau_"],
    form: /xau_[A-Za-z0-9]{40,60}/,
    longest: 64
  }),
  issuedToken({
    id: "tinybird-token",
    title: "a token of Tinybird",
    issuer: "Tinybird",
    source: "https://www.tinybird.co/docs/forward/administration/tokens",
    keywords: ["p.eyj"],
    form: /p\.eyJ[A-Za-z0-9_-]{40,400}\.[A-Za-z0-9_-]{43}/,
    longest: 449
  }),
  namedToken({
    id: "influxdb-token",
    title: "an API token of InfluxDB",
    issuer: "InfluxData",
    source: "https://docs.influxdata.com/influxdb/cloud/admin/tokens/",
    keywords: ["influx"],
    form: /[A-Za-z0-9_-]{86}==/,
    longest: 88
  }),
  issuedToken({
    id: "influxdb3-token",
    title: "an API token of InfluxDB 3",
    issuer: "InfluxData",
    source: "https://docs.influxdata.com/influxdb3/core/admin/tokens/",
    keywords: ["apiv3_"],
    form: /apiv3_[A-Za-z0-9_-]{60,100}/,
    longest: 106
  }),
  namedToken({
    id: "upstash-rest-token",
    title: "a REST token of Upstash",
    issuer: "Upstash",
    source: "https://upstash.com/docs/redis/features/restapi",
    keywords: ["rest_token", "upstash"],
    form: /A[A-Za-z0-9_-]{40,130}={0,2}/,
    longest: 133
  }),
  issuedToken({
    id: "convex-deploy-key",
    title: "a deploy key of Convex",
    issuer: "Convex",
    source: "https://docs.convex.dev/cli/deploy-key-types",
    keywords: ["prod:", "preview:", "dev:", "project:"],
    form: /(?:prod|preview|dev|project):[a-z0-9:-]{3,60}\|[A-Za-z0-9+/=_-]{60,200}/,
    longest: 269,
    anyBody: true
  }),
  namedToken({
    id: "snowflake-access-token",
    title: "a programmatic access token of Snowflake",
    issuer: "Snowflake",
    source: "https://docs.snowflake.com/en/user-guide/programmatic-access-tokens",
    keywords: ["snowflake"],
    form: /eyJraWQiOi[A-Za-z0-9_-]{20,200}\.eyJ[A-Za-z0-9_-]{40,1000}\.[A-Za-z0-9_-]{86,700}/,
    longest: 1915
  }),
  namedToken({
    id: "turso-token",
    title: "a token of Turso",
    issuer: "Turso",
    source: "https://docs.turso.tech/cli/db/tokens/create",
    keywords: ["turso", "libsql"],
    form: /eyJ[A-Za-z0-9_-]{20,200}\.eyJ[A-Za-z0-9_-]{20,1000}\.[A-Za-z0-9_-]{86}/,
    longest: 1294
  })
];

// src/guard/content/detectors/credentials/developer-services.ts
var developerServicesCredentials = [
  issuedToken({
    id: "adafruit-io-key",
    title: "a key of Adafruit IO",
    issuer: "Adafruit",
    source: "https://io.adafruit.com/api/docs/",
    keywords: ["aio_"],
    form: /aio_[A-Za-z0-9]{28}/,
    longest: 32
  }),
  issuedToken({
    id: "adobe-client-secret",
    title: "a client secret of Adobe",
    issuer: "Adobe",
    source: "https://developer.adobe.com/developer-console/docs/guides/authentication/",
    keywords: ["p8e-"],
    form: /p8e-[A-Za-z0-9_-]{32}/,
    longest: 36
  }),
  issuedToken({
    id: "infracost-api-key",
    title: "an API key of Infracost",
    issuer: "Infracost",
    source: "https://www.infracost.io/docs/",
    keywords: ["ico-"],
    form: /ico-[A-Za-z0-9]{32}/,
    longest: 36
  }),
  issuedToken({
    id: "intra-42-client-secret",
    title: "a client secret of the intranet of 42",
    issuer: "42",
    source: "https://api.intra.42.fr/apidoc/guides/getting_started",
    keywords: ["s-s4t2"],
    form: /s-s4t2(?:ud|af)-[a-f0-9]{64}/,
    longest: 73
  }),
  issuedToken({
    id: "settlemint-token",
    title: "an access token of SettleMint",
    issuer: "SettleMint",
    source: "https://console.settlemint.com/documentation/",
    keywords: ["sm_aat_", "sm_pat_", "sm_sat_"],
    form: /sm_[aps]at_[A-Za-z0-9]{16,64}/,
    longest: 71
  }),
  issuedToken({
    id: "gitpod-access-token",
    title: "a personal access token of Gitpod",
    issuer: "Gitpod",
    source: "https://www.gitpod.io/docs/classic/user/configure/user-settings/access-tokens",
    keywords: ["gitpod_pat_"],
    form: /gitpod_pat_[A-Za-z0-9_.-]{40,120}/,
    longest: 131
  }),
  issuedToken({
    id: "socket-api-token",
    title: "an API token of Socket",
    issuer: "Socket",
    source: "https://docs.socket.dev/docs/api-keys",
    keywords: ["sktsec_"],
    form: /sktsec_[A-Za-z0-9_-]{30,64}/,
    longest: 71
  }),
  issuedToken({
    id: "kong-access-token",
    title: "a personal or system access token of Konnect",
    issuer: "Kong",
    source: "https://developer.konghq.com/konnect-api/",
    keywords: ["kpat_", "spat_"],
    form: /[ks]pat_[A-Za-z0-9]{40,60}/,
    longest: 65
  }),
  issuedToken({
    id: "trigger-dev-key",
    title: "a secret key or access token of Trigger.dev",
    issuer: "Trigger.dev",
    source: "https://trigger.dev/docs/apikeys",
    keywords: ["tr_dev_", "tr_prod_", "tr_stg_", "tr_pat_", "tr_preview_"],
    form: /tr_(?:dev|prod|stg|pat|preview)_[A-Za-z0-9]{20,50}/,
    longest: 61
  }),
  issuedToken({
    id: "inngest-signing-key",
    title: "a signing key of Inngest",
    issuer: "Inngest",
    source: "https://www.inngest.com/docs/platform/signing-keys",
    keywords: ["signkey-"],
    form: /signkey-(?:prod|test|branch|env)-[a-f0-9]{32,64}/,
    longest: 79
  }),
  issuedToken({
    id: "metabase-api-key",
    title: "an API key of Metabase",
    issuer: "Metabase",
    source: "https://www.metabase.com/docs/latest/people-and-groups/api-keys",
    keywords: ["mb_"],
    form: /mb_[A-Za-z0-9+/]{43}=/,
    longest: 47
  }),
  issuedToken({
    id: "materialize-app-password",
    title: "an app password of Materialize",
    issuer: "Materialize",
    source: "https://materialize.com/docs/manage/users-service-accounts/create-service-accounts/",
    keywords: ["mzp_"],
    form: /mzp_[a-f0-9]{64}/,
    longest: 68
  }),
  issuedToken({
    id: "ntfy-access-token",
    title: "an access token of ntfy",
    issuer: "ntfy",
    source: "https://docs.ntfy.sh/config/#access-tokens",
    keywords: ["tk_"],
    form: /tk_[a-z0-9]{29}/,
    longest: 32
  }),
  issuedToken({
    id: "mem0-api-key",
    title: "an API key of Mem0",
    issuer: "Mem0",
    source: "https://docs.mem0.ai/platform/quickstart",
    keywords: ["m0-"],
    form: /m0-[A-Za-z0-9]{40}/,
    longest: 43
  }),
  issuedToken({
    id: "promptlayer-api-key",
    title: "an API key of PromptLayer",
    issuer: "PromptLayer",
    source: "https://docs.promptlayer.com/quickstart",
    keywords: ["pl_"],
    form: /pl_[a-f0-9]{32}/,
    longest: 35
  }),
  issuedToken({
    id: "helicone-api-key",
    title: "an API key of Helicone",
    issuer: "Helicone",
    source: "https://docs.helicone.ai/helicone-headers/helicone-auth",
    keywords: ["sk-helicone-"],
    form: /sk-helicone-[a-z0-9-]{25,45}/,
    longest: 57
  }),
  issuedToken({
    id: "luma-api-key",
    title: "an API key of Luma AI",
    issuer: "Luma AI",
    source: "https://docs.lumalabs.ai/docs/api",
    keywords: ["luma-"],
    form: /luma-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 78
  }),
  issuedToken({
    id: "retell-api-key",
    title: "an API key of Retell AI",
    issuer: "Retell AI",
    source: "https://docs.retellai.com/accounts/manage-api-keys",
    keywords: ["key_"],
    form: /key_[a-f0-9]{28}/,
    longest: 32
  }),
  namedToken({
    id: "baseten-api-key",
    title: "an API key of Baseten",
    issuer: "Baseten",
    source: "https://docs.baseten.co/organization/api-keys",
    keywords: ["baseten"],
    form: /[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}/,
    longest: 41
  }),
  namedToken({
    id: "siliconflow-api-key",
    title: "an API key of SiliconFlow",
    issuer: "SiliconFlow",
    source: "https://docs.siliconflow.com/en/userguide/quickstart",
    keywords: ["siliconflow"],
    form: /sk-[a-z]{48}/,
    longest: 51,
    anyBody: true
  }),
  namedToken({
    id: "deepinfra-api-key",
    title: "an API key of DeepInfra",
    issuer: "DeepInfra",
    source: "https://deepinfra.com/docs/getting-started",
    keywords: ["deepinfra"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "clarifai-access-token",
    title: "a personal access token of Clarifai",
    issuer: "Clarifai",
    source: "https://docs.clarifai.com/control/authentication/pat",
    keywords: ["clarifai"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "hex-tech-token",
    title: "a personal or workspace token of Hex Technologies",
    issuer: "Hex",
    source: "https://learn.hex.tech/docs/api-integrations/api/overview",
    keywords: ["hxtp_", "hxtw_"],
    form: /hxt[pw]_[a-f0-9]{60,160}/,
    longest: 165
  }),
  issuedToken({
    id: "apollo-graph-key",
    title: "an API key of Apollo GraphOS",
    issuer: "Apollo",
    source: "https://www.apollographql.com/docs/graphos/platform/access-management/api-keys",
    keywords: ["service:", "user:"],
    form: /(?:service:[A-Za-z0-9-]{1,60}|user:[a-z]{2}\.[A-Za-z0-9-]{10,60}):[A-Za-z0-9_-]{22}/,
    longest: 91
  }),
  issuedToken({
    id: "wundergraph-api-key",
    title: "an API key of WunderGraph Cosmo",
    issuer: "WunderGraph",
    source: "https://cosmo-docs.wundergraph.com/studio/api-keys",
    keywords: ["cosmo_"],
    form: /cosmo_[a-f0-9]{32}/,
    longest: 38
  }),
  issuedToken({
    id: "liveblocks-secret-key",
    title: "a secret key of Liveblocks",
    issuer: "Liveblocks",
    source: "https://liveblocks.io/docs/authentication",
    keywords: ["sk_prod_", "sk_dev_"],
    form: /sk_(?:prod|dev)_[A-Za-z0-9_-]{64}/,
    longest: 72
  }),
  issuedToken({
    id: "appwrite-api-key",
    title: "an API key of Appwrite",
    issuer: "Appwrite",
    source: "https://appwrite.io/docs/advanced/platform/api-keys",
    keywords: ["standard_"],
    form: /standard_[a-f0-9]{256}/,
    longest: 265
  }),
  issuedToken({
    id: "imagekit-private-key",
    title: "a private key of ImageKit",
    issuer: "ImageKit",
    source: "https://imagekit.io/docs/api-keys",
    keywords: ["private_"],
    form: /private_[A-Za-z0-9+/]{27}=/,
    longest: 36
  }),
  issuedToken({
    id: "canva-client-secret",
    title: "a client secret of Canva",
    issuer: "Canva",
    source: "https://www.canva.dev/docs/connect/authentication/",
    keywords: ["cnvca"],
    form: /cnvca[A-Za-z0-9_-]{40,80}/,
    longest: 85
  }),
  issuedToken({
    id: "clickhouse-cloud-secret",
    title: "a secret of an API key of ClickHouse Cloud",
    issuer: "ClickHouse",
    source: "https://clickhouse.com/docs/cloud/manage/openapi",
    keywords: ["4b1d"],
    form: /4b1d[A-Za-z0-9]{38}/,
    longest: 42
  }),
  issuedToken({
    id: "sidekiq-credentials",
    title: "credentials of the gem server of Sidekiq",
    issuer: "Contributed Systems",
    source: "https://github.com/sidekiq/sidekiq/wiki/Build-Issues",
    keywords: ["contribsys"],
    form: /[a-f0-9]{8}:[a-f0-9]{8}/,
    longest: 17,
    reach: 60
  }),
  issuedToken({
    id: "k3s-server-token",
    title: "a server or agent token of K3s",
    issuer: "K3s",
    source: "https://docs.k3s.io/cli/token",
    keywords: ["k10"],
    form: /K10[a-f0-9]{64}::(?:[a-z0-9.-]{1,40}:)?[A-Za-z0-9]{16,64}/,
    longest: 174
  }),
  namedToken({
    id: "kubeadm-bootstrap-token",
    title: "a bootstrap token of a cluster",
    issuer: "Kubernetes",
    source: "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/",
    keywords: ["kubeadm", "bootstrap-token", "bootstrap_token"],
    form: /[a-z0-9]{6}\.[a-z0-9]{16}/,
    longest: 23
  }),
  issuedToken({
    id: "docker-swarm-token",
    title: "a join token of a swarm",
    issuer: "Docker",
    source: "https://docs.docker.com/engine/swarm/join-nodes/",
    keywords: ["swmtkn-1-"],
    form: /SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}/,
    longest: 85
  }),
  issuedToken({
    id: "netbird-access-token",
    title: "a personal access token of NetBird",
    issuer: "NetBird",
    source: "https://docs.netbird.io/how-to/access-netbird-public-api",
    keywords: ["nbp_"],
    form: /nbp_[A-Za-z0-9]{36}/,
    longest: 40
  }),
  issuedToken({
    id: "rancher-api-token",
    title: "a bearer token of Rancher",
    issuer: "SUSE",
    source: "https://ranchermanager.docs.rancher.com/reference-guides/user-settings/api-keys",
    keywords: ["token-"],
    form: /token-[a-z0-9]{5}:[a-z0-9]{54}/,
    longest: 66
  }),
  issuedToken({
    id: "portainer-access-token",
    title: "an access token of Portainer",
    issuer: "Portainer",
    source: "https://docs.portainer.io/api/access",
    keywords: ["ptr_"],
    form: /ptr_[A-Za-z0-9+/]{43}=/,
    longest: 48
  }),
  namedToken({
    id: "coder-session-token",
    title: "a session token of Coder",
    issuer: "Coder",
    source: "https://coder.com/docs/admin/users/sessions-tokens",
    keywords: ["coder_session", "coder-session"],
    form: /[A-Za-z0-9]{10}-[A-Za-z0-9]{22}/,
    longest: 33
  }),
  issuedToken({
    id: "jfrog-access-token",
    title: "an access token of the JFrog Platform",
    issuer: "JFrog",
    source: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
    keywords: ["eyj2zxiioiiyi"],
    form: /eyJ2ZXIiOiIyIi[A-Za-z0-9_-]{20,200}\.eyJ[A-Za-z0-9_-]{40,1200}\.[A-Za-z0-9_-]{80,700}/,
    longest: 2119
  }),
  issuedToken({
    id: "dnsimple-access-token",
    title: "an access token of DNSimple",
    issuer: "DNSimple",
    source: "https://support.dnsimple.com/articles/api-access-token/",
    keywords: ["dnsimple_"],
    form: /dnsimple_[ua]_[A-Za-z0-9]{32}/,
    longest: 43
  }),
  issuedToken({
    id: "porkbun-secret-key",
    title: "a secret key of Porkbun",
    issuer: "Porkbun",
    source: "https://porkbun.com/api/json/v3/documentation",
    keywords: ["sk1_"],
    form: /sk1_[a-f0-9]{64}/,
    longest: 68
  }),
  namedToken({
    id: "zerotier-api-token",
    title: "an API token of ZeroTier",
    issuer: "ZeroTier",
    source: "https://docs.zerotier.com/api/tokens/",
    keywords: ["zerotier"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "semgrep-app-token",
    title: "an app token of Semgrep",
    issuer: "Semgrep",
    source: "https://semgrep.dev/docs/deployment/add-semgrep-to-ci",
    keywords: ["semgrep"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "keygen-token",
    title: "a token of Keygen",
    issuer: "Keygen",
    source: "https://keygen.sh/docs/api/authentication/",
    keywords: ["keygen"],
    form: /[a-z]{3,6}-[a-f0-9]{64,66}v[0-9]/,
    longest: 75
  }),
  namedToken({
    id: "tenable-api-key",
    title: "an access or secret key of Tenable",
    issuer: "Tenable",
    source: "https://developer.tenable.com/docs/authorization",
    keywords: ["tenable", "tio_"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "censys-access-token",
    title: "a personal access token of Censys",
    issuer: "Censys",
    source: "https://docs.censys.com/reference/get-started",
    keywords: ["censys_"],
    form: /censys_[A-Za-z0-9]{8,16}_[A-Za-z0-9]{20,40}/,
    longest: 64
  }),
  namedToken({
    id: "abuseipdb-api-key",
    title: "an API key of AbuseIPDB",
    issuer: "AbuseIPDB",
    source: "https://docs.abuseipdb.com/",
    keywords: ["abuseipdb"],
    form: /[a-f0-9]{80}/,
    longest: 80
  }),
  namedToken({
    id: "have-i-been-pwned-key",
    title: "an API key of Have I Been Pwned",
    issuer: "Have I Been Pwned",
    source: "https://haveibeenpwned.com/API/v3",
    keywords: ["hibp", "haveibeenpwned"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "ipinfo-token",
    title: "a token of IPinfo",
    issuer: "IPinfo",
    source: "https://ipinfo.io/developers",
    keywords: ["ipinfo"],
    form: /[a-f0-9]{14}/,
    longest: 14
  }),
  namedToken({
    id: "ipstack-access-key",
    title: "an access key of ipstack",
    issuer: "APILayer",
    source: "https://ipstack.com/documentation",
    keywords: ["ipstack", "apilayer", "fixer_api"],
    form: /[a-f0-9]{32}|[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "openweather-api-key",
    title: "an API key of OpenWeather",
    issuer: "OpenWeather",
    source: "https://openweathermap.org/appid",
    keywords: ["openweather", "owm_"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "newsapi-key",
    title: "a key of News API",
    issuer: "News API",
    source: "https://newsapi.org/docs/authentication",
    keywords: ["newsapi", "news_api"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "new-york-times-api-key",
    title: "an API key of The New York Times",
    issuer: "The New York Times",
    source: "https://developer.nytimes.com/get-started",
    keywords: ["nytimes", "new_york_times", "nyt_api"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "steam-web-api-key",
    title: "a key of the Steam Web API",
    issuer: "Valve",
    source: "https://steamcommunity.com/dev",
    keywords: ["steam"],
    form: /[A-F0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "riot-api-key",
    title: "an API key of Riot Games",
    issuer: "Riot Games",
    source: "https://developer.riotgames.com/docs/portal",
    keywords: ["rgapi-"],
    form: /RGAPI-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 42
  }),
  namedToken({
    id: "home-assistant-token",
    title: "a long-lived access token of Home Assistant",
    issuer: "Home Assistant",
    source: "https://developers.home-assistant.io/docs/auth_api/",
    keywords: ["home_assistant", "homeassistant", "hass_", "supervisor_token"],
    form: /eyJ[A-Za-z0-9_-]{20,100}\.eyJ[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{43}/,
    longest: 351
  }),
  issuedToken({
    id: "zapier-webhook",
    title: "a webhook of Zapier",
    issuer: "Zapier",
    source: "https://help.zapier.com/hc/en-us/articles/8496288690317",
    tier: "medium",
    keywords: ["hooks.zapier.com/hooks/"],
    form: /hooks\.zapier\.com\/hooks\/(?:catch|standard)\/[0-9]{4,10}\/[a-z0-9]{6,10}/,
    longest: 53
  }),
  issuedToken({
    id: "make-webhook",
    title: "a webhook of Make",
    issuer: "Make",
    source: "https://help.make.com/webhooks",
    tier: "medium",
    keywords: [".make.com/"],
    form: /hook\.[a-z0-9]{2,8}\.make\.com\/[a-z0-9]{32}/,
    longest: 55,
    isInside: true
  }),
  issuedToken({
    id: "ifttt-webhook-key",
    title: "a key of the webhooks of IFTTT",
    issuer: "IFTTT",
    source: "https://ifttt.com/maker_webhooks/settings",
    keywords: ["maker.ifttt.com/"],
    form: /maker\.ifttt\.com\/(?:trigger\/[A-Za-z0-9_-]{1,60}\/(?:json\/)?with\/key|use)\/(?<value>[A-Za-z0-9_-]{22,43})/,
    longest: 142
  }),
  issuedToken({
    id: "pubnub-secret-key",
    title: "a secret key of PubNub",
    issuer: "PubNub",
    source: "https://www.pubnub.com/docs/general/setup/account-setup",
    keywords: ["sec-c-"],
    form: /sec-c-(?:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}|[A-Za-z0-9]{44,52})/,
    longest: 58
  }),
  namedToken({
    id: "beamer-api-key",
    title: "an API key of Beamer",
    issuer: "Beamer",
    source: "https://www.getbeamer.com/api",
    keywords: ["beamer"],
    form: /b_[A-Za-z0-9=_-]{44}/,
    longest: 46
  }),
  namedToken({
    id: "ghost-admin-key",
    title: "an Admin API key of Ghost",
    issuer: "Ghost",
    source: "https://docs.ghost.org/admin-api/",
    keywords: ["ghost"],
    form: /[a-f0-9]{24}:[a-f0-9]{64}/,
    longest: 89
  }),
  namedToken({
    id: "facebook-app-token",
    title: "an app access token of Facebook",
    issuer: "Meta",
    source: "https://developers.facebook.com/docs/facebook-login/guides/access-tokens",
    keywords: ["facebook", "fb_"],
    form: /[0-9]{14,17}\|[A-Za-z0-9_-]{27,40}/,
    longest: 58
  })
];

// src/guard/content/detectors/credentials/identity.ts
var identityCredentials = [
  namedToken({
    id: "okta-api-token",
    title: "an API token of Okta",
    issuer: "Okta",
    source: "https://developer.okta.com/docs/guides/create-an-api-token/main/",
    keywords: ["okta", "ssws"],
    form: /00[A-Za-z0-9_-]{40}/,
    longest: 42
  }),
  namedToken({
    id: "okta-client-secret",
    title: "a client secret of Okta",
    issuer: "Okta",
    source: "https://developer.okta.com/docs/reference/api/oauth-clients/",
    keywords: ["okta"],
    form: /[A-Za-z0-9_-]{64}|[A-Za-z0-9_-]{40}/,
    longest: 64
  }),
  namedToken({
    id: "auth0-client-secret",
    title: "a client secret of Auth0",
    issuer: "Auth0",
    source: "https://auth0.com/docs/get-started/applications/application-settings",
    keywords: ["auth0"],
    form: /[A-Za-z0-9_-]{64}/,
    longest: 64
  }),
  namedToken({
    id: "clerk-secret-key",
    title: "a secret key of Clerk",
    issuer: "Clerk",
    source: "https://clerk.com/docs/guides/development/clerk-environment-variables",
    keywords: ["clerk"],
    form: /sk_(?:live|test)_[A-Za-z0-9]{40,50}/,
    rank: 32,
    longest: 58
  }),
  issuedToken({
    id: "workos-api-key",
    title: "an API key of WorkOS",
    issuer: "WorkOS",
    source: "https://workos.com/docs/reference/api-keys",
    keywords: ["sk_live_a2v5", "sk_test_a2v5"],
    form: /sk_(?:live|test)_a2V5[A-Za-z0-9+/]{40,120}={0,2}/,
    rank: 32,
    longest: 134
  }),
  namedToken({
    id: "duo-secret-key",
    title: "a secret key of Duo",
    issuer: "Cisco",
    source: "https://duo.com/docs/adminapi",
    keywords: ["duosecurity", "duo_", "duoapi", "duokey", "duosecret", "duo api", "duo key"],
    form: /[A-Za-z0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "onelogin-client-secret",
    title: "a client secret of OneLogin",
    issuer: "One Identity",
    source: "https://developers.onelogin.com/api-docs/1/getting-started/working-with-api-credentials",
    keywords: ["onelogin"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "stytch-secret",
    title: "a secret of Stytch",
    issuer: "Stytch",
    source: "https://stytch.com/docs/api/authentication",
    keywords: ["secret-live-", "secret-test-"],
    form: /secret-(?:live|test)-[A-Za-z0-9_-]{36}=?/,
    longest: 49
  }),
  issuedToken({
    id: "svix-token",
    title: "an auth token of Svix",
    issuer: "Svix",
    source: "https://docs.svix.com/api-keys",
    keywords: ["testsk_"],
    form: /testsk_[A-Za-z0-9_-]{32}\.(?:us|eu|in|au|ca)/,
    longest: 42
  }),
  issuedToken({
    id: "ory-token",
    title: "a token of Ory",
    issuer: "Ory",
    source: "https://www.ory.com/docs/concepts/personal-access-token",
    keywords: ["ory_pat_", "ory_at_", "ory_rt_", "ory_st_", "ory_ac_", "ory_apikey_"],
    form: /ory_(?:pat|at|rt|st|ac|apikey)_[A-Za-z0-9_.-]{32,120}/,
    longest: 131
  }),
  issuedToken({
    id: "permit-api-key",
    title: "an API key of Permit.io",
    issuer: "Permit.io",
    source: "https://docs.permit.io/overview/use-the-permit-api-and-sdk",
    keywords: ["permit_key_"],
    form: /permit_key_[A-Za-z0-9]{86}/,
    longest: 97
  }),
  issuedToken({
    id: "arcjet-key",
    title: "a key of Arcjet",
    issuer: "Arcjet",
    source: "https://docs.arcjet.com/environment",
    keywords: ["ajkey_"],
    form: /ajkey_[a-z0-9]{26}/,
    longest: 32
  }),
  issuedToken({
    id: "unkey-root-key",
    title: "a root key of Unkey",
    issuer: "Unkey",
    source: "https://www.unkey.com/docs/security/root-keys",
    keywords: ["unkey_"],
    form: /unkey_[A-Za-z0-9]{22,32}/,
    longest: 38
  }),
  namedToken({
    id: "jumpcloud-api-key",
    title: "an API key of JumpCloud",
    issuer: "JumpCloud",
    source: "https://jumpcloud.com/support/jumpcloud-apis1",
    keywords: ["jumpcloud"],
    form: /jca_[A-Za-z0-9]{36}|[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "authress-access-key",
    title: "an access key of a service client of Authress",
    issuer: "Authress",
    source: "https://authress.io/knowledge-base/docs/authorization/service-clients/",
    keywords: [".acc_", ".acc-"],
    form: /(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}/,
    longest: 204,
    isInside: true
  })
];

// src/guard/content/detectors/credentials/keys.ts
var keysCredentials = [
  issuedToken({
    id: "age-secret-key",
    title: "a secret key of age",
    issuer: "age",
    source: "https://age-encryption.org/v1",
    keywords: ["age-secret-key-1"],
    form: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/,
    longest: 74,
    anyBody: true,
    check: isBech32
  }),
  issuedToken({
    id: "age-plugin-identity",
    title: "an identity of a plugin of age",
    issuer: "age",
    source: "https://github.com/C2SP/C2SP/blob/main/age-plugin.md",
    keywords: ["age-plugin-"],
    form: /AGE-PLUGIN-[A-Z0-9]{2,20}-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{20,200}/,
    longest: 233,
    anyBody: true,
    check: isBech32
  }),
  issuedToken({
    id: "putty-private-key",
    title: "a private key of PuTTY",
    issuer: "PuTTY",
    source: "https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html",
    keywords: ["private-lines: "],
    form: /Private-Lines: [0-9]{1,3}\s{1,2}(?<value>[A-Za-z0-9+/]{40,64}(?:\s{1,2}[A-Za-z0-9+/]{1,64}){0,40}={0,2})/,
    longest: 2726,
    anyBody: true,
    keepsPlaceholders: true
  }),
  issuedToken({
    id: "wireguard-private-key",
    title: "a private key of WireGuard",
    issuer: "WireGuard",
    source: "https://www.wireguard.com/quickstart/",
    keywords: ["privatekey"],
    form: /PrivateKey ?= ?(?<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/,
    longest: 57
  }),
  issuedToken({
    id: "nostr-secret-key",
    title: "a secret key of Nostr",
    issuer: "Nostr",
    source: "https://github.com/nostr-protocol/nips/blob/master/19.md",
    keywords: ["nsec1"],
    form: /nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}/,
    longest: 63,
    anyBody: true,
    check: isBech32
  }),
  issuedToken({
    id: "bitcoin-extended-private-key",
    title: "an extended private key of a wallet",
    issuer: "Bitcoin",
    source: "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
    keywords: ["xprv9", "zprva", "yprva", "tprv8"],
    form: /(?:xprv9|[yz]prvA|tprv8)[1-9A-HJ-NP-Za-km-z]{106}/,
    longest: 111
  }),
  namedToken({
    id: "bitcoin-wif-key",
    title: "a private key of Bitcoin in wallet import format",
    issuer: "Bitcoin",
    source: "https://en.bitcoin.it/wiki/Wallet_import_format",
    keywords: ["wif", "bitcoin", "privkey", "private_key"],
    form: /5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51}/,
    longest: 52
  }),
  namedToken({
    id: "ethereum-private-key",
    title: "a private key of Ethereum",
    issuer: "Ethereum",
    source: "https://ethereum.org/en/developers/docs/accounts/",
    keywords: ["private_key", "privatekey", "deployer_key", "eth_key", "mnemonic_key"],
    form: /0x[a-f0-9]{64}/,
    longest: 66
  }),
  issuedToken({
    id: "json-web-key-private",
    title: "a private key as a JSON Web Key",
    issuer: "IETF",
    source: "https://www.rfc-editor.org/rfc/rfc7517",
    keywords: ['"kty"'],
    form: /"d"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9_-]{43,700})"/,
    longest: 714,
    isInside: true,
    reach: 2e3,
    anyBody: true,
    keepsPlaceholders: true,
    check: (_, candidate) => isInKey(candidate)
  }),
  issuedToken({
    id: "kubernetes-client-key",
    title: "a client key in a kubeconfig",
    issuer: "Kubernetes",
    source: "https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/",
    keywords: ["client-key-data"],
    form: /client-key-data:\s{1,4}["']?(?<value>LS0tLS1CRUdJTi[A-Za-z0-9+/]{100,6000}={0,2})/,
    longest: 6037,
    anyBody: true,
    keepsPlaceholders: true
  }),
  issuedToken({
    id: "minisign-secret-key",
    title: "a secret key of minisign or signify",
    issuer: "minisign",
    source: "https://jedisct1.github.io/minisign/",
    keywords: ["rwrty0iy", "rwrcsw"],
    form: /RWRTY0Iy[A-Za-z0-9+/]{140,210}={0,2}|RWRCSw[A-Za-z0-9+/]{120,140}={0,2}/,
    longest: 220
  }),
  namedToken({
    id: "apple-notary-password",
    title: "an app-specific password of Apple",
    issuer: "Apple",
    source: "https://support.apple.com/en-us/102654",
    keywords: ["notar", "app_specific", "app-specific", "appleid", "apple_id", "appspecific"],
    form: /[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}/,
    longest: 19,
    anyBody: true
  })
];
var KEY_REACH = 2e3;
function isInKey({ surroundings, start }) {
  const at = surroundings.start + start;
  const before = surroundings.text.slice(Math.max(0, at - KEY_REACH), at);
  const after = surroundings.text.slice(at, at + KEY_REACH);
  const object = before.slice(before.lastIndexOf("{") + 1) + (after.split("}", 1)[0] ?? "");
  return /"kty"\s{0,8}:\s{0,8}"(?:RSA|EC|OKP)"/.test(object);
}

// src/guard/content/detectors/credentials/messaging.ts
var messagingCredentials = [
  issuedToken({
    id: "slack-bot-token",
    title: "a bot token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xoxb-"],
    form: /xoxb-[0-9]{9,14}-(?:[0-9]{9,14}-)?[A-Za-z0-9]{18,64}/,
    longest: 99
  }),
  issuedToken({
    id: "slack-user-token",
    title: "a user token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xoxp-"],
    form: /xoxp-(?:[0-9]{9,14}-){2,3}[A-Za-z0-9]{24,64}/,
    longest: 114
  }),
  issuedToken({
    id: "slack-workspace-token",
    title: "a workspace token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xoxa-", "xoxr-", "xoxo-", "xoxs-"],
    form: /xox[aros]-(?:2-)?(?:[0-9]{9,14}-){1,3}[A-Za-z0-9]{24,64}/,
    longest: 116
  }),
  issuedToken({
    id: "slack-app-token",
    title: "an app-level token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xapp-"],
    form: /xapp-[0-9]-A[A-Z0-9]{8,12}-[0-9]{9,14}-[a-f0-9]{64}/,
    longest: 100
  }),
  issuedToken({
    id: "slack-configuration-token",
    title: "an app configuration token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xoxe.xox"],
    form: /xoxe\.xox[bp]-[0-9]-[A-Za-z0-9]{130,180}/,
    longest: 192
  }),
  issuedToken({
    id: "slack-refresh-token",
    title: "a refresh token of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/using-token-rotation",
    keywords: ["xoxe-"],
    form: /xoxe-[0-9]-[A-Za-z0-9]{130,180}/,
    longest: 187
  }),
  issuedToken({
    id: "slack-client-token",
    title: "a token or cookie of a signed-in Slack client",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/tokens",
    keywords: ["xoxc-", "xoxd-"],
    form: /xox(?:c-(?:[0-9]{9,14}-){3}[a-f0-9]{64}|d-[A-Za-z0-9%+/=_-]{80,400})/,
    longest: 405
  }),
  issuedToken({
    id: "slack-webhook",
    title: "an incoming webhook of Slack",
    issuer: "Slack",
    source: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
    keywords: ["hooks.slack.com/services/"],
    form: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{23,25}/,
    longest: 78,
    anyBody: true
  }),
  issuedToken({
    id: "slack-workflow-webhook",
    title: "a trigger of a workflow of Slack",
    issuer: "Slack",
    source: "https://slack.com/help/articles/360041352714",
    keywords: ["hooks.slack.com/workflows/", "hooks.slack.com/triggers/"],
    form: /hooks\.slack\.com\/(?:workflows\/T[A-Z0-9]{8,12}\/A[A-Z0-9]{8,12}\/[0-9]{17,19}\/[A-Za-z0-9]{23,25}|triggers\/[TE][A-Z0-9]{8,12}\/[0-9]{10,16}\/[a-f0-9]{32})/,
    longest: 99
  }),
  namedToken({
    id: "slack-signing-secret",
    title: "a signing secret of a Slack app",
    issuer: "Slack",
    source: "https://docs.slack.dev/authentication/verifying-requests-from-slack",
    keywords: ["slack"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "discord-bot-token",
    title: "a bot token of Discord",
    issuer: "Discord",
    source: "https://docs.discord.com/developers/reference#authentication",
    keywords: ["discord", "bot_token", "bot-token", "bottoken", ".login(", "bot.run("],
    form: /[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}/,
    longest: 74,
    reach: 160
  }),
  issuedToken({
    id: "discord-webhook",
    title: "a webhook of Discord",
    issuer: "Discord",
    source: "https://docs.discord.com/developers/resources/webhook",
    keywords: ["discord.com/api/", "discordapp.com/api/"],
    form: /discord(?:app)?\.com\/api\/(?:v[0-9]{1,2}\/)?webhooks\/[0-9]{17,20}\/[A-Za-z0-9_-]{60,80}/,
    longest: 133
  }),
  namedToken({
    id: "discord-client-secret",
    title: "a client secret of Discord",
    issuer: "Discord",
    source: "https://docs.discord.com/developers/topics/oauth2",
    keywords: ["discord"],
    form: /[A-Za-z0-9_-]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "telegram-bot-token",
    title: "a bot token of Telegram",
    issuer: "Telegram",
    source: "https://core.telegram.org/bots/api#authorizing-your-bot",
    keywords: [":aa"],
    form: /[0-9]{8,10}:AA[A-Za-z0-9_-]{33}/,
    longest: 46,
    isInside: true
  }),
  namedToken({
    id: "twilio-api-key-sid",
    title: "the id of an API key of Twilio, whose secret is seldom far",
    issuer: "Twilio",
    source: "https://www.twilio.com/docs/glossary/what-is-a-sid",
    keywords: ["twilio"],
    form: /SK[a-f0-9]{32}/,
    longest: 34
  }),
  namedToken({
    id: "twilio-auth-token",
    title: "an auth token of Twilio",
    issuer: "Twilio",
    source: "https://www.twilio.com/docs/iam/access-tokens",
    keywords: ["twilio"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "sendgrid-api-key",
    title: "an API key of SendGrid",
    issuer: "SendGrid",
    source: "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    keywords: ["sg."],
    form: /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/,
    longest: 69
  }),
  issuedToken({
    id: "mailgun-legacy-key",
    title: "an API key of Mailgun in its older form",
    issuer: "Mailgun",
    source: "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/",
    keywords: ["key-"],
    form: /key-[a-f0-9]{32}/,
    longest: 36
  }),
  namedToken({
    id: "mailgun-api-key",
    title: "an API key of Mailgun",
    issuer: "Mailgun",
    source: "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/",
    keywords: ["mailgun"],
    form: /[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}/,
    longest: 50
  }),
  issuedToken({
    id: "mailchimp-api-key",
    title: "an API key of Mailchimp",
    issuer: "Mailchimp",
    source: "https://mailchimp.com/developer/marketing/guides/quick-start/",
    keywords: ["-us"],
    form: /[a-f0-9]{32}-us[0-9]{1,2}/,
    longest: 37,
    isInside: true
  }),
  namedToken({
    id: "mandrill-api-key",
    title: "an API key of Mailchimp Transactional",
    issuer: "Mailchimp",
    source: "https://mailchimp.com/developer/transactional/guides/quick-start/",
    keywords: ["mandrill"],
    form: /md-[A-Za-z0-9_-]{22}/,
    longest: 25
  }),
  namedToken({
    id: "postmark-server-token",
    title: "a server or account token of Postmark",
    issuer: "Postmark",
    source: "https://postmarkapp.com/developer/api/overview",
    keywords: ["postmark"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "resend-api-key",
    title: "an API key of Resend",
    issuer: "Resend",
    source: "https://resend.com/docs/dashboard/api-keys/introduction",
    keywords: ["re_"],
    form: /re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}/,
    longest: 36
  }),
  issuedToken({
    id: "brevo-api-key",
    title: "an API key of Brevo",
    issuer: "Brevo",
    source: "https://developers.brevo.com/docs/getting-started",
    keywords: ["xkeysib-"],
    form: /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}/,
    longest: 89
  }),
  issuedToken({
    id: "brevo-smtp-key",
    title: "an SMTP key of Brevo",
    issuer: "Brevo",
    source: "https://developers.brevo.com/docs/smtp-integration",
    keywords: ["xsmtpsib-"],
    form: /xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}/,
    longest: 90
  }),
  namedToken({
    id: "messagebird-access-key",
    title: "an access key of MessageBird",
    issuer: "Bird",
    source: "https://developers.messagebird.com/api/#authentication",
    keywords: ["messagebird"],
    form: /[A-Za-z0-9]{25}/,
    longest: 25
  }),
  namedToken({
    id: "vonage-api-secret",
    title: "an API secret of Vonage",
    issuer: "Vonage",
    source: "https://developer.vonage.com/en/account/secret-management",
    keywords: ["vonage", "nexmo"],
    form: /[A-Za-z0-9]{16}/,
    longest: 16
  }),
  issuedToken({
    id: "teams-webhook",
    title: "an incoming webhook of Microsoft Teams",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
    keywords: [".webhook.office.com"],
    form: /[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}@[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\/IncomingWebhook\/[a-f0-9]{32}\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 249,
    isInside: true,
    anyBody: true
  }),
  issuedToken({
    id: "power-automate-trigger",
    title: "the signed address of a Logic Apps or Power Automate workflow",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/logic-apps/logic-apps-securing-a-logic-app",
    keywords: [".logic.azure.com", ".api.powerplatform.com"],
    form: /[a-z0-9.-]{1,100}\.(?:logic\.azure|api\.powerplatform)\.com(?::443)?\/[A-Za-z0-9/_.?=&%-]{20,300}&sig=[A-Za-z0-9_-]{43}/,
    longest: 475,
    isInside: true,
    anyBody: true
  }),
  issuedToken({
    id: "google-chat-webhook",
    title: "a webhook of Google Chat",
    issuer: "Google",
    source: "https://developers.google.com/workspace/chat/quickstart/webhooks",
    keywords: ["chat.googleapis.com/v1/spaces/"],
    form: /chat\.googleapis\.com\/v1\/spaces\/[A-Za-z0-9_-]{8,20}\/messages\?key=AIza[A-Za-z0-9_-]{35}&token=[A-Za-z0-9_-]{40,60}/,
    longest: 170,
    anyBody: true
  }),
  issuedToken({
    id: "lark-webhook",
    title: "a webhook of a Feishu or Lark bot",
    issuer: "Lark",
    source: "https://open.larksuite.com/document/client-docs/bot-v3/add-custom-bot",
    keywords: ["open-apis/bot/v2/hook/"],
    form: /open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/v2\/hook\/[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 77,
    isInside: true
  }),
  issuedToken({
    id: "dingtalk-webhook",
    title: "a webhook of a DingTalk bot",
    issuer: "DingTalk",
    source: "https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages",
    keywords: ["oapi.dingtalk.com/robot/send"],
    form: /oapi\.dingtalk\.com\/robot\/send\?access_token=[a-f0-9]{64}/,
    longest: 106
  }),
  issuedToken({
    id: "wecom-webhook",
    title: "a webhook of a WeCom bot",
    issuer: "Tencent",
    source: "https://developer.work.weixin.qq.com/document/path/91770",
    keywords: ["qyapi.weixin.qq.com/cgi-bin/webhook/send"],
    form: /qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 81
  }),
  issuedToken({
    id: "onesignal-api-key",
    title: "an API key of OneSignal",
    issuer: "OneSignal",
    source: "https://documentation.onesignal.com/docs/en/keys-and-ids",
    keywords: ["os_v2_"],
    form: /os_v2_(?:app|org)_[a-z2-7]{90,110}/,
    longest: 120
  }),
  namedToken({
    id: "klaviyo-private-key",
    title: "a private API key of Klaviyo",
    issuer: "Klaviyo",
    source: "https://developers.klaviyo.com/en/docs/authenticate_",
    keywords: ["klaviyo"],
    form: /pk_[a-f0-9]{34}/,
    longest: 37
  }),
  issuedToken({
    id: "mailersend-api-token",
    title: "an API token of MailerSend",
    issuer: "MailerSend",
    source: "https://developers.mailersend.com/general.html",
    keywords: ["mlsn."],
    form: /mlsn\.[a-f0-9]{64}/,
    longest: 69
  }),
  namedToken({
    id: "mailjet-secret-key",
    title: "a secret key of Mailjet",
    issuer: "Mailjet",
    source: "https://dev.mailjet.com/email/guides/",
    keywords: ["mailjet", "mj_apikey"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "sparkpost-api-key",
    title: "an API key of SparkPost",
    issuer: "SparkPost",
    source: "https://developers.sparkpost.com/api/",
    keywords: ["sparkpost"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "telnyx-api-key",
    title: "an API key of Telnyx",
    issuer: "Telnyx",
    source: "https://developers.telnyx.com/development/api-fundamentals/authentication",
    keywords: Array.from("0123456789abcdef", (one) => `key${one}`),
    form: /KEY[0-9A-F]{32}_[A-Za-z0-9]{22}/,
    longest: 58
  }),
  namedToken({
    id: "courier-api-key",
    title: "an API key of Courier",
    issuer: "Courier",
    source: "https://www.courier.com/docs/reference/authentication",
    keywords: ["courier"],
    form: /(?:pk|dk)_(?:prod|test)_[A-Z0-9]{28}/,
    longest: 36
  }),
  namedToken({
    id: "ably-api-key",
    title: "an API key of Ably",
    issuer: "Ably",
    source: "https://ably.com/docs/auth/basic",
    keywords: [
      "ably_",
      "ablyapi",
      "ablykey",
      "ablytoken",
      "ablysecret",
      "ably api",
      "ably key",
      "ably token",
      "ably secret",
      "ably.",
      "ably-"
    ],
    form: /[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43}/,
    longest: 57
  }),
  namedToken({
    id: "pusher-app-secret",
    title: "an app secret of Pusher",
    issuer: "Pusher",
    source: "https://pusher.com/docs/channels/",
    keywords: ["pusher"],
    form: /[a-f0-9]{20}/,
    longest: 20
  }),
  namedToken({
    id: "sendbird-api-token",
    title: "an API token of Sendbird",
    issuer: "Sendbird",
    source: "https://sendbird.com/docs/chat/platform-api/v3/prepare-to-use-api",
    keywords: ["sendbird"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "matrix-access-token",
    title: "an access token of a Matrix home server",
    issuer: "Matrix",
    source: "https://element-hq.github.io/synapse/latest/usage/administration/admin_api/",
    keywords: ["syt_"],
    form: /syt_[A-Za-z0-9]{4,80}_[A-Za-z0-9]{20}_[A-Za-z0-9]{6}/,
    longest: 112
  }),
  namedToken({
    id: "mattermost-token",
    title: "an access token of Mattermost",
    issuer: "Mattermost",
    source: "https://developers.mattermost.com/integrate/reference/personal-access-token/",
    keywords: ["mattermost"],
    form: /[a-z0-9]{26}/,
    longest: 26
  }),
  namedToken({
    id: "line-channel-token",
    title: "a channel access token of LINE",
    issuer: "LINE",
    source: "https://developers.line.biz/en/docs/basics/channel-access-token/",
    keywords: ["line_channel", "channel_access_token", "line_access"],
    form: /[A-Za-z0-9+/]{150,200}={0,2}/,
    longest: 202
  })
];

// src/guard/content/detectors/credentials/microsoft-azure.ts
var microsoftAzureCredentials = [
  issuedToken({
    id: "azure-storage-account-key",
    title: "an account key of Azure Storage or Cosmos DB",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-storage-account-key",
    keywords: [
      "accountkey",
      "account_key",
      "account-key",
      "storage_key",
      "storagekey",
      "storageaccount",
      "azure_storage",
      "primarykey",
      "cosmos"
    ],
    form: /[A-Za-z0-9+/]{86}==/,
    longest: 88,
    reach: 120
  }),
  issuedToken({
    id: "azure-storage-annotated-key",
    title: "an account key of Azure Storage with its signature",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-account-keys-manage",
    keywords: ["+ast"],
    form: /[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true
  }),
  issuedToken({
    id: "azure-cosmos-annotated-key",
    title: "an account key of Cosmos DB with its signature",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-cosmos-db-account-access-key",
    keywords: ["acdb"],
    form: /[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true
  }),
  issuedToken({
    id: "azure-shared-access-signature",
    title: "a shared access signature of Azure Storage",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview",
    keywords: ["&sig=", "?sig=", ";sig="],
    form: /sig=(?<value>[A-Za-z0-9+/%]{43,70}(?:%3[Dd]|=))/,
    longest: 82,
    isInside: true,
    anyBody: true,
    check: (_, candidate) => isSignedAddress(candidate)
  }),
  issuedToken({
    id: "azure-shared-access-key",
    title: "a shared access key of Service Bus, Event Hubs, IoT Hub or Relay",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-service-bus-connection-string",
    keywords: ["sharedaccesskey"],
    form: /SharedAccessKey=(?<value>[A-Za-z0-9+/]{43}=)/,
    longest: 60
  }),
  issuedToken({
    id: "azure-app-configuration-secret",
    title: "a connection string of App Configuration",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/azure-app-configuration/howto-best-practices",
    keywords: [".azconfig.io"],
    form: /Endpoint=https:\/\/[a-z0-9-]{1,60}\.azconfig\.io;Id=[^;\s]{1,60};Secret=(?<value>[A-Za-z0-9+/]{43,90}={0,2})/,
    longest: 253,
    isInside: true
  }),
  issuedToken({
    id: "azure-access-key-connection-string",
    title: "a connection string of SignalR, Web PubSub or Communication Services",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/azure-signalr/concept-connection-string",
    keywords: ["accesskey="],
    form: /accesskey=(?<value>[A-Za-z0-9+/]{43,110}={0,2})/i,
    longest: 122,
    check: (_, candidate) => hasAzureEndpoint(candidate)
  }),
  issuedToken({
    id: "entra-client-secret",
    title: "a client secret of Microsoft Entra",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-client-secret-api-key",
    keywords: ["7q~", "8q~"],
    form: /[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}/,
    longest: 40,
    isInside: true
  }),
  issuedToken({
    id: "azure-function-key",
    title: "a key of Azure Functions",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-function-master-api-key",
    keywords: ["azfu"],
    form: /[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==/,
    longest: 56,
    isInside: true
  }),
  issuedToken({
    id: "azure-search-key",
    title: "an admin or query key of Azure AI Search",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/search/search-security-api-keys",
    keywords: ["azse"],
    form: /[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}/,
    longest: 52,
    isInside: true
  }),
  issuedToken({
    id: "azure-container-registry-password",
    title: "a password of Azure Container Registry",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-container-registry-access-key",
    keywords: ["+acr"],
    form: /[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}/,
    longest: 52,
    isInside: true
  }),
  issuedToken({
    id: "azure-batch-key",
    title: "an account key of Azure Batch",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-batch-shared-access-key",
    keywords: ["+aba"],
    form: /[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true
  }),
  issuedToken({
    id: "azure-machine-learning-key",
    title: "a key of a web service of Azure Machine Learning",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-machine-learning-web-service-api-key",
    keywords: ["+amc"],
    form: /[A-Za-z0-9+/]{76}\+AMC[A-Za-z0-9+/]{6}==/,
    longest: 88,
    isInside: true
  }),
  issuedToken({
    id: "azure-redis-key",
    title: "an access key of Azure Cache for Redis",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-redis-cache-connection-string",
    keywords: ["azca"],
    form: /[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=/,
    longest: 44,
    isInside: true
  }),
  issuedToken({
    id: "azure-annotated-key",
    title: "a key of an Azure service in the common annotated form",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/ai-services/authentication",
    keywords: ["jqqj99"],
    form: /[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}[A-Za-z0-9+/]{4}[A-Za-z0-9]{4}/,
    longest: 84,
    isInside: true
  }),
  namedToken({
    id: "azure-ai-services-key",
    title: "a key of Azure OpenAI or another AI service of Azure",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/azure/ai-services/authentication",
    keywords: [
      "azure_openai",
      "azureopenai",
      "openai.azure.com",
      "ocp-apim-subscription-key",
      "cognitiveservices",
      "azure_speech",
      "azure_cognitive"
    ],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "azure-publish-password",
    title: "a publishing password of App Service",
    issuer: "Microsoft",
    source: "https://learn.microsoft.com/en-us/purview/sit-defn-azure-publish-setting-password",
    keywords: ["userpwd="],
    form: /userPWD="(?<value>[A-Za-z0-9]{60})/,
    longest: 69
  })
];
var ADDRESS_REACH = 500;
function isSignedAddress({ surroundings, start }) {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(Math.max(0, at - ADDRESS_REACH), at + ADDRESS_REACH);
  return /[?&]sv=20[0-9]{2}-/.test(around) && /[?&]s[ep]=/.test(around);
}
function hasAzureEndpoint({ surroundings, start }) {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(Math.max(0, at - ADDRESS_REACH), at + ADDRESS_REACH);
  return /endpoint=https:\/\/[^;\s]{1,200}(?:signalr\.net|webpubsub\.azure\.com|communication\.azure\.com)/i.test(
    around
  );
}

// src/guard/content/detectors/credentials/observability.ts
var observabilityCredentials = [
  namedToken({
    id: "datadog-api-key",
    title: "an API key of Datadog",
    issuer: "Datadog",
    source: "https://docs.datadoghq.com/account_management/api-app-keys/",
    keywords: ["datadog", "dd_api_key", "dd-api-key"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "datadog-application-key",
    title: "an application key of Datadog",
    issuer: "Datadog",
    source: "https://docs.datadoghq.com/account_management/api-app-keys/",
    keywords: ["datadog", "dd_app_key", "dd-application-key"],
    form: /[a-f0-9]{40}|ddapp_[A-Za-z0-9]{34}/,
    longest: 40
  }),
  issuedToken({
    id: "new-relic-user-key",
    title: "a user key of New Relic",
    issuer: "New Relic",
    source: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
    keywords: ["nrak-"],
    form: /NRAK-[A-Z0-9]{27}/,
    longest: 32
  }),
  issuedToken({
    id: "new-relic-license-key",
    title: "a license key of New Relic",
    issuer: "New Relic",
    source: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
    keywords: ["nral"],
    form: /[a-f0-9]{32}FFFFNRAL|[a-f0-9]{36}NRAL/,
    longest: 40,
    isInside: true
  }),
  issuedToken({
    id: "new-relic-insert-key",
    title: "an insert key of New Relic Insights",
    issuer: "New Relic",
    source: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
    keywords: ["nrii-", "nriq-"],
    form: /NRI[IQ]-[A-Za-z0-9_-]{32}/,
    longest: 37
  }),
  issuedToken({
    id: "new-relic-browser-key",
    title: "a browser key of New Relic, which pages show to everybody",
    issuer: "New Relic",
    source: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
    tier: "low",
    keywords: ["nrjs-"],
    form: /NRJS-[a-f0-9]{19}/,
    longest: 24
  }),
  issuedToken({
    id: "sentry-organization-token",
    title: "an organization token of Sentry",
    issuer: "Sentry",
    source: "https://docs.sentry.io/account/auth-tokens/",
    keywords: ["sntrys_"],
    form: /sntrys_eyJ[A-Za-z0-9+/=_-]{80,400}_[A-Za-z0-9+/]{43}/,
    longest: 454
  }),
  issuedToken({
    id: "sentry-user-token",
    title: "a user or app token of Sentry",
    issuer: "Sentry",
    source: "https://docs.sentry.io/account/auth-tokens/",
    keywords: ["sntryu_", "sntrya_", "sntryi_"],
    form: /sntry[uai]_[a-f0-9]{64}/,
    longest: 71
  }),
  namedToken({
    id: "sentry-legacy-token",
    title: "an auth token of Sentry in its older form",
    issuer: "Sentry",
    source: "https://docs.sentry.io/account/auth-tokens/",
    keywords: ["sentry"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "grafana-service-account-token",
    title: "a service account token of Grafana",
    issuer: "Grafana",
    source: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
    keywords: ["glsa_"],
    form: /glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}/,
    longest: 46,
    check: (value) => crc32LittleEndianHex(value.slice(0, -9)) === value.slice(-8) ? "high" : "medium"
  }),
  issuedToken({
    id: "grafana-cloud-token",
    title: "an access policy token of Grafana Cloud",
    issuer: "Grafana",
    source: "https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/",
    keywords: ["glc_"],
    form: /glc_eyJ[A-Za-z0-9+/]{60,400}={0,2}/,
    longest: 409
  }),
  issuedToken({
    id: "grafana-legacy-api-key",
    title: "an API key of Grafana in its older form",
    issuer: "Grafana",
    source: "https://grafana.com/docs/grafana/latest/developers/http_api/auth/",
    keywords: ["eyjrijoi"],
    form: /eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}/,
    longest: 410
  }),
  issuedToken({
    id: "honeycomb-ingest-key",
    title: "an ingest key of Honeycomb",
    issuer: "Honeycomb",
    source: "https://docs.honeycomb.io/api/authentication",
    keywords: ["ik_01"],
    form: /hc[a-z]ik_01[a-z0-9]{56}/,
    isInside: true,
    longest: 64
  }),
  issuedToken({
    id: "honeycomb-management-key",
    title: "a management key of Honeycomb",
    issuer: "Honeycomb",
    source: "https://docs.honeycomb.io/api/authentication",
    keywords: ["mk_01"],
    form: /hc[a-z]mk_01[a-z0-9]{24}:?[A-Za-z0-9]{32}/,
    isInside: true,
    longest: 65
  }),
  issuedToken({
    id: "dynatrace-access-token",
    title: "an access token of Dynatrace",
    issuer: "Dynatrace",
    source: "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens",
    keywords: ["dt0c01.", "dt0s"],
    form: /dt0(?:c01\.[A-Z0-9]{24}|s[0-9]{2}\.[A-Z0-9]{8,24})\.[A-Z0-9]{64}/,
    longest: 96
  }),
  namedToken({
    id: "pagerduty-api-key",
    title: "an API key of PagerDuty",
    issuer: "PagerDuty",
    source: "https://support.pagerduty.com/main/docs/api-access-keys",
    keywords: ["pagerduty", "pager_duty"],
    form: /[uy]\+[A-Za-z0-9_-]{18}|[A-Za-z0-9_-]{20}/,
    longest: 20
  }),
  namedToken({
    id: "pagerduty-integration-key",
    title: "an integration key of PagerDuty",
    issuer: "PagerDuty",
    source: "https://support.pagerduty.com/main/docs/services-and-integrations",
    keywords: ["pagerduty", "routing_key"],
    form: /[a-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "opsgenie-api-key",
    title: "an API key of Opsgenie",
    issuer: "Atlassian",
    source: "https://docs.opsgenie.com/docs/api-key-management",
    keywords: ["opsgenie"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "rollbar-access-token",
    title: "an access token of Rollbar",
    issuer: "Rollbar",
    source: "https://docs.rollbar.com/docs/access-tokens",
    keywords: ["rollbar"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "logzio-token",
    title: "a shipping or API token of Logz.io",
    issuer: "Logz.io",
    source: "https://docs.logz.io/docs/user-guide/admin/authentication-tokens/log-shipping-tokens/",
    keywords: ["logzio", "logz.io", "logz_io"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "sumo-logic-access-key",
    title: "an access key of Sumo Logic",
    issuer: "Sumo Logic",
    source: "https://help.sumologic.com/docs/manage/security/access-keys/",
    keywords: ["sumo"],
    form: /[A-Za-z0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "splunk-hec-token",
    title: "a token of the HTTP event collector of Splunk",
    issuer: "Splunk",
    source: "https://docs.splunk.com/Documentation/Splunk/latest/Data/UsetheHTTPEventCollector",
    keywords: ["splunk"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/i,
    longest: 36
  }),
  namedToken({
    id: "elastic-api-key",
    title: "an API key of Elasticsearch",
    issuer: "Elastic",
    source: "https://www.elastic.co/docs/deploy-manage/api-keys/elasticsearch-api-keys",
    keywords: ["elastic_api", "elasticsearch", "elastic-api", "elastic_cloud", "elasticapi"],
    form: /[A-Za-z0-9_-]{58}==|[A-Za-z0-9+/]{60}/,
    longest: 60
  }),
  issuedToken({
    id: "axiom-api-token",
    title: "an API or personal token of Axiom",
    issuer: "Axiom",
    source: "https://axiom.co/docs/reference/tokens",
    keywords: ["xaat-", "xapt-"],
    form: /xa[ap]t-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 41
  }),
  issuedToken({
    id: "posthog-personal-key",
    title: "a personal API key of PostHog",
    issuer: "PostHog",
    source: "https://posthog.com/docs/api",
    keywords: ["phx_"],
    form: /phx_[A-Za-z0-9_]{40,50}/,
    longest: 54
  }),
  issuedToken({
    id: "checkly-api-key",
    title: "an API key of Checkly",
    issuer: "Checkly",
    source: "https://www.checklyhq.com/docs/integrations/api/",
    keywords: ["cu_"],
    form: /cu_[a-f0-9]{32}/,
    longest: 35
  }),
  issuedToken({
    id: "coralogix-api-key",
    title: "an API key of Coralogix",
    issuer: "Coralogix",
    source: "https://coralogix.com/docs/user-guides/account-management/api-keys/api-keys/",
    keywords: ["cxtp_", "cxup_"],
    form: /cx[tu]p_[A-Za-z0-9]{30}/,
    longest: 35
  }),
  namedToken({
    id: "uptimerobot-api-key",
    title: "an API key of UptimeRobot",
    issuer: "UptimeRobot",
    source: "https://uptimerobot.com/api/",
    keywords: ["uptimerobot", "uptime_robot"],
    form: /(?:u|ur|m)[0-9]{6,10}-[a-f0-9]{24}/,
    longest: 37
  }),
  namedToken({
    id: "bugsnag-auth-token",
    title: "a token of BugSnag",
    issuer: "SmartBear",
    source: "https://docs.bugsnag.com/api/",
    keywords: ["bugsnag"],
    form: /[a-f0-9]{32}|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "mixpanel-secret",
    title: "an API secret of Mixpanel",
    issuer: "Mixpanel",
    source: "https://developer.mixpanel.com/reference/project-secret",
    keywords: ["mixpanel_secret", "mixpanel_api_secret", "mixpanel-secret"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "amplitude-secret-key",
    title: "a secret key of Amplitude",
    issuer: "Amplitude",
    source: "https://amplitude.com/docs/apis/authentication",
    keywords: ["amplitude_secret", "amplitude-secret"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "segment-write-key",
    title: "a write key of Segment",
    issuer: "Twilio",
    source: "https://segment.com/docs/connections/find-writekey/",
    keywords: ["segment_write", "segment-write", "segment_key", "segmentwritekey"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "segment-public-api-token",
    title: "a token of the Public API of Segment",
    issuer: "Twilio",
    source: "https://docs.segmentapis.com/",
    keywords: ["sgp_"],
    form: /sgp_[A-Za-z0-9]{64}/,
    longest: 68
  }),
  namedToken({
    id: "better-stack-token",
    title: "a token of Better Stack",
    issuer: "Better Stack",
    source: "https://betterstack.com/docs/uptime/api/getting-started-with-uptime-api/",
    keywords: ["logtail", "betterstack", "better_stack", "betteruptime", "better_uptime"],
    form: /[A-Za-z0-9]{24}/,
    longest: 24
  })
];

// src/guard/content/detectors/credentials/package-registries.ts
var packageRegistriesCredentials = [
  issuedToken({
    id: "npm-access-token",
    title: "an access token of npm",
    issuer: "npm",
    source: "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/",
    keywords: ["npm_"],
    form: /npm_[A-Za-z0-9]{36}/,
    longest: 40,
    check: (value) => endsInChecksum(value)
  }),
  issuedToken({
    id: "npm-legacy-token",
    title: "an access token of npm in its older form",
    issuer: "npm",
    source: "https://docs.npmjs.com/cli/v11/configuring-npm/npmrc",
    keywords: ["_authtoken"],
    form: /_authToken\s{0,3}=\s{0,3}["']?(?<value>[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})/,
    longest: 54
  }),
  issuedToken({
    id: "pypi-api-token",
    title: "an API token of PyPI",
    issuer: "PyPI",
    source: "https://docs.pypi.org/api/secrets/",
    keywords: ["pypi-ageichlwas5vcmc"],
    form: /pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}/,
    longest: 520
  }),
  issuedToken({
    id: "testpypi-api-token",
    title: "an API token of TestPyPI",
    issuer: "PyPI",
    source: "https://docs.pypi.org/api/secrets/",
    keywords: ["pypi-agendgvzdc5wexbplm9yzw"],
    form: /pypi-AgENdGVzdC5weXBpLm9yZw[A-Za-z0-9_-]{50,500}/,
    longest: 527
  }),
  issuedToken({
    id: "rubygems-api-key",
    title: "an API key of RubyGems",
    issuer: "RubyGems",
    source: "https://guides.rubygems.org/api-key-scopes/",
    keywords: ["rubygems_"],
    form: /rubygems_[a-f0-9]{48}/,
    longest: 57
  }),
  issuedToken({
    id: "nuget-api-key",
    title: "an API key of NuGet",
    issuer: "NuGet",
    source: "https://learn.microsoft.com/en-us/nuget/nuget-org/publish-a-package",
    keywords: ["oy2"],
    form: /oy2[a-z0-9]{43}/,
    longest: 46
  }),
  issuedToken({
    id: "crates-io-token",
    title: "an API token of crates.io",
    issuer: "crates.io",
    source: "https://doc.rust-lang.org/cargo/reference/registry-authentication.html",
    keywords: ["cio"],
    form: /cio[A-Za-z0-9]{32}/,
    longest: 35
  }),
  issuedToken({
    id: "docker-hub-personal-token",
    title: "a personal access token of Docker Hub",
    issuer: "Docker",
    source: "https://docs.docker.com/security/access-tokens/",
    keywords: ["dckr_pat_"],
    form: /dckr_pat_[A-Za-z0-9_-]{27}/,
    longest: 36
  }),
  issuedToken({
    id: "docker-hub-organization-token",
    title: "an organization access token of Docker Hub",
    issuer: "Docker",
    source: "https://docs.docker.com/enterprise/security/access-tokens/",
    keywords: ["dckr_oat_"],
    form: /dckr_oat_[A-Za-z0-9_-]{32}/,
    longest: 41
  }),
  issuedToken({
    id: "jfrog-api-key",
    title: "an API key of Artifactory",
    issuer: "JFrog",
    source: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/api-key",
    keywords: ["akcp"],
    form: /AKCp[A-Za-z0-9]{69}/,
    longest: 73
  }),
  issuedToken({
    id: "jfrog-reference-token",
    title: "a reference token of the JFrog Platform",
    issuer: "JFrog",
    source: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
    keywords: ["cmvmdgtuo"],
    form: /cmVmdGtuO[A-Za-z0-9+/]{54,60}={0,2}/,
    longest: 71
  }),
  issuedToken({
    id: "clojars-deploy-token",
    title: "a deploy token of Clojars",
    issuer: "Clojars",
    source: "https://github.com/clojars/clojars-web/wiki/Deploy-Tokens",
    keywords: ["clojars_"],
    form: /CLOJARS_[a-f0-9]{60}/,
    longest: 68
  }),
  namedToken({
    id: "cloudsmith-api-key",
    title: "an API key of Cloudsmith",
    issuer: "Cloudsmith",
    source: "https://help.cloudsmith.io/docs/api-key",
    keywords: ["cloudsmith"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "packagist-token",
    title: "an authentication token of Private Packagist",
    issuer: "Packagist",
    source: "https://packagist.com/docs/composer-authentication",
    keywords: ["packagist_"],
    form: /packagist_[a-z]{3}_[a-f0-9]{68}/,
    longest: 82
  }),
  namedToken({
    id: "hex-api-key",
    title: "an API key of Hex",
    issuer: "Hex",
    source: "https://hex.pm/docs/publish",
    keywords: ["hex_api_key", "hexpm"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "anaconda-token",
    title: "a token of Anaconda.org",
    issuer: "Anaconda",
    source: "https://www.anaconda.com/docs/psm/org/user-guide/work-with-accounts",
    keywords: ["anaconda"],
    form: /[a-z]{2}-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 39
  }),
  namedToken({
    id: "quay-robot-token",
    title: "a token of a robot account of Quay",
    issuer: "Red Hat",
    source: "https://docs.redhat.com/en/documentation/red_hat_quay",
    keywords: ["quay"],
    form: /[A-Z0-9]{64}/,
    longest: 64
  })
];

// src/guard/content/detectors/credentials/payments.ts
var paymentsCredentials = [
  issuedToken({
    id: "stripe-secret-key",
    title: "a secret key of Stripe",
    issuer: "Stripe",
    source: "https://docs.stripe.com/keys",
    keywords: ["sk_live_", "sk_org_"],
    form: /sk_(?:live|org_live)_[A-Za-z0-9]{24,247}/,
    longest: 259
  }),
  issuedToken({
    id: "stripe-test-secret-key",
    title: "a secret key of Stripe for tests",
    issuer: "Stripe",
    source: "https://docs.stripe.com/keys",
    keywords: ["sk_test_"],
    form: /sk_test_[A-Za-z0-9]{24,247}/,
    longest: 255
  }),
  issuedToken({
    id: "stripe-restricted-key",
    title: "a restricted key of Stripe",
    issuer: "Stripe",
    source: "https://docs.stripe.com/keys",
    keywords: ["rk_live_", "rk_test_"],
    form: /rk_(?:live|test)_[A-Za-z0-9]{24,247}/,
    longest: 255
  }),
  issuedToken({
    id: "stripe-webhook-secret",
    title: "a signing secret of a webhook of Stripe",
    issuer: "Stripe",
    source: "https://docs.stripe.com/webhooks",
    keywords: ["whsec_"],
    form: /whsec_[A-Za-z0-9+/]{32,64}={0,2}/,
    longest: 72
  }),
  issuedToken({
    id: "square-access-token",
    title: "an access token of Square",
    issuer: "Square",
    source: "https://developer.squareup.com/docs/build-basics/access-tokens",
    keywords: ["eaaa"],
    form: /EAAA[A-Za-z0-9_-]{60}/,
    longest: 64
  }),
  issuedToken({
    id: "square-legacy-access-token",
    title: "a personal access token of Square in its older form",
    issuer: "Square",
    source: "https://developer.squareup.com/docs/build-basics/access-tokens",
    keywords: ["sq0atp-"],
    form: /sq0atp-[A-Za-z0-9_-]{22}/,
    longest: 29
  }),
  issuedToken({
    id: "square-application-secret",
    title: "an application secret of Square",
    issuer: "Square",
    source: "https://developer.squareup.com/docs/oauth-api/overview",
    keywords: ["sq0csp-"],
    form: /sq0csp-[A-Za-z0-9_-]{43}/,
    longest: 50
  }),
  namedToken({
    id: "paypal-client-secret",
    title: "a client secret of PayPal",
    issuer: "PayPal",
    source: "https://developer.paypal.com/api/rest/",
    keywords: ["paypal"],
    form: /E[A-Za-z0-9_-]{79}/,
    longest: 80
  }),
  issuedToken({
    id: "braintree-access-token",
    title: "an access token of Braintree",
    issuer: "Braintree",
    source: "https://developer.paypal.com/braintree/docs/guides/extend/oauth/access-tokens",
    keywords: ["access_token$"],
    form: /access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}/,
    longest: 73
  }),
  namedToken({
    id: "braintree-private-key",
    title: "a private key of Braintree",
    issuer: "Braintree",
    source: "https://developer.paypal.com/braintree/articles/control-panel/important-gateway-credentials",
    keywords: ["braintree"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "adyen-api-key",
    title: "an API key of Adyen",
    issuer: "Adyen",
    source: "https://docs.adyen.com/development-resources/api-credentials/",
    keywords: ["aqe"],
    form: /AQE[a-z][A-Za-z0-9+/]{60,200}={0,2}-[A-Za-z0-9+/]{30,60}={0,2}-[\x21\x23-\x26\x28-\x5b\x5d-\x7e]{12,20}/,
    longest: 290
  }),
  issuedToken({
    id: "razorpay-key-id",
    title: "the id of a key of Razorpay, whose secret is seldom far",
    issuer: "Razorpay",
    source: "https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/",
    tier: "medium",
    keywords: ["rzp_live_", "rzp_test_"],
    form: /rzp_(?:live|test)_[A-Za-z0-9]{14}/,
    longest: 23
  }),
  namedToken({
    id: "razorpay-key-secret",
    title: "the secret of a key of Razorpay",
    issuer: "Razorpay",
    source: "https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/",
    keywords: ["razorpay"],
    form: /[A-Za-z0-9]{24}/,
    longest: 24
  }),
  issuedToken({
    id: "plaid-access-token",
    title: "an access token of Plaid",
    issuer: "Plaid",
    source: "https://plaid.com/docs/api/tokens/",
    keywords: ["access-production-", "access-sandbox-", "access-development-"],
    form: /access-(?:production|sandbox|development)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 55
  }),
  namedToken({
    id: "plaid-secret",
    title: "a secret of Plaid",
    issuer: "Plaid",
    source: "https://plaid.com/docs/quickstart/",
    keywords: ["plaid"],
    form: /[a-f0-9]{30}/,
    longest: 30
  }),
  issuedToken({
    id: "flutterwave-secret-key",
    title: "a secret key of Flutterwave",
    issuer: "Flutterwave",
    source: "https://developer.flutterwave.com/v3.0.0/docs/authentication",
    keywords: ["flwseck"],
    form: /FLWSECK(?:_TEST)?-[A-Za-z0-9]{32}-X/,
    longest: 47
  }),
  issuedToken({
    id: "shopify-admin-token",
    title: "an Admin API access token of Shopify",
    issuer: "Shopify",
    source: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens",
    keywords: ["shpat_"],
    form: /shpat_[a-f0-9]{32}/,
    longest: 38
  }),
  issuedToken({
    id: "shopify-custom-app-token",
    title: "an access token of a custom app of Shopify",
    issuer: "Shopify",
    source: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens",
    keywords: ["shpca_"],
    form: /shpca_[a-f0-9]{32}/,
    longest: 38
  }),
  issuedToken({
    id: "shopify-private-app-password",
    title: "a password of a private app of Shopify",
    issuer: "Shopify",
    source: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens",
    keywords: ["shppa_"],
    form: /shppa_[a-f0-9]{32}/,
    longest: 38
  }),
  issuedToken({
    id: "shopify-shared-secret",
    title: "an API secret key of a Shopify app",
    issuer: "Shopify",
    source: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens",
    keywords: ["shpss_"],
    form: /shpss_[a-f0-9]{32}/,
    longest: 38
  }),
  issuedToken({
    id: "shopify-partner-token",
    title: "a Partner API or CLI token of Shopify",
    issuer: "Shopify",
    source: "https://shopify.dev/docs/api/partner",
    keywords: ["prtapi_", "atkn_"],
    form: /(?:prtapi_[a-f0-9]{32}|atkn_[a-f0-9]{64})/,
    longest: 69
  }),
  issuedToken({
    id: "paystack-secret-key",
    title: "a secret key of Paystack",
    issuer: "Paystack",
    source: "https://paystack.com/docs/api/authentication/",
    keywords: ["sk_live_", "sk_test_"],
    form: /sk_(?:live|test)_[a-f0-9]{40}/,
    rank: 32,
    longest: 48
  }),
  namedToken({
    id: "mollie-api-key",
    title: "an API key of Mollie",
    issuer: "Mollie",
    source: "https://docs.mollie.com/reference/authentication",
    keywords: ["mollie"],
    form: /(?:live|test)_[A-Za-z0-9]{30}/,
    longest: 35
  }),
  issuedToken({
    id: "mollie-live-key",
    title: "a live API key of Mollie",
    issuer: "Mollie",
    source: "https://docs.mollie.com/reference/authentication",
    tier: "medium",
    keywords: ["live_"],
    form: /live_[A-Za-z0-9]{30}/,
    longest: 35,
    // What goes on before it is the key of another issuer.
    check: (_, { window, start }) => window[start - 1] !== "_"
  }),
  namedToken({
    id: "gocardless-access-token",
    title: "an access token of GoCardless",
    issuer: "GoCardless",
    source: "https://developer.gocardless.com/api-reference/",
    keywords: ["gocardless"],
    form: /(?:live|sandbox)_[A-Za-z0-9_-]{40}/,
    longest: 48
  }),
  namedToken({
    id: "checkout-com-secret-key",
    title: "a secret key of Checkout.com",
    issuer: "Checkout.com",
    source: "https://www.checkout.com/docs/developer-resources/api/manage-api-keys",
    keywords: ["checkout.com", "checkout_secret", "checkout_com", "cko_"],
    form: /sk_(?:sbox_)?[a-z2-7]{26}[a-z2-7*#$=]/,
    longest: 35
  }),
  issuedToken({
    id: "paddle-api-key",
    title: "an API key of Paddle",
    issuer: "Paddle",
    source: "https://developer.paddle.com/api-reference/about/api-keys",
    keywords: ["pdl_live_", "pdl_sdbx_"],
    form: /pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}/,
    longest: 69
  }),
  issuedToken({
    id: "mercury-api-token",
    title: "an API token of Mercury",
    issuer: "Mercury",
    source: "https://docs.mercury.com/docs/getting-started",
    keywords: ["secret-token:mercury_"],
    form: /secret-token:mercury_(?:production|sandbox)_[a-z]{3}_[A-Za-z0-9]{40,50}_[a-z]{3,8}/,
    longest: 95
  }),
  issuedToken({
    id: "brex-user-token",
    title: "a user token of Brex",
    issuer: "Brex",
    source: "https://developer.brex.com/docs/authentication/",
    keywords: ["bxt_"],
    form: /bxt_[A-Za-z0-9]{40,60}/,
    longest: 64
  }),
  issuedToken({
    id: "xendit-secret-key",
    title: "a secret key of Xendit",
    issuer: "Xendit",
    source: "https://docs.xendit.co/docs/api-keys",
    keywords: ["xnd_production_", "xnd_development_"],
    form: /xnd_(?:production|development)_[A-Za-z0-9]{40,70}/,
    longest: 86
  }),
  issuedToken({
    id: "midtrans-server-key",
    title: "a server key of Midtrans",
    issuer: "Midtrans",
    source: "https://docs.midtrans.com/docs/midtrans-account",
    keywords: ["mid-server-", "sb-mid-server-"],
    form: /(?:SB-)?Mid-server-[A-Za-z0-9_-]{20,40}/,
    longest: 54
  }),
  issuedToken({
    id: "omise-secret-key",
    title: "a secret key of Omise",
    issuer: "Omise",
    source: "https://docs.opn.ooo/api-authentication",
    keywords: ["skey_"],
    form: /skey_(?:test_)?[0-9a-z]{19}/,
    longest: 29,
    anyBody: true
  }),
  issuedToken({
    id: "klarna-api-key",
    title: "an API key of Klarna",
    issuer: "Klarna",
    source: "https://docs.klarna.com/api/authentication/",
    keywords: ["klarna_live_api_", "klarna_test_api_"],
    form: /klarna_(?:live|test)_api_[A-Za-z0-9!?*$#%()_+/=-]{40,120}/,
    longest: 136
  }),
  issuedToken({
    id: "polar-access-token",
    title: "an organization access token of Polar",
    issuer: "Polar",
    source: "https://polar.sh/docs/integrate/oat",
    keywords: ["polar_oat_", "polar_pat_"],
    form: /polar_[op]at_[A-Za-z0-9]{30,60}/,
    longest: 70
  }),
  issuedToken({
    id: "shippo-api-token",
    title: "an API token of Shippo",
    issuer: "Shippo",
    source: "https://docs.goshippo.com/docs/guides_general/authentication/",
    keywords: ["shippo_live_", "shippo_test_"],
    form: /shippo_(?:live|test)_[a-f0-9]{40}/,
    longest: 52
  }),
  issuedToken({
    id: "easypost-api-key",
    title: "an API key of EasyPost",
    issuer: "EasyPost",
    source: "https://docs.easypost.com/docs/authentication",
    keywords: ["ezak", "eztk"],
    form: /EZ[AT]K[A-Za-z0-9]{54}/,
    longest: 58
  }),
  namedToken({
    id: "lob-api-key",
    title: "an API key of Lob",
    issuer: "Lob",
    source: "https://docs.lob.com/",
    keywords: ["lob_api", "lob_key", "lob_secret", "api.lob.com"],
    form: /(?:live|test)_[a-f0-9]{35}/,
    longest: 40
  }),
  issuedToken({
    id: "duffel-access-token",
    title: "an access token of Duffel",
    issuer: "Duffel",
    source: "https://duffel.com/docs/api/overview/making-requests/authentication",
    keywords: ["duffel_live_", "duffel_test_"],
    form: /duffel_(?:live|test)_[A-Za-z0-9_-]{43}/,
    longest: 55
  }),
  namedToken({
    id: "wise-api-token",
    title: "an API token of Wise",
    issuer: "Wise",
    source: "https://docs.wise.com/guides/developer/auth-and-security",
    keywords: ["transferwise", "wise_api", "wise_token"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "amazon-mws-token",
    title: "an authorization token of Amazon MWS",
    issuer: "Amazon",
    source: "https://developer-docs.amazon.com/sp-api/docs/migrating-authorization-from-amazon-mws",
    keywords: ["amzn.mws."],
    form: /amzn\.mws\.[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 45
  }),
  issuedToken({
    id: "amazon-login-client-secret",
    title: "a client secret of Login with Amazon",
    issuer: "Amazon",
    source: "https://developer-docs.amazon.com/sp-api/docs/viewing-your-application-information-and-credentials",
    keywords: ["amzn1.oa2-cs.v1."],
    form: /amzn1\.oa2-cs\.v1\.[a-f0-9]{64}/,
    longest: 80
  }),
  issuedToken({
    id: "amazon-login-refresh-token",
    title: "a refresh or access token of Login with Amazon",
    issuer: "Amazon",
    source: "https://developer.amazon.com/docs/login-with-amazon/refresh-token.html",
    keywords: ["atzr|", "atza|"],
    form: /Atz[ra]\|[A-Za-z0-9_-]{100,1200}/,
    longest: 1205
  })
];

// src/guard/content/detectors/credentials/secret-managers.ts
var secretManagersCredentials = [
  issuedToken({
    id: "vault-service-token",
    title: "a service token of Vault",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
    keywords: ["hvs."],
    form: /hvs\.[A-Za-z0-9_-]{24,200}/,
    longest: 204
  }),
  issuedToken({
    id: "vault-batch-token",
    title: "a batch token of Vault",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
    keywords: ["hvb."],
    form: /hvb\.[A-Za-z0-9_-]{100,400}/,
    longest: 404
  }),
  issuedToken({
    id: "vault-recovery-token",
    title: "a recovery token of Vault",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
    keywords: ["hvr."],
    form: /hvr\.[A-Za-z0-9_-]{24,200}/,
    longest: 204
  }),
  namedToken({
    id: "vault-legacy-token",
    title: "a token of Vault before version 1.10",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
    keywords: ["vault"],
    form: /[sbr]\.[A-Za-z0-9]{24}/,
    longest: 26
  }),
  namedToken({
    id: "vault-app-role-secret-id",
    title: "a secret id of an app role of Vault",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/vault/docs/auth/approle",
    keywords: ["vault_secret_id", "vault-secret-id", "approle"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "consul-token",
    title: "an ACL token of Consul",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/consul/docs/secure/acl/token",
    keywords: ["consul"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "nomad-token",
    title: "an ACL token of Nomad",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/nomad/docs/secure/acl/tokens",
    keywords: ["nomad"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  namedToken({
    id: "hcp-client-secret",
    title: "the client secret of a service principal of HCP",
    issuer: "HashiCorp",
    source: "https://developer.hashicorp.com/hcp/docs/hcp/iam/service-principal",
    keywords: ["hcp_client_secret", "hcp-client-secret"],
    form: /[A-Za-z0-9_-]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "doppler-cli-token",
    title: "a CLI token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.ct."],
    form: /dp\.ct\.[A-Za-z0-9]{40,44}/,
    longest: 50
  }),
  issuedToken({
    id: "doppler-personal-token",
    title: "a personal token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.pt."],
    form: /dp\.pt\.[A-Za-z0-9]{40,44}/,
    longest: 50
  }),
  issuedToken({
    id: "doppler-service-token",
    title: "a service token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.st."],
    form: /dp\.st\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/,
    longest: 86
  }),
  issuedToken({
    id: "doppler-service-account-token",
    title: "a service account token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.sa.", "dp.said."],
    form: /dp\.sa(?:id)?\.[A-Za-z0-9]{40,44}/,
    longest: 52
  }),
  issuedToken({
    id: "doppler-scim-token",
    title: "a SCIM token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.scim."],
    form: /dp\.scim\.[A-Za-z0-9]{40,44}/,
    longest: 52
  }),
  issuedToken({
    id: "doppler-audit-token",
    title: "an audit token of Doppler",
    issuer: "Doppler",
    source: "https://docs.doppler.com/reference/auth-token-formats",
    keywords: ["dp.audit."],
    form: /dp\.audit\.[A-Za-z0-9]{40,44}/,
    longest: 53
  }),
  issuedToken({
    id: "onepassword-service-account-token",
    title: "a service account token of 1Password",
    issuer: "1Password",
    source: "https://developer.1password.com/docs/service-accounts/security/",
    keywords: ["ops_eyj"],
    form: /ops_eyJ[A-Za-z0-9+/_-]{200,1500}={0,2}/,
    longest: 1509,
    anyBody: true
  }),
  issuedToken({
    id: "onepassword-secret-key",
    title: "a Secret Key of 1Password",
    issuer: "1Password",
    source: "https://support.1password.com/secret-key/",
    keywords: ["a3-"],
    form: /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}/,
    longest: 40
  }),
  namedToken({
    id: "onepassword-connect-token",
    title: "an access token of 1Password Connect",
    issuer: "1Password",
    source: "https://developer.1password.com/docs/connect/get-started/",
    keywords: ["op_connect_token"],
    form: /eyJ[A-Za-z0-9_-]{20,400}\.eyJ[A-Za-z0-9_-]{40,1500}\.[A-Za-z0-9_-]{40,200}/,
    longest: 2108
  }),
  issuedToken({
    id: "infisical-service-token",
    title: "a service token of Infisical",
    issuer: "Infisical",
    source: "https://infisical.com/docs/documentation/platform/token",
    keywords: ["st."],
    form: /st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}/,
    longest: 93
  }),
  issuedToken({
    id: "bitwarden-access-token",
    title: "an access token of Bitwarden Secrets Manager",
    issuer: "Bitwarden",
    source: "https://bitwarden.com/help/access-tokens/",
    keywords: ["bitwarden", "bws_", "bws-", "--access-token"],
    form: /0\.[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==/,
    longest: 94,
    reach: 80
  })
];

// src/guard/content/detectors/credentials/social-and-maps.ts
var socialAndMapsCredentials = [
  issuedToken({
    id: "facebook-access-token",
    title: "an access token of Facebook",
    issuer: "Meta",
    source: "https://developers.facebook.com/docs/facebook-login/guides/access-tokens",
    keywords: ["eaa"],
    form: /EAA[A-Za-z0-9]{90,400}/,
    longest: 403
  }),
  namedToken({
    id: "facebook-app-secret",
    title: "an app secret of Facebook",
    issuer: "Meta",
    source: "https://developers.facebook.com/docs/facebook-login/security",
    keywords: ["facebook", "fb_app", "fb_secret"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "instagram-access-token",
    title: "an access token of Instagram",
    issuer: "Meta",
    source: "https://developers.facebook.com/docs/instagram-platform/",
    keywords: ["igq", "igaa"],
    form: /IG(?:QV|QW|AA)[A-Za-z0-9_-]{100,300}/,
    longest: 304
  }),
  issuedToken({
    id: "threads-access-token",
    title: "an access token of Threads",
    issuer: "Meta",
    source: "https://developers.facebook.com/docs/threads/",
    keywords: ["thaa"],
    form: /THAA[A-Za-z0-9]{90,300}/,
    longest: 304
  }),
  issuedToken({
    id: "twitter-bearer-token",
    title: "a bearer token of X",
    issuer: "X",
    source: "https://docs.x.com/fundamentals/authentication/oauth-2-0/bearer-tokens",
    keywords: ["aaaaaaaaaaaaaaaaaaaaa"],
    form: /A{21}[A-Za-z0-9]{5,11}%[A-Za-z0-9%]{40,90}/,
    longest: 123,
    anyBody: true,
    keepsPlaceholders: true
  }),
  namedToken({
    id: "twitter-access-token",
    title: "an access token of X",
    issuer: "X",
    source: "https://docs.x.com/fundamentals/authentication/oauth-1-0a/api-key-and-secret",
    keywords: ["twitter"],
    form: /[0-9]{15,20}-[A-Za-z0-9]{40}/,
    longest: 61
  }),
  namedToken({
    id: "twitter-consumer-secret",
    title: "a consumer or access token secret of X",
    issuer: "X",
    source: "https://docs.x.com/fundamentals/authentication/oauth-1-0a/api-key-and-secret",
    keywords: ["twitter"],
    form: /[A-Za-z0-9]{50}|[A-Za-z0-9]{45}/,
    longest: 50
  }),
  issuedToken({
    id: "linkedin-client-secret",
    title: "a client secret of LinkedIn",
    issuer: "LinkedIn",
    source: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/client-credentials-flow",
    keywords: ["wpl_ap1."],
    form: /WPL_AP1\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{4,8}={0,2}/,
    longest: 35
  }),
  namedToken({
    id: "linkedin-legacy-secret",
    title: "a client secret of LinkedIn in its older form",
    issuer: "LinkedIn",
    source: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/client-credentials-flow",
    keywords: ["linkedin"],
    form: /[A-Za-z0-9]{16}/,
    longest: 16
  }),
  issuedToken({
    id: "mapbox-secret-token",
    title: "a secret token of Mapbox",
    issuer: "Mapbox",
    source: "https://docs.mapbox.com/help/dive-deeper/access-tokens/",
    keywords: ["sk.eyj1"],
    form: /sk\.eyJ1[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{22}/,
    longest: 230
  }),
  issuedToken({
    id: "mapbox-temporary-token",
    title: "a temporary token of Mapbox",
    issuer: "Mapbox",
    source: "https://docs.mapbox.com/help/dive-deeper/access-tokens/",
    keywords: ["tk.eyj1"],
    form: /tk\.eyJ1[A-Za-z0-9_-]{40,300}\.[A-Za-z0-9_-]{22}/,
    longest: 330
  }),
  namedToken({
    id: "here-api-key",
    title: "an API key of HERE",
    issuer: "HERE",
    source: "https://www.here.com/docs/bundle/identity-and-access-management-developer-guide",
    keywords: ["here_api", "here_key", "heremaps", "here_access"],
    form: /[A-Za-z0-9_-]{43}/,
    longest: 43
  }),
  issuedToken({
    id: "arcgis-api-key",
    title: "an API key of ArcGIS",
    issuer: "Esri",
    source: "https://developers.arcgis.com/documentation/security-and-authentication/api-key-authentication/",
    keywords: ["aapk", "aapt"],
    form: /AAP[KT][A-Za-z0-9_.-]{60,300}/,
    longest: 304
  }),
  issuedToken({
    id: "twitch-oauth-token",
    title: "an OAuth token of Twitch",
    issuer: "Twitch",
    source: "https://dev.twitch.tv/docs/chat/authenticating/",
    keywords: ["oauth:"],
    form: /oauth:[a-z0-9]{30}/,
    longest: 36
  }),
  namedToken({
    id: "twitch-client-secret",
    title: "a client secret of Twitch",
    issuer: "Twitch",
    source: "https://dev.twitch.tv/docs/authentication/register-app/",
    keywords: ["twitch"],
    form: /[a-z0-9]{30}/,
    longest: 30
  }),
  namedToken({
    id: "spotify-client-secret",
    title: "a client secret of Spotify",
    issuer: "Spotify",
    source: "https://developer.spotify.com/documentation/web-api/concepts/apps",
    keywords: ["spotify"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "reddit-client-secret",
    title: "a client secret of Reddit",
    issuer: "Reddit",
    source: "https://github.com/reddit-archive/reddit/wiki/OAuth2",
    keywords: ["reddit"],
    form: /[A-Za-z0-9_-]{27,30}/,
    longest: 30
  }),
  issuedToken({
    id: "pinterest-access-token",
    title: "an access token of Pinterest",
    issuer: "Pinterest",
    source: "https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/",
    keywords: ["pina_"],
    form: /pina_[A-Z0-9]{60,120}/,
    longest: 125
  }),
  namedToken({
    id: "strava-client-secret",
    title: "a client secret of Strava",
    issuer: "Strava",
    source: "https://developers.strava.com/docs/authentication/",
    keywords: ["strava"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "tiktok-access-token",
    title: "an access token of TikTok",
    issuer: "TikTok",
    source: "https://developers.tiktok.com/doc/oauth-user-access-token-management",
    keywords: ["act."],
    form: /act\.[A-Za-z0-9]{60,90}(?:![0-9]{1,5}\.[a-z0-9]{2,4})?/,
    longest: 105
  }),
  namedToken({
    id: "bluesky-app-password",
    title: "an app password of Bluesky",
    issuer: "Bluesky",
    source: "https://docs.bsky.app/docs/get-started",
    keywords: ["bluesky", "bsky"],
    form: /[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}/,
    longest: 19,
    anyBody: true
  }),
  namedToken({
    id: "flickr-api-secret",
    title: "an API secret of Flickr",
    issuer: "Flickr",
    source: "https://www.flickr.com/services/api/misc.api_keys.html",
    keywords: ["flickr"],
    form: /[a-f0-9]{16}/,
    longest: 16
  }),
  namedToken({
    id: "yelp-api-key",
    title: "an API key of Yelp",
    issuer: "Yelp",
    source: "https://docs.developer.yelp.com/docs/fusion-authentication",
    keywords: ["yelp"],
    form: /[A-Za-z0-9_-]{128}/,
    longest: 128
  }),
  namedToken({
    id: "unsplash-access-key",
    title: "an access or secret key of Unsplash",
    issuer: "Unsplash",
    source: "https://unsplash.com/documentation",
    keywords: ["unsplash"],
    form: /[A-Za-z0-9_-]{43}/,
    longest: 43
  })
];

// src/guard/content/detectors/credentials/work-and-content.ts
var workAndContentCredentials = [
  issuedToken({
    id: "atlassian-api-token",
    title: "an API token of Atlassian",
    issuer: "Atlassian",
    source: "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
    keywords: ["atatt3"],
    form: /ATATT3x[A-Za-z0-9]{2}[A-Za-z0-9_=-]{150,250}=[A-F0-9]{8}/,
    longest: 268
  }),
  issuedToken({
    id: "atlassian-admin-key",
    title: "an admin API key or service token of Atlassian",
    issuer: "Atlassian",
    source: "https://support.atlassian.com/organization-administration/docs/manage-an-organization-with-the-admin-apis/",
    keywords: ["atstt3", "atapt3"],
    form: /AT(?:ST|AP)T3x[A-Za-z0-9]{2}[A-Za-z0-9_=-]{100,300}=[A-F0-9]{8}/,
    longest: 318
  }),
  namedToken({
    id: "atlassian-legacy-token",
    title: "an API token of Jira or Confluence in its older form",
    issuer: "Atlassian",
    source: "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
    keywords: ["jira", "confluence", "atlassian"],
    form: /[A-Za-z0-9]{24}/,
    longest: 24
  }),
  issuedToken({
    id: "linear-api-key",
    title: "an API key of Linear",
    issuer: "Linear",
    source: "https://linear.app/developers/graphql",
    keywords: ["lin_api_"],
    form: /lin_api_[A-Za-z0-9]{40}/,
    longest: 48
  }),
  issuedToken({
    id: "linear-oauth-token",
    title: "an OAuth token or webhook secret of Linear",
    issuer: "Linear",
    source: "https://linear.app/developers/oauth-2-0-authentication",
    keywords: ["lin_oauth_", "lin_wh_"],
    form: /lin_(?:oauth_[A-Za-z0-9]{40,64}|wh_[A-Za-z0-9]{40})/,
    longest: 74
  }),
  issuedToken({
    id: "notion-integration-token",
    title: "an integration token of Notion",
    issuer: "Notion",
    source: "https://developers.notion.com/page/changelog",
    keywords: ["ntn_"],
    form: /ntn_[0-9]{11}[A-Za-z0-9]{35}/,
    longest: 50
  }),
  issuedToken({
    id: "notion-legacy-token",
    title: "an integration token of Notion in its older form",
    issuer: "Notion",
    source: "https://developers.notion.com/page/changelog",
    keywords: ["secret_"],
    form: /secret_[A-Za-z0-9]{43}/,
    longest: 50
  }),
  issuedToken({
    id: "asana-personal-token",
    title: "a personal access token of Asana",
    issuer: "Asana",
    source: "https://developers.asana.com/docs/personal-access-token",
    keywords: [
      "asana",
      ...['"', "'", "=", " ", ">"].flatMap((one) => [`${one}0/`, `${one}1/`, `${one}2/`])
    ],
    form: /[0-2]\/[0-9]{13,20}(?:\/[0-9]{13,20})?:[a-f0-9]{32}/,
    longest: 76,
    reach: 160
  }),
  issuedToken({
    id: "airtable-personal-token",
    title: "a personal access token of Airtable",
    issuer: "Airtable",
    source: "https://airtable.com/developers/web/guides/personal-access-tokens",
    keywords: ["pat"],
    form: /pat[A-Za-z0-9]{14}\.[a-f0-9]{64}/,
    longest: 82
  }),
  namedToken({
    id: "airtable-legacy-key",
    title: "an API key of Airtable in its older form",
    issuer: "Airtable",
    source: "https://support.airtable.com/docs/airtable-api-key-deprecation-notice",
    keywords: ["airtable"],
    form: /key[A-Za-z0-9]{14}/,
    longest: 17
  }),
  issuedToken({
    id: "figma-personal-token",
    title: "a personal access token of Figma",
    issuer: "Figma",
    source: "https://developers.figma.com/docs/rest-api/authentication/",
    keywords: ["figd_"],
    form: /figd_[A-Za-z0-9_-]{40,44}/,
    longest: 49
  }),
  issuedToken({
    id: "figma-oauth-token",
    title: "an OAuth token of Figma",
    issuer: "Figma",
    source: "https://developers.figma.com/docs/rest-api/authentication/",
    keywords: ["figu_", "figo_", "figuh_", "figoh_", "figur_", "figor_"],
    form: /fig(?:u|o|uh|oh|ur|or)_[A-Za-z0-9_-]{40,60}/,
    longest: 66
  }),
  issuedToken({
    id: "dropbox-access-token",
    title: "an access token of Dropbox",
    issuer: "Dropbox",
    source: "https://www.dropbox.com/developers/documentation/http/documentation",
    keywords: ['"sl.', "'sl.", "=sl.", " sl.", ":sl.", ">sl."],
    form: /sl\.(?:u\.)?[A-Za-z0-9_-]{130,1400}/,
    longest: 1406
  }),
  namedToken({
    id: "dropbox-app-secret",
    title: "an app secret of Dropbox",
    issuer: "Dropbox",
    source: "https://www.dropbox.com/developers/documentation/http/documentation",
    keywords: ["dropbox"],
    form: /[a-z0-9]{15}/,
    longest: 15
  }),
  namedToken({
    id: "box-developer-token",
    title: "a client secret or developer token of Box",
    issuer: "Box",
    source: "https://developer.box.com/guides/authentication/tokens/developer-tokens/",
    keywords: ["box_client", "box_secret", "box_token", "box_developer", "boxsdk"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "hubspot-private-app-token",
    title: "a token of a private app of HubSpot",
    issuer: "HubSpot",
    source: "https://developers.hubspot.com/docs/apps/legacy-apps/private-apps/overview",
    keywords: ["pat-na1-", "pat-na2-", "pat-na3-", "pat-eu1-", "pat-ap1-"],
    form: /pat-(?:na[123]|eu1|ap1)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 44
  }),
  namedToken({
    id: "hubspot-legacy-key",
    title: "an API key of HubSpot in its older form",
    issuer: "HubSpot",
    source: "https://developers.hubspot.com/changelog/upcoming-api-key-sunset",
    keywords: ["hubspot", "hapikey"],
    form: /[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 36
  }),
  issuedToken({
    id: "salesforce-access-token",
    title: "an access token of Salesforce",
    issuer: "Salesforce",
    source: "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_tokens_scopes.htm",
    keywords: ["00d"],
    form: /00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,130}/,
    longest: 149
  }),
  issuedToken({
    id: "salesforce-consumer-key",
    title: "the consumer key of a connected app of Salesforce, whose secret is seldom far",
    issuer: "Salesforce",
    source: "https://help.salesforce.com/s/articleView?id=sf.connected_app_create_api_integration.htm",
    tier: "medium",
    keywords: ["3mvg9"],
    form: /3MVG9[A-Za-z0-9._]{80}/,
    longest: 85
  }),
  issuedToken({
    id: "salesforce-refresh-token",
    title: "a refresh token of Salesforce",
    issuer: "Salesforce",
    source: "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_tokens_scopes.htm",
    keywords: ["5aep861"],
    form: /5Aep861[A-Za-z0-9._]{70,110}/,
    longest: 117
  }),
  namedToken({
    id: "zendesk-api-token",
    title: "an API token of Zendesk",
    issuer: "Zendesk",
    source: "https://developer.zendesk.com/api-reference/introduction/security-and-auth/",
    keywords: ["zendesk"],
    form: /[A-Za-z0-9]{40}/,
    longest: 40
  }),
  issuedToken({
    id: "intercom-access-token",
    title: "an access token of Intercom",
    issuer: "Intercom",
    source: "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
    keywords: ["dg9ro"],
    form: /dG9rO[A-Za-z0-9+/]{54}=/,
    longest: 60
  }),
  issuedToken({
    id: "typeform-personal-token",
    title: "a personal access token of Typeform",
    issuer: "Typeform",
    source: "https://www.typeform.com/developers/get-started/personal-access-token/",
    keywords: ["tfp_"],
    form: /tfp_[A-Za-z0-9]{43,44}_[A-Za-z0-9_-]{13,16}/,
    longest: 65
  }),
  issuedToken({
    id: "contentful-management-token",
    title: "a personal access token of Contentful",
    issuer: "Contentful",
    source: "https://www.contentful.com/developers/docs/references/authentication/",
    keywords: ["cfpat-"],
    form: /CFPAT-[A-Za-z0-9_-]{43}/,
    longest: 49
  }),
  namedToken({
    id: "contentful-delivery-token",
    title: "a delivery or preview token of Contentful",
    issuer: "Contentful",
    source: "https://www.contentful.com/developers/docs/references/authentication/",
    keywords: ["contentful"],
    form: /[A-Za-z0-9_-]{43}/,
    longest: 43
  }),
  namedToken({
    id: "algolia-api-key",
    title: "an admin or write API key of Algolia",
    issuer: "Algolia",
    source: "https://www.algolia.com/doc/guides/security/api-keys/",
    keywords: ["algolia_admin", "algolia_api", "algolia_write", "algolia_secret", "algolia-admin"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  issuedToken({
    id: "launchdarkly-api-token",
    title: "an access token of LaunchDarkly",
    issuer: "LaunchDarkly",
    source: "https://launchdarkly.com/docs/home/account/api",
    keywords: ["api-"],
    form: /api-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 40
  }),
  issuedToken({
    id: "launchdarkly-sdk-key",
    title: "a server SDK key of LaunchDarkly",
    issuer: "LaunchDarkly",
    source: "https://launchdarkly.com/docs/sdk/concepts/client-side-server-side",
    keywords: ["sdk-"],
    form: /sdk-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 40
  }),
  issuedToken({
    id: "postman-api-key",
    title: "an API key of Postman",
    issuer: "Postman",
    source: "https://learning.postman.com/docs/developer/postman-api/authentication/",
    keywords: ["pmak-"],
    form: /PMAK-[a-f0-9]{24}-[a-f0-9]{34}/,
    longest: 64
  }),
  issuedToken({
    id: "postman-collection-key",
    title: "a collection access key of Postman",
    issuer: "Postman",
    source: "https://learning.postman.com/docs/collaborating-in-postman/sharing/",
    keywords: ["pmat-"],
    form: /PMAT-[A-Z0-9]{26}/,
    longest: 31
  }),
  issuedToken({
    id: "clickup-personal-token",
    title: "a personal API token of ClickUp",
    issuer: "ClickUp",
    source: "https://developer.clickup.com/docs/authentication",
    keywords: ["pk_"],
    form: /pk_[0-9]{6,10}_[A-Z0-9]{32}/,
    longest: 46
  }),
  issuedToken({
    id: "trello-token",
    title: "a token of Trello",
    issuer: "Atlassian",
    source: "https://developer.atlassian.com/cloud/trello/guides/rest-api/api-introduction/",
    keywords: ["atta"],
    form: /ATTA[a-f0-9]{64}[A-F0-9]{8}/,
    longest: 76
  }),
  namedToken({
    id: "trello-legacy-token",
    title: "a token of Trello in its older form",
    issuer: "Atlassian",
    source: "https://developer.atlassian.com/cloud/trello/guides/rest-api/api-introduction/",
    keywords: ["trello"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  issuedToken({
    id: "readme-api-key",
    title: "an API key of ReadMe",
    issuer: "ReadMe",
    source: "https://docs.readme.com/main/reference/intro/authentication",
    keywords: ["rdme_"],
    form: /rdme_[a-z0-9]{70}/,
    longest: 75
  }),
  issuedToken({
    id: "frameio-token",
    title: "a developer token of Frame.io",
    issuer: "Adobe",
    source: "https://developer.frame.io/docs/getting-started/authentication",
    keywords: ["fio-u-"],
    form: /fio-u-[A-Za-z0-9_=-]{64}/,
    longest: 70
  }),
  issuedToken({
    id: "close-api-key",
    title: "an API key of Close",
    issuer: "Close",
    source: "https://developer.close.com/topics/authentication/",
    keywords: ["api_"],
    form: /api_[A-Za-z0-9]{22}\.[A-Za-z0-9]{22}/,
    longest: 49
  }),
  issuedToken({
    id: "retool-api-token",
    title: "an access token of Retool",
    issuer: "Retool",
    source: "https://docs.retool.com/org-users/guides/retool-api/authentication",
    keywords: ["retool_01"],
    form: /retool_01[a-z0-9]{24}/,
    longest: 33
  }),
  issuedToken({
    id: "zuplo-api-key",
    title: "an API key of Zuplo",
    issuer: "Zuplo",
    source: "https://zuplo.com/docs/articles/api-key-leak-detection",
    keywords: ["zpka_"],
    form: /zpka_[a-z0-9]{32}_[a-f0-9]{8}/,
    longest: 46
  }),
  issuedToken({
    id: "statsig-secret-key",
    title: "a server secret key of Statsig",
    issuer: "Statsig",
    source: "https://docs.statsig.com/sdk-keys/api-keys/",
    keywords: ["secret-"],
    form: /secret-[A-Za-z0-9]{43}/,
    longest: 50
  }),
  namedToken({
    id: "unleash-api-token",
    title: "an API token of Unleash",
    issuer: "Unleash",
    source: "https://docs.getunleash.io/reference/api-tokens-and-client-keys",
    keywords: ["unleash"],
    form: /[a-z0-9*_-]{1,40}:[a-z0-9*_-]{1,40}\.[a-f0-9]{56,64}/,
    longest: 146
  }),
  issuedToken({
    id: "flagsmith-server-key",
    title: "a server-side environment key of Flagsmith",
    issuer: "Flagsmith",
    source: "https://docs.flagsmith.com/clients/server-side",
    keywords: ["ser."],
    form: /ser\.[A-Za-z0-9]{22}/,
    longest: 26
  }),
  issuedToken({
    id: "cal-com-api-key",
    title: "an API key of Cal.com",
    issuer: "Cal.com",
    source: "https://cal.com/docs/api-reference/v2/introduction",
    keywords: ["cal_live_"],
    form: /cal_live_[a-f0-9]{32}/,
    longest: 41
  }),
  issuedToken({
    id: "wakatime-api-key",
    title: "an API key of WakaTime",
    issuer: "WakaTime",
    source: "https://wakatime.com/developers",
    keywords: ["waka_"],
    form: /waka_[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/,
    longest: 41
  }),
  issuedToken({
    id: "rapidapi-key",
    title: "a key of RapidAPI",
    issuer: "RapidAPI",
    source: "https://docs.rapidapi.com/docs/keys-and-key-rotation",
    keywords: ["jsn"],
    form: /[a-z0-9]{10}msh[a-z0-9]{15}p1[a-z0-9]{5}jsn[a-z0-9]{12}/,
    longest: 50,
    isInside: true
  }),
  issuedToken({
    id: "maxmind-license-key",
    title: "a license key of MaxMind",
    issuer: "MaxMind",
    source: "https://support.maxmind.com/knowledge-base/articles/manage-your-maxmind-license-keys",
    keywords: ["_mmk"],
    form: /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/,
    longest: 40,
    isInside: true
  }),
  namedToken({
    id: "virustotal-api-key",
    title: "an API key of VirusTotal",
    issuer: "Google",
    source: "https://docs.virustotal.com/docs/please-give-me-an-api-key",
    keywords: ["virustotal", "vt_api"],
    form: /[a-f0-9]{64}/,
    longest: 64
  }),
  namedToken({
    id: "alchemy-api-key",
    title: "an API key of Alchemy",
    issuer: "Alchemy",
    source: "https://www.alchemy.com/docs/create-an-api-key",
    keywords: ["alchemy"],
    form: /[A-Za-z0-9_-]{32}/,
    longest: 32
  }),
  namedToken({
    id: "infura-project-secret",
    title: "an API key or secret of Infura",
    issuer: "Consensys",
    source: "https://docs.metamask.io/services/get-started/infura/",
    keywords: ["infura"],
    form: /[a-f0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "etherscan-api-key",
    title: "an API key of Etherscan",
    issuer: "Etherscan",
    source: "https://docs.etherscan.io/getting-an-api-key",
    keywords: ["etherscan"],
    form: /[A-Z0-9]{34}/,
    longest: 34
  }),
  namedToken({
    id: "storyblok-management-token",
    title: "a personal access token of Storyblok",
    issuer: "Storyblok",
    source: "https://www.storyblok.com/docs/api/management/getting-started/authentication",
    keywords: ["storyblok"],
    form: /[A-Za-z0-9]{22}tt-[0-9]{5,7}-[A-Za-z0-9_-]{20}/,
    longest: 53
  }),
  namedToken({
    id: "sanity-api-token",
    title: "an API token of Sanity",
    issuer: "Sanity",
    source: "https://www.sanity.io/docs/content-lake/http-auth",
    keywords: ["sanity"],
    form: /sk[A-Za-z0-9]{80,200}/,
    longest: 202
  }),
  issuedToken({
    id: "miro-access-token",
    title: "an access token of Miro",
    issuer: "Miro",
    source: "https://developers.miro.com/docs/getting-started-with-oauth",
    keywords: ["eyjtaxjv"],
    form: /eyJtaXJvLm9yaWdpbiI6[A-Za-z0-9+/]{6,30}={0,2}_[A-Za-z0-9_-]{27}/,
    longest: 80
  }),
  namedToken({
    id: "shodan-api-key",
    title: "an API key of Shodan",
    issuer: "Shodan",
    source: "https://developer.shodan.io/api/introduction",
    keywords: ["shodan"],
    form: /[A-Za-z0-9]{32}/,
    longest: 32
  }),
  namedToken({
    id: "transifex-api-token",
    title: "an API token of Transifex",
    issuer: "Transifex",
    source: "https://developers.transifex.com/reference/api-authentication",
    keywords: ["transifex"],
    form: /1\/[a-f0-9]{40}/,
    longest: 42
  }),
  namedToken({
    id: "lokalise-api-token",
    title: "an API token of Lokalise",
    issuer: "Lokalise",
    source: "https://developers.lokalise.com/reference/api-authentication",
    keywords: ["lokalise"],
    form: /[a-f0-9]{40}/,
    longest: 40
  }),
  namedToken({
    id: "crowdin-personal-token",
    title: "a personal access token of Crowdin",
    issuer: "Crowdin",
    source: "https://support.crowdin.com/account-settings/#api",
    keywords: ["crowdin"],
    form: /[a-f0-9]{80}/,
    longest: 80
  })
];

// src/guard/content/detectors/declared-secret.ts
var QUOTED = String.raw`\\?["'](?<value>[^"'\n\\]{6,256})\\?["']`;
var NAME = String.raw`(?<name>[A-Za-z_][\w.-]{1,60})`;
var PASSWORD_CHARS_MIN3 = 6;
var KEY_CHARS_MIN2 = 12;
function isNamed2(value, { match, surroundings: { file } }) {
  if (file.isLock) return false;
  const strength = nameStrength(match.groups?.["name"] ?? "");
  const quality = valueQuality(value);
  if (strength === "none" || quality !== "random" && quality !== "mixed") return false;
  if (strength === "weak" && (quality !== "random" || value.length < KEY_CHARS_MIN2)) return false;
  return value.length < PASSWORD_CHARS_MIN3 ? false : "medium";
}
function isPassword(value) {
  const quality = valueQuality(value.replace(/[.,;!?)]+$/, ""));
  return quality === "random" || quality === "mixed";
}
var shared = {
  ...{
    issuer: "whoever set the value",
    tier: "medium",
    rank: 10,
    before: 120,
    after: 420
  }
};
var declaredSecret = [
  credential({
    ...{ ...shared, id: "paired-secret", title: "a secret in a pair of name and value" },
    source: "forms of settings: Postman, HAR, ECS, Spring beans, .NET, Kubernetes, Windows answer files",
    keywords: ["value", '"v"', "val:"],
    before: 120,
    after: 280,
    pattern: new RegExp(
      String.raw`(?:\\?["'<]?\b(?:key|name|k|id)\b\\?["'>]?\s{0,4}[:=]?\s{0,4}\\?["']?)${NAME}\\?["']?(?:</name>)?[\s,]{0,24}(?:\\?["']?(?:type|enabled|description)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?\w{1,32}\\?["']?[\s,]{0,24})?<?\\?["']?\b(?:value|val|v)\b\\?["']?>?\s{0,4}[:=]?\s{0,4}\\?["']?(?<value>[^\s"'<>,{}\\]{6,256})`,
      "gi"
    ),
    check: isNamed2
  }),
  credential({
    ...{ ...shared, id: "element-secret", title: "a secret in an element of its name" },
    source: "XML answer files and site managers: an element of the name with the value in it or one below",
    keywords: [
      "password>",
      "passwd>",
      "pass>",
      "pwd>",
      "secret>",
      "token>",
      "key>",
      "credential>",
      '"cred"',
      "<value>"
    ],
    before: 64,
    after: 280,
    pattern: new RegExp(
      String.raw`<(?:\w{1,40}\s(?:name|key|id)=["'])?${NAME}["']?(?:\s[\w="' -]{0,60})?>(?:\s{0,40}<value>)?(?<value>[^<>\s]{6,256})</`,
      "gi"
    ),
    check: isNamed2
  }),
  credential({
    ...{ ...shared, id: "typed-secret", title: "a secret behind a type or in a constructor" },
    source: "declarations of C, C#, Go, Rust, Visual Basic, Java, Robot Framework and Dockerfiles",
    keywords: [
      "[] =",
      "[64]",
      "[32]",
      "get;",
      " as string",
      "&[u8]",
      "&str",
      "&'static",
      "::from(",
      "buffer.from(",
      "[]byte(",
      "fromhex(",
      "secretstr(",
      "new string(",
      "some(",
      '== "',
      "== '"
    ],
    before: 72,
    after: 288,
    pattern: new RegExp(
      [
        String.raw`\b${NAME}(?:\[\d{0,5}\]\s{0,4}=\s{0,4}|\s{0,4}\{\s{0,4}get;\s{0,4}(?:private |init |internal )?(?:set;)?\s{0,4}\}\s{0,4}=\s{0,4}|\s{1,4}As\s{1,4}String\s{1,4}=\s{1,4}`,
        String.raw`|\s{0,4}:\s{0,4}&(?:'static )?\[?(?:u8|str)\]?\s{0,4}=\s{0,4}b?|\s{0,4}:?[:=]\s{0,4}(?:String::from|Buffer\.from|\[\]byte|bytes\.fromhex|bytes|new String|SecretStr|Some|str|String)\(\s{0,4}b?|["']?\s{0,4}[!=]==?\s{0,4})`,
        QUOTED
      ].join(""),
      "g"
    ),
    check: isNamed2
  }),
  credential({
    ...{
      ...shared,
      id: "macro-secret",
      title: "a secret in a macro, an image's variable or a default"
    },
    source: "C preprocessor, Dockerfile `ENV`, Robot Framework variables, Spring's `${name:default}`",
    keywords: ["#define", "env ", "arg ", "${pass", "${db_", "${token", "${secret", "@value("],
    before: 8,
    after: 340,
    pattern: new RegExp(
      String.raw`(?:#define\s{1,8}|\b(?:ENV|ARG)\s{1,8}|\$\{)${NAME}(?:\}\s{2,16}|\s{1,16}|:)["']?(?<value>[^\s"'{}]{6,256})`,
      "g"
    ),
    check: isNamed2
  }),
  credential({
    ...{
      ...shared,
      id: "foreign-secret",
      title: "a value that its name in another language calls a secret"
    },
    source: "words for password and key in French, German, Italian, Polish, Portuguese and Spanish",
    keywords: [
      ...["mot_de_passe", "motdepasse", "mdp", "cle_", "clave", "contrase", "senha", "chave"],
      ...["parola", "haslo", "kennwort", "passwort", "schluessel"]
    ],
    pattern: /(?:mot_?de_?passe|mdp|cle_(?:api|secrete)|clave(?:_\w{1,16})?|contrase(?:n|ñ)a|senha|chave\w{0,16}|parola(?:_\w{1,16})?|haslo|kennwort|passwort|(?:api_?)?schluessel)["']?\s{0,4}[:=]{1,2}\s{0,4}["']?(?<value>[^\s"'`;,<>]{6,256})/gi,
    check: isPassword
  }),
  credential({
    ...shared,
    id: "told-login",
    title: "a password beside its user in a sentence",
    source: "sentences of notes, comments and prompts",
    keywords: ["login:", "log in with", "logged in as", "credentials:", "creds:", "wifi:"],
    pattern: /\b(?:login|log in with|logged in as|creds?|credentials|wifi)[: ]\s?[\w.@-]{1,64}\s(?:\/|and)\s["'`]?(?<value>[^\s"'`<>|]{8,128})/gi,
    check: (value) => isPassword(value) && /\d/.test(value)
  }),
  credential({
    ...shared,
    id: "listed-password",
    title: "a password in a list of users",
    source: "cloud-init, module `chpasswd`: `user:password`, one on each line",
    keywords: ["chpasswd", "list: |"],
    pattern: /\n[ \t]{1,16}(?:-[ ]["']?)?[\w.-]{1,32}:(?<value>[^\s:"'|]{8,128})(?=["']?\s)/g,
    check: isPassword
  }),
  credential({
    ...shared,
    id: "grouped-secret",
    title: "a password in a list behind its user",
    source: "tuples, arrays and lists of code and settings: a user and a password under one name",
    keywords: ["creds", "credential", "auth", '["login"', "{noop}"],
    pattern: /(?:\b\w{0,24}(?:creds?|credentials?|auth|AUTH|CREDS|CREDENTIALS)["']?\s?[=:]\s?[[(]\s?["'][^"'\n]{1,64}["'],\s?["']|\["login",\s?"[^"\n]{1,64}",\s?"|\{noop\})(?<value>[^"'\n]{6,128})["']/g,
    check: isPassword
  }),
  credential({
    ...shared,
    id: "lower-line-secret",
    title: "a secret on the line below its name",
    source: "block texts of YAML, bracketed texts of Python, lists of name and value",
    keywords: ["pass", "pwd", "secret", "token", "api_key", "apikey"],
    pattern: /\b(?<name>[A-Za-z_][\w.-]{2,60})["']?\s?[:=][ \t]{0,4}(?:[|>][-+]?|\(|\\)?[ \t]{0,4}\r?\n[ \t]{1,24}["']?(?<value>[^\s"'{}:=]{8,256})["']?[ \t]{0,4}(?:\)|\r?\n|$)/g,
    check: isNamed2
  }),
  credential({
    ...{
      ...shared,
      id: "statement-password",
      title: "a password in a statement of SQL or of a device"
    },
    source: "MySQL and Oracle `IDENTIFIED BY`, PostgreSQL and SQL Server `PASSWORD`, network devices, pppd, IPsec, HAProxy, debconf",
    keywords: [
      ...[
        "identified by",
        "with password",
        "password '",
        "password = '",
        " password 7 ",
        " secret 5 "
      ],
      ...["community ", "stats auth", " psk ", " eap ", "xauth ", "password password", "@tcp("],
      ...["presharedkey", "otpauth://", "login_password"]
    ],
    pattern: /(?:\bidentified\s(?:with\s\w{1,40}\s)?by\s'|\bpassword\s(?:=\s)?'|\b(?:password|secret)\s[0-9]\s|\bcommunity\s|\bstats\sauth\s[\w.-]{1,64}:|\s:?\s?(?:PSK|EAP|XAUTH)\s"|\bpassword\spassword\s|\bPresharedKey\s?=\s?|\botpauth:\/\/[^\s?]{1,160}\?(?:[^\s&]{1,80}&){0,4}secret=|(?<=["'\s])[\w.-]{1,64}:(?=[^\s:@/]{4,128}@tcp\())(?<value>[^\s'"&@]{6,256})/gi,
    check: (value, { match }) => isPassword(value) || /PSK|Preshared|otpauth/i.test(match[0]) && value.length >= 16
  })
];

// src/guard/content/labels.ts
var JOINT = "[ _.-]?";
var JOINTS = ["", " ", "_", "-"];
function labelsOf(phrases, keywords) {
  return labelsBy(
    asciiOf(keywords ?? phrases.flatMap((phrase) => written(phrase.split(" ")))),
    () => {
      const longest = [...phrases].sort((one, other) => other.length - one.length);
      return longest.map((phrase) => spellings2(phrase.split(" "))).join("|");
    }
  );
}
function labelsBy(keywords, source) {
  return {
    keywords,
    pattern: lazily(() => new RegExp(source(), "g")),
    ending: lazily(() => new RegExp(`(?<=${source()})`, "y"))
  };
}
function asciiOf(words) {
  const parts = words.map((word) => {
    const runs = word.split(/[^ -~]+/).sort((one, other) => other.length - one.length);
    return runs[0] ?? "";
  });
  return [...new Set(parts.filter((part) => part.trim().length >= 3))];
}
function written(words) {
  const [first = "", second] = words;
  return second === void 0 ? [first] : JOINTS.map((joint) => first + joint + second);
}
function spellings2(words) {
  const any = words.map((word) => {
    const first = word.charAt(0);
    const upper2 = first.toUpperCase();
    return `(?:[${escaped(first)}${escaped(upper2)}]${escaped(word.slice(1))}|${escaped(word.toUpperCase())})`;
  });
  const capital = words.map((word) => escaped(word.charAt(0).toUpperCase() + word.slice(1)));
  const upper = words.map((word) => escaped(word.toUpperCase()));
  return `(?:(?<![A-Za-z])${any.join(JOINT)}|(?<=[a-z0-9])${capital.join("")})s?(?![a-z])|(?<![A-Z])${upper.join(JOINT)}s?(?![A-Z])`;
}
function escaped(text) {
  return text.replace(/[().*+?[\]{}|^$\\-]/g, "\\$&");
}
var REACH2 = 64;
var FILLERS = /* @__PURE__ */ new Set([
  ..."is are was no nr num number numbers id ids code value string the of new his her their my our de du on am as".split(
    " "
  ),
  ..."patient member type text td th dd span b strong nbsp n t r char varchar default date dt for".split(
    " "
  )
]);
var SIGN = /[\s"'`:=#>.,;|([\]{}\\/*_?<~&!-]/;
var LETTER = /[A-Za-z]/;
var ASIDE_MAX = 24;
function isLabelled(labels, text, at, nearness) {
  return isBehind(labels, text, at) || nearness === "loose" && isInLine(labels, text, at) || isAnswer(labels, text, at);
}
function isBehind({ ending }, text, at) {
  const floor = Math.max(0, at - REACH2);
  const pattern = ending();
  let end = at;
  let lines = 0;
  while (end > floor) {
    pattern.lastIndex = end;
    if (pattern.test(text)) return true;
    const last = text.charAt(end - 1);
    if (last === "\n" && ++lines > 1) return false;
    if (SIGN.test(last)) end -= 1;
    else if (last === ")") end = beforeAside(text, end);
    else {
      let start = end;
      while (start > floor && LETTER.test(text.charAt(start - 1))) start -= 1;
      if (start === end || !FILLERS.has(text.slice(start, end).toLowerCase())) return false;
      end = start;
    }
  }
  return false;
}
function beforeAside(text, end) {
  const before = text.slice(Math.max(0, end - ASIDE_MAX), end - 1);
  const inside = before.slice(before.lastIndexOf("(") + 1);
  const isAside = inside.length < before.length && /^[A-Za-z0-9 /.-]*[ /-][A-Za-z0-9 /.-]*$/.test(inside);
  return isAside ? end - inside.length - 2 : end - 1;
}
function isInLine({ pattern }, text, at) {
  const before = text.slice(Math.max(0, at - REACH2), at);
  const line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
  return line.search(pattern()) >= 0;
}
var QUESTION_MAX = 120;
var SPEAKER_MAX = 40;
function isAnswer({ pattern }, text, at) {
  const before = text.slice(Math.max(0, at - SPEAKER_MAX - QUESTION_MAX), at);
  const line = before.lastIndexOf("\n");
  if (line < 1 || before.length - line > SPEAKER_MAX) return false;
  const asked = before.charAt(line - 1) === "\r" ? line - 1 : line;
  if (before.charAt(asked - 1) !== "?") return false;
  const question = before.slice(0, asked);
  return question.slice(question.lastIndexOf("\n") + 1).search(pattern()) >= 0;
}

// src/guard/content/table-column.ts
var LINE_MAX = 4096;
var DELIMITERS = ["	", ",", ";", "|"];
function* namedCells(text, within, label) {
  yield* columnValues(text, within, label);
  yield* insertedValues(text, within, label);
}
function* columnValues(text, within, label) {
  const first = lineAt(text, 0);
  if (within.start > 0 || first.end > LINE_MAX) return;
  const heads = text.slice(0, first.end);
  if (!/[\t,;|]/.test(heads) || /[{}()<>=]/.test(heads)) return;
  const delimiter = DELIMITERS.find((one) => heads.split(one).length > 2) ?? (heads.includes(",") ? "," : void 0);
  if (delimiter === void 0) return;
  const columns = heads.split(delimiter).flatMap((head, at) => isNamed3(head, label()) ? [at] : []);
  if (columns.length === 0) return;
  let from = first.end + 1;
  for (let row = 0; row < TABLE_ROWS_MAX && from < text.length; row += 1) {
    const line = lineAt(text, from);
    if (line.end - line.start > LINE_MAX) return;
    const cells = cellsIn(text, line, delimiter);
    if (cells.length < 2) return;
    for (const at of columns) {
      const cell = cells[at];
      if (cell !== void 0 && cell.end > cell.start) yield cell;
    }
    from = line.end + 1;
  }
}
var VALUES_REACH = 40;
var COLUMNS = /\(([^()]{1,2000})\)\s{0,8}values\s{0,8}(?=\()/gi;
function* insertedValues(text, within, label) {
  const around = text.slice(
    Math.max(0, within.start - LINE_MAX / 4),
    within.end + VALUES_REACH + LINE_MAX / 4
  );
  if (!/values/i.test(around)) return;
  const offset = Math.max(0, within.start - LINE_MAX / 4);
  for (const { 0: found, 1: list = "", index } of around.matchAll(COLUMNS)) {
    const columns = list.split(",").flatMap((head, at) => isNamed3(head, label()) ? [at] : []);
    if (columns.length === 0) continue;
    let from = offset + index + found.length;
    for (let row = 0; row < TABLE_ROWS_MAX && text.charAt(from) === "("; row += 1) {
      const tuple = tupleAt(text, from);
      if (tuple === void 0) return;
      yield* columns.flatMap((at) => tuple.cells[at] ?? []);
      from = tuple.end;
      while (/[\s,]/.test(text.charAt(from))) from += 1;
    }
  }
}
function tupleAt(text, open) {
  const cells = [];
  let start = open + 1;
  let quote = "";
  for (let at = start; at < text.length && at < open + LINE_MAX; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "," || character === ")") {
      cells.push(trimmed2(text, start, at));
      start = at + 1;
      if (character === ")") return { cells, end: at + 1 };
    }
  }
  return void 0;
}
function isNamed3(head, label) {
  label.lastIndex = 0;
  const isFound = label.test(head);
  label.lastIndex = 0;
  return isFound;
}
function lineAt(text, start) {
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
}
function cellsIn(text, line, delimiter) {
  const cells = [];
  let start = line.start;
  let isQuoted = false;
  for (let at = line.start; at <= line.end; at += 1) {
    const character = at === line.end ? delimiter : text.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    if (character !== delimiter || isQuoted && at < line.end) continue;
    cells.push(trimmed2(text, start, at));
    start = at + 1;
  }
  return cells;
}
function trimmed2(text, from, to) {
  let start = from;
  let end = to;
  while (start < end && /[\s"']/.test(text.charAt(start))) start += 1;
  while (end > start && /[\s"']/.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}

// src/guard/content/labelled-value.ts
var CONTEXT = 200;
function labelledValue(of) {
  const { id, title, family, tier, labels, value, accept = () => true, nearness = "tight" } = of;
  return {
    ...{ id, title, family, tier, keywords: labels.keywords, before: 64, after: 160 },
    rank: of.rank ?? 20,
    *find(window, { text, start }) {
      if (!isInContext(of, text, start, window.length)) return;
      const hits = /* @__PURE__ */ new Map();
      for (const found of window.matchAll(value)) {
        const hit = { start: found.index, end: found.index + found[0].length };
        if (nearness === "loose" && !accept(found[0])) continue;
        if (!isLabelled(labels, window, hit.start, nearness)) continue;
        if (nearness === "tight" && !accept(found[0])) continue;
        if (isWhole(text, start + hit.start, start + hit.end)) hits.set(hit.start, hit);
      }
      for (const hit of inColumn(of, text, start, window.length)) hits.set(hit.start, hit);
      yield* [...hits.values()].sort((one, other) => one.start - other.start);
    }
  };
}
function* inColumn(of, text, start, length) {
  const { labels, value, accept = () => true } = of;
  const within = { start, end: start + length };
  for (const cell of namedCells(text, within, labels.pattern)) {
    const inside = text.slice(cell.start, cell.end);
    const [found] = inside.matchAll(value);
    if (found === void 0 || found[0].length !== inside.length || !accept(inside)) continue;
    yield { start: cell.start - start, end: cell.end - start };
  }
}
function isInContext({ context }, text, start, length) {
  return context?.test(text.slice(Math.max(0, start - CONTEXT), start + length + CONTEXT)) ?? true;
}
var WORD = /[A-Za-z0-9]/;
function isWhole(text, start, end) {
  return !WORD.test(text.charAt(start - 1)) && !WORD.test(text.charAt(end));
}

// src/guard/content/detectors/health/clinical.ts
var CONTEXT2 = 200;
var IDENTIFIER = /(?<![A-Za-z])(?:mrn|dob|d\.o\.b|date of birth|ssn|nhs (?:no|number)|patient(?:'s)?[ _-]?(?:id|name|no|number)|pt name|member[ _-]?id|subscriber|medical record|(?:mr|mrs|ms)\. ?[a-z]|patient:? [A-Z][a-z]+ [A-Z][a-z])|[0-9]{3}-[0-9]{2}-[0-9]{4}|[a-z0-9]@[a-z0-9]/i;
function isNearIdentifier({ text, start }, from, to) {
  const around = text.slice(Math.max(0, start + from - CONTEXT2), start + to + CONTEXT2);
  return IDENTIFIER.test(around);
}
var CODE = /[A-TV-Z][0-9][0-9AB](?:\.[0-9A-TV-Z]{1,4})?/g;
var CODE_LABELS = labelsOf(
  [
    ...[
      "icd",
      "icd 10",
      "icd10",
      "icd 10 cm",
      "icd code",
      "dx",
      "dx code",
      "diagnosis",
      "diagnoses",
      "diagnosis code",
      "diagnostic code"
    ],
    ...[
      "principal diagnosis",
      "primary diagnosis",
      "admitting diagnosis",
      "diagnose",
      "diagnostic"
    ]
  ],
  ["icd", "diagnos", "dx:", "dx ", "dx_", 'dx"', "dx=", "dx,"]
);
var CONDITIONS = [
  ...[
    "history of",
    "hx of",
    "diabet",
    "hypertens",
    "asthma",
    "depress",
    "anxiety",
    "cancer",
    "copd",
    "fracture",
    "pneumonia"
  ],
  ...[
    "arthritis",
    "epilep",
    "migraine",
    "obes",
    "infarct",
    "stroke",
    "dementia",
    "anemia",
    "hepatitis",
    "suffers from",
    "carcinoma"
  ]
];
var CONDITION = new RegExp(CONDITIONS.join("|"), "i");
var CONDITION_REACH = 48;
function hasCondition(text, at) {
  return CONDITION.test(text.slice(Math.max(0, at - CONDITION_REACH), at));
}
var diagnosisCode = {
  ...{
    id: "health/diagnosis-code",
    title: "a diagnosis as a code of ICD-10",
    family: "health",
    tier: "low"
  },
  keywords: [...CODE_LABELS.keywords, ...CONDITIONS],
  ...{ before: 64, after: 200 },
  *find(window, surroundings) {
    const { text, start } = surroundings;
    for (const { 0: found, index } of window.matchAll(CODE)) {
      const end = index + found.length;
      if (!isWhole(text, start + index, start + end)) continue;
      const isNear = isNearIdentifier(surroundings, index, end);
      const isNamed4 = isLabelled(CODE_LABELS, window, index, "loose");
      if (!isNamed4 && !(isNear && hasCondition(window, index))) continue;
      const tier = isNear ? "medium" : "low";
      yield { start: index, end, tier };
    }
  }
};
var SUBSTANCES = [
  ...[
    "atorvastatin",
    "levothyroxine",
    "metformin",
    "lisinopril",
    "amlodipine",
    "metoprolol",
    "albuterol",
    "losartan",
    "omeprazole"
  ],
  ...[
    "gabapentin",
    "sertraline",
    "rosuvastatin",
    "pantoprazole",
    "escitalopram",
    "hydrochlorothiazide",
    "bupropion",
    "fluoxetine"
  ],
  ...[
    "semaglutide",
    "montelukast",
    "trazodone",
    "simvastatin",
    "tamsulosin",
    "fluticasone",
    "meloxicam",
    "apixaban",
    "furosemide"
  ],
  ...[
    "insulin",
    "duloxetine",
    "ibuprofen",
    "famotidine",
    "empagliflozin",
    "amoxicillin",
    "prednisone",
    "estradiol",
    "citalopram"
  ],
  ...[
    "tramadol",
    "carvedilol",
    "clopidogrel",
    "venlafaxine",
    "buspirone",
    "zolpidem",
    "alprazolam",
    "lorazepam",
    "clonazepam"
  ],
  ...[
    "quetiapine",
    "aripiprazole",
    "risperidone",
    "olanzapine",
    "lamotrigine",
    "topiramate",
    "levetiracetam",
    "warfarin",
    "rivaroxaban"
  ],
  ...[
    "oxycodone",
    "hydrocodone",
    "morphine",
    "fentanyl",
    "methadone",
    "buprenorphine",
    "naloxone",
    "methylphenidate",
    "lithium"
  ],
  ...[
    "azithromycin",
    "doxycycline",
    "ciprofloxacin",
    "cephalexin",
    "acyclovir",
    "valacyclovir",
    "tenofovir",
    "emtricitabine",
    "dolutegravir"
  ],
  ...[
    "methotrexate",
    "hydroxychloroquine",
    "adalimumab",
    "tamoxifen",
    "letrozole",
    "sildenafil",
    "finasteride",
    "spironolactone"
  ],
  ...[
    "cyclobenzaprine",
    "allopurinol",
    "colchicine",
    "propranolol",
    "clonidine",
    "atenolol",
    "pravastatin",
    "ezetimibe",
    "glipizide"
  ]
];
var MEDICATION = new RegExp(
  `(?<![A-Za-z])(?:${SUBSTANCES.join("|")})(?![a-z])(?:[^\\n]{0,24}?[0-9]+(?:\\.[0-9]+)? ?(?:mg|mcg|\xB5g|ug|ml|units?|iu|g|puffs?)(?![a-z]))?`,
  "gi"
);
var PRESCRIBED_REACH = 64;
var PRESCRIBED = /(?<![A-Za-z])(?:rx|prescri|medication|meds|takes|taking|dose|daily|bid|tid|qd|mg|patient|allerg|start(?:ed)?)/i;
var medication = {
  ...{
    id: "health/medication",
    title: "what somebody is prescribed",
    family: "health",
    tier: "medium",
    rank: 10
  },
  keywords: SUBSTANCES,
  ...{ before: 64, after: 64 },
  *find(window, surroundings) {
    for (const { 0: found, index } of window.matchAll(MEDICATION)) {
      const end = index + found.length;
      const near = window.slice(Math.max(0, index - PRESCRIBED_REACH), end + PRESCRIBED_REACH);
      if (PRESCRIBED.test(near) && isNearIdentifier(surroundings, index, end)) {
        yield { start: index, end };
      }
    }
  }
};
var TESTS = [
  ...[
    "hba1c",
    "hemoglobin",
    "haemoglobin",
    "glucose",
    "creatinine",
    "cholesterol",
    "triglycerides",
    "platelet",
    "potassium",
    "bilirubin"
  ],
  ...[
    "ferritin",
    "troponin",
    "psa",
    "tsh",
    "inr",
    "egfr",
    "viral load",
    "cd4",
    "blood pressure",
    "a1c",
    "ldl",
    "hdl",
    "wbc",
    "alt",
    "ast",
    "bmi"
  ]
];
var UNIT = "(?:mg/dl|mmol/l|mmol/mol|g/dl|g/l|u/l|iu/l|ng/ml|\xB5mol/l|umol/l|copies/ml|cells/mm3|mmhg|meq/l|miu/l|%|k/ul|x10\\^?9/l|ml/min)";
var RESULT = new RegExp(
  `(?<![A-Za-z])(?:${TESTS.join("|")})(?![a-z])[^\\n0-9]{0,24}[0-9]{1,7}(?:[./][0-9]{1,3})? ?${UNIT}?`,
  "gi"
);
var result = {
  ...{
    id: "health/test-result",
    title: "the result of a medical test",
    family: "health",
    tier: "medium",
    rank: 10
  },
  keywords: [
    "hba1c",
    "hemoglobin",
    "haemoglobin",
    "glucose",
    "creatinine",
    "cholesterol",
    "triglycerid",
    "platelet",
    "potassium",
    "bilirubin",
    "ferritin",
    "troponin",
    "viral load",
    "blood pressure",
    "egfr",
    "mg/dl",
    "mmol/l",
    "ng/ml",
    "miu/l",
    "mmhg",
    "g/dl",
    "u/l"
  ],
  ...{ before: 64, after: 64 },
  *find(window, surroundings) {
    for (const { 0: found, index } of window.matchAll(RESULT)) {
      const value = found.trimEnd();
      if (isNearIdentifier(surroundings, index, index + value.length))
        yield { start: index, end: index + value.length };
    }
  }
};
var clinical = [diagnosisCode, medication, result];

// src/guard/content/detectors/health/hl7-fields.ts
var SEGMENT = /(?<![A-Z0-9])(PID|NK1|GT1|IN1|PV1|DG1)\|((?:[^\r\n"`\\]|\\(?![rn])){1,4000})/g;
var VALUE_MIN = 3;
var fields = (segment, isWhole2, ...at) => at.map((one) => ({ segment, at: one, isWhole: isWhole2 }));
function hl7(kind, title, ...of) {
  const wanted = new Map(of.flat().map((field) => [`${field.segment}-${field.at}`, field]));
  const segments = new Set(of.flat().map(({ segment }) => segment));
  return {
    ...{ id: `health/hl7/${kind}`, title, family: "health", tier: "medium", rank: 35 },
    keywords: [...segments].map((segment) => `${segment.toLowerCase()}|`),
    ...{ before: 1, after: 1200 },
    *find(window) {
      for (const { 1: segment = "", 2: rest = "", index } of window.matchAll(SEGMENT)) {
        if (segments.has(segment)) yield* valuesOf(segment, rest, index + segment.length + 1);
      }
    }
  };
  function* valuesOf(segment, text, offset) {
    let start = offset;
    for (const [at, field] of text.split("|").entries()) {
      const { isWhole: isWhole2 } = wanted.get(`${segment}-${at + 1}`) ?? {};
      const value = isWhole2 === void 0 ? "" : isWhole2 ? field : field.split("^")[0] ?? "";
      if (value.length >= VALUE_MIN) yield { start, end: start + value.length };
      start += field.length + 1;
    }
  }
}
var hl7Fields = [
  hl7(
    "record-number",
    "the identifier of a patient in HL7",
    fields("PID", false, 2, 3, 4),
    fields("GT1", false, 2)
  ),
  hl7(
    "name",
    "a name in HL7",
    fields("PID", true, 5, 6, 9),
    fields("NK1", true, 2),
    fields("GT1", true, 3),
    fields("IN1", true, 16)
  ),
  hl7(
    "birth-date",
    "a day of birth in HL7",
    fields("PID", false, 7),
    fields("GT1", false, 8),
    fields("IN1", false, 18)
  ),
  hl7(
    "postal-address",
    "an address in HL7",
    fields("PID", true, 11),
    fields("NK1", true, 4),
    fields("GT1", true, 5),
    fields("IN1", true, 19)
  ),
  hl7(
    "phone-number",
    "a telephone number in HL7",
    fields("PID", false, 13, 14),
    fields("NK1", false, 5, 6),
    fields("GT1", false, 6, 7)
  ),
  hl7(
    "us-ssn",
    "a social security number in HL7",
    fields("PID", false, 19),
    fields("GT1", false, 12)
  ),
  hl7(
    "plan-number",
    "the number of an account, licence or insurance in HL7",
    fields("PID", false, 18, 20),
    fields("IN1", false, 36, 49)
  ),
  hl7("npi", "the number of a doctor in HL7", fields("PV1", false, 7, 8, 9, 17)),
  hl7("diagnosis-code", "a diagnosis in HL7", fields("DG1", false, 3))
];

// src/guard/content/validators/check-digits.ts
function digitsOf(text) {
  return text.replace(/[^0-9]/g, "");
}
function passesLuhn(digits2) {
  let sum = 0;
  for (let at = 0; at < digits2.length; at++) {
    const digit = digits2.charCodeAt(digits2.length - 1 - at) - 48;
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
function weightedSum(digits2, weights) {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits2[at] ?? 0), 0);
}
function mod97(text) {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
function passesMod11And10(digits2) {
  let product = 10;
  for (const digit of digits2.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10;
    product = (sum === 0 ? 10 : sum) * 2 % 11;
  }
  return (11 - product) % 10 === Number(digits2.at(-1));
}
function passesMod11And2(text) {
  let sum = 0;
  for (const digit of text.slice(0, -1)) sum = (sum + Number(digit)) * 2 % 11;
  return "0123456789X"[(12 - sum) % 11] === text.at(-1);
}
var VERHOEFF_PRODUCT = [
  ...["0123456789", "1234067895", "2340178956", "3401289567", "4012395678"],
  ...["5987604321", "6598710432", "7659821043", "8765932104", "9876543210"]
];
var VERHOEFF_SHIFT = [
  ...["0123456789", "1576283094", "5803796142", "8916043527"],
  ...["9453126870", "4286573901", "2793806415", "7046913258"]
];
function passesVerhoeff(digits2) {
  let check = 0;
  for (let at = 0; at < digits2.length; at++) {
    const digit = Number(digits2[digits2.length - 1 - at]);
    const shifted = Number(VERHOEFF_SHIFT[at % 8]?.[digit]);
    check = Number(VERHOEFF_PRODUCT[check]?.[shifted]);
  }
  return check === 0;
}
function isOneCharacter(text) {
  return text.length > 0 && text === text.charAt(0).repeat(text.length);
}

// src/guard/content/detectors/health/records.ts
var isNumber = (from) => (text) => {
  const digits2 = digitsOf(text);
  return digits2.length >= from && (digits2.length < 4 || !isOneCharacter(digits2));
};
var HEALTH = /patient|medic|health|hospital|clinic|subscriber|beneficiar|coverage|copay|deductible|payer|diagnos|claim|physician|doctor|krankenkasse|versichert|plan/i;
var recordNumber = labelledValue({
  ...{
    id: "health/record-number",
    title: "the number of a medical record",
    family: "health",
    tier: "medium"
  },
  labels: labelsOf(
    [
      ...[
        "mrn",
        "mrn number",
        "mrn no",
        "medical record",
        "medical record number",
        "medical record no",
        "med rec",
        "medrec",
        "patient id"
      ],
      ...[
        "patient number",
        "patient no",
        "patient identifier",
        "hospital number",
        "hospital no",
        "chart number",
        "chart no",
        "record number"
      ],
      ...[
        "unit number",
        "encounter id",
        "encounter number",
        "visit number",
        "patientennummer",
        "fallnummer",
        "health record",
        "patient mrn",
        "uhid",
        "hospital id",
        "patient ref",
        "patient reference",
        "mr no",
        "mr number",
        "medical rec",
        "medical rec no",
        "clinic number",
        "admission number"
      ]
    ],
    [
      ...[
        "mrn",
        "medical record",
        "medical_record",
        "medicalrecord",
        "medical-record",
        "med rec",
        "med_rec",
        "medrec",
        "patient id",
        "patient_id",
        "patientid"
      ],
      ...[
        "patient-id",
        "patient n",
        "patient_n",
        "patientn",
        "patient identifier",
        "patient_identifier",
        "patientidentifier",
        "hospital n",
        "hospital_n"
      ],
      ...[
        "hospitaln",
        "chart n",
        "chart_n",
        "chartn",
        "encounter",
        "visit number",
        "visit_number",
        "visitnumber",
        "fallnummer",
        "health record",
        "health_record",
        "uhid",
        "hospital id",
        "hospital_id",
        "hospitalid",
        "patient ref",
        "patient_ref",
        "patientref",
        "mr no",
        "mr number",
        "mr_number",
        "medical rec",
        "clinic number",
        "admission number"
      ]
    ]
  ),
  // A record may be numbered as social security is: the label says which it is.
  rank: 35,
  value: /(?:(?<![A-Za-z])(?!mrn|MRN)[A-Za-z]{1,4}[-_]?)?[0-9]{2,12}(?:[- ][0-9]{2,6}){0,3}[A-Za-z]?/g,
  accept: isNumber(5)
});
var healthPlan = labelledValue({
  ...{
    id: "health/plan-number",
    title: "the number of a member of a health plan",
    family: "health",
    tier: "medium"
  },
  labels: labelsOf(
    [
      ...[
        "member id",
        "member number",
        "member no",
        "subscriber id",
        "subscriber number",
        "health plan",
        "health plan id",
        "health plan number"
      ],
      ...[
        "insurance id",
        "insurance member",
        "policy number",
        "policy no",
        "medicaid",
        "medicaid id"
      ],
      ...[
        "beneficiary id",
        "beneficiary number",
        "insured id",
        "health insurance",
        "health insurance number",
        "versichertennummer",
        "krankenversicherung"
      ]
    ],
    [
      ...[
        "member id",
        "member_id",
        "memberid",
        "member n",
        "member_n",
        "membern",
        "subscriber",
        "health plan",
        "health_plan",
        "healthplan",
        "insurance"
      ],
      ...[
        "policy n",
        "policy_n",
        "policyn",
        "medicaid",
        "beneficiary",
        "insured",
        "versicherten",
        "krankenvers"
      ]
    ]
  ),
  value: /(?:(?<![A-Za-z])(?:[A-Za-z]{1,4}-?|[A-Z]{1,4} ))?[0-9]{5,14}(?:[- ][0-9]{1,4})?|[A-Z][0-9]{2}[A-Z][0-9]{5,8}/g,
  accept: isNumber(6),
  context: HEALTH
});
var records = [recordNumber, healthPlan];

// src/guard/content/validators/us-identifiers.ts
var ADVERTISED = /* @__PURE__ */ new Set(["078051120", "219099999", "457555462"]);
function isSsn(digits2) {
  return /^(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}$/.test(digits2) && !ADVERTISED.has(digits2) && !isOneCharacter(digits2) && digits2 !== "123456789" && digits2 !== "987654321";
}
function isItin(digits2) {
  return /^9[0-9]{2}(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-2]|9[4-9])[0-9]{4}$/.test(digits2);
}
function isNpi(digits2) {
  return /^[12][0-9]{9}$/.test(digits2) && passesLuhn(`80840${digits2}`);
}
function isMbi(text) {
  return /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}$/.test(
    text
  );
}
function isDea(text) {
  if (!/^[ABCDEFGHJKLMPRSTUX][A-Z9][0-9]{7}$/.test(text)) return false;
  const digits2 = text.slice(2);
  return weightedSum(digits2, [1, 2, 1, 2, 1, 2]) % 10 === Number(digits2[6]);
}
function isRoutingNumber(digits2) {
  return /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}$/.test(digits2) && !isOneCharacter(digits2) && weightedSum(digits2, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

// src/guard/content/detectors/health/us-identifiers.ts
var bare2 = (text) => text.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
var npi = labelledValue({
  ...{
    id: "health/npi",
    title: "a national provider identifier",
    family: "health",
    tier: "medium"
  },
  labels: labelsOf([
    ...["npi", "npi number", "provider id", "national provider", "national provider identifier"],
    ...["provider identifier", "provider number", "rendering provider", "billing provider"]
  ]),
  value: /[12][0-9]{9}/g,
  accept: (text) => isNpi(digitsOf(text)),
  nearness: "loose"
});
var dea = labelledValue({
  ...{ id: "health/dea", title: "a prescriber's DEA number", family: "health", tier: "medium" },
  labels: labelsOf(
    ["dea", "dea number", "dea no", "drug enforcement", "prescriber", "dea registration"],
    [
      ...[
        "dea:",
        "dea ",
        'dea"',
        "dea'",
        "dea#",
        "dea=",
        "dea_",
        "dea-",
        "dea,",
        "dea.",
        "dean",
        "drug enforcement",
        "prescriber"
      ]
    ]
  ),
  value: /[A-Za-z][A-Za-z9][0-9]{7}/g,
  accept: (text) => isDea(text.toUpperCase()),
  nearness: "loose"
});
var MBI_LABELS = labelsOf([
  ...[
    "mbi",
    "medicare",
    "medicare id",
    "medicare number",
    "beneficiary",
    "hicn",
    "medicare beneficiary",
    "subscriber id",
    "member id",
    "subscriber"
  ]
]);
var mbi = labelledValue({
  ...{
    id: "health/mbi",
    title: "a Medicare beneficiary identifier",
    family: "health",
    tier: "medium"
  },
  labels: MBI_LABELS,
  value: /[1-9][A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z][A-Za-z0-9][0-9][- ]?[A-Za-z]{2}[0-9]{2}/g,
  accept: (text) => isMbi(bare2(text)),
  nearness: "loose"
});
var DASHED = /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-[AC-HJKMNP-RT-Y]{2}[0-9]{2}/g;
var mbiDashed = {
  ...mbi,
  id: "health/mbi-dashed",
  title: "a Medicare beneficiary identifier as the card prints it",
  keywords: ["patient", "claim", "insur", "member", "subscriber", "cms", "coverage"],
  *find(window, { text, start }) {
    for (const { 0: found, index } of window.matchAll(DASHED)) {
      const hit = { start: index, end: index + found.length };
      if (isWhole(text, start + hit.start, start + hit.end)) yield hit;
    }
  }
};
var usIdentifiers = [npi, dea, mbi, mbiDashed];

// src/guard/content/json-web-token.ts
function tokenMeaning(token) {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0) return void 0;
  const header = objectIn(head);
  const claims = objectIn(body);
  const algorithm = header?.["alg"];
  if (claims === void 0 || typeof algorithm !== "string") return void 0;
  const { iss, sub, iat, exp } = claims;
  return {
    algorithm,
    isSigned: signature !== "" && algorithm.toLowerCase() !== "none",
    ...typeof iss === "string" ? { issuer: iss } : {},
    ...typeof sub === "string" ? { subject: sub } : {},
    ...typeof iat === "number" ? { issuedAt: iat } : {},
    ...typeof exp === "number" ? { expiresAt: exp } : {}
  };
}
function objectIn(part) {
  try {
    const value = JSON.parse(base64Bytes(part));
    return typeof value === "object" && value !== null ? { ...value } : void 0;
  } catch {
    return void 0;
  }
}

// src/guard/content/detectors/json-web-token.ts
var TOKEN = /(?<![\w-])eyJ[\w-]{8,2000}\.eyJ[\w-]{4,6000}\.[\w-]{0,1400}(?![\w-])/g;
var TUTORIAL_SUBJECT = "1234567890";
var jsonWebToken = {
  id: "json-web-token",
  title: "a JSON Web Token",
  family: "secret",
  tier: "high",
  rank: 20,
  keywords: [".eyj"],
  before: 2048,
  after: 8192,
  *find(window) {
    for (const { 0: token, index } of window.matchAll(TOKEN)) {
      const meaning = tokenMeaning(token);
      if (meaning === void 0) continue;
      const { isSigned, subject, issuer = "" } = meaning;
      const isExample = subject === TUTORIAL_SUBJECT || /\bexample\b/i.test(issuer);
      const tier = !isSigned || isExample ? "low" : "high";
      yield { start: index, end: index + token.length, tier };
    }
  }
};

// src/guard/content/validators/vehicle.ts
var VALUES = {
  ...{ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 },
  ...{ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 }
};
var WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
function isVin(text) {
  const number = text.toUpperCase();
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(number) || !/[0-9]{3}$/.test(number)) return false;
  if (!/[A-Z]/.test(number)) return false;
  const sum = WEIGHTS.reduce((total, weight, at) => {
    const character = number.charAt(at);
    return total + weight * (VALUES[character] ?? Number(character));
  }, 0);
  return "0123456789X"[sum % 11] === number[8];
}

// src/guard/content/detectors/personal/documents.ts
var isNumber2 = (from) => (text) => {
  const digits2 = digitsOf(text);
  return digits2.length >= from && !isOneCharacter(digits2) && !/^(?:0123456|1234567)/.test(digits2.padEnd(7, "x"));
};
var passport = labelledValue({
  ...{
    id: "personal/passport",
    title: "the number of a passport",
    family: "personal",
    tier: "medium"
  },
  labels: labelsOf(
    [
      "passport",
      "passport number",
      "passport no",
      "reisepass",
      "reisepassnummer",
      "passeport",
      "pasaporte",
      "passaporto",
      "paspoort"
    ],
    ["passport", "reisepass", "passeport", "pasaporte", "passaporto", "paspoort"]
  ),
  value: /[A-Z0-9]{6,9}/g,
  accept: (text) => /[0-9]/.test(text) && !/^(?:0123456|1234567|0+$)/.test(text)
});
var drivingLicence = labelledValue({
  ...{
    id: "personal/driving-licence",
    title: "the number of a driving licence",
    family: "personal",
    tier: "medium"
  },
  labels: labelsOf(
    [
      ...[
        "driver license",
        "drivers license",
        "driver's license",
        "driving licence",
        "driving license",
        "dl number",
        "dl no"
      ],
      ...[
        "license number",
        "licence number",
        "drivers licence",
        "driver's licence",
        "f\xFChrerschein",
        "permis de conduire",
        "driver licence",
        "dl"
      ]
    ],
    [
      "driver",
      "driving",
      "dl number",
      "dl no",
      "dl#",
      "dl:",
      "dl_",
      "dl =",
      'dl"',
      "license number",
      "license_number",
      "licensenumber",
      "licence number",
      "licence_number",
      "licencenumber",
      "f\xFChrerschein",
      "permis de"
    ]
  ),
  value: /[A-Za-z][0-9]{2,3}[- ]?[0-9]{2,4}[- ]?[0-9]{2,5}(?:[- ]?[0-9]{1,3})?|[A-Z]{5}[0-9]{6}[A-Z0-9]{5}|[A-Z]{1,2}[0-9]{4,13}|[0-9]{7,12}/g,
  accept: isNumber2(5)
});
var bankAccount = labelledValue({
  ...{
    id: "personal/bank-account",
    title: "the number of an account",
    family: "personal",
    tier: "medium"
  },
  labels: labelsOf(
    [
      ...[
        "account number",
        "account no",
        "acct number",
        "acct no",
        "acct",
        "bank account",
        "checking account",
        "savings account"
      ],
      ...[
        "kontonummer",
        "kontonr",
        "num\xE9ro de compte",
        "n\xFAmero de cuenta",
        "accountnumber",
        "account num",
        "account"
      ]
    ],
    [
      "account n",
      "account_n",
      "accountn",
      "account-n",
      "acct",
      "bank account",
      "bank_account",
      "bankaccount",
      "checking a",
      "savings a",
      "kontonr",
      "kontonummer",
      "de compte",
      "de cuenta",
      "account:",
      "account#",
      "account #"
    ]
  ),
  value: /[0-9]{3,6}(?:[- ][0-9]{2,6}){1,3}|[0-9]{7,17}/g,
  accept: isNumber2(7)
});
var routingNumber = labelledValue({
  ...{
    id: "personal/bank-routing",
    title: "the routing number of a bank beside an account",
    family: "personal",
    tier: "low"
  },
  labels: labelsOf(
    ["routing", "routing number", "routing no", "aba", "aba number", "rtn", "transit number"],
    [
      "routing n",
      "routing_n",
      "routingn",
      "routing:",
      'routing"',
      "routing#",
      "aba:",
      "aba ",
      "aba#",
      "aba_",
      'aba"',
      "rtn:",
      "rtn ",
      "transit"
    ]
  ),
  value: /[0-9]{9}/g,
  accept: isRoutingNumber
});
var vehicle = labelledValue({
  ...{
    id: "personal/vehicle",
    title: "the identification number of a vehicle",
    family: "personal",
    tier: "medium"
  },
  labels: labelsOf(
    [
      "vin",
      "vehicle identification",
      "vehicle identification number",
      "vehicle id",
      "chassis",
      "chassis number",
      "fahrgestellnummer",
      "fin"
    ],
    [
      "vin:",
      "vin ",
      "vin=",
      "vin_",
      'vin"',
      "vin'",
      "vin#",
      "vin,",
      "vehicle",
      "chassis",
      "fahrgestell"
    ]
  ),
  value: /[A-HJ-NPR-Z0-9]{17}/gi,
  accept: isVin,
  nearness: "loose"
});
var licencePlate = labelledValue({
  ...{
    id: "personal/licence-plate",
    title: "the licence plate of a vehicle",
    family: "personal",
    tier: "low",
    rank: 10
  },
  labels: labelsOf([
    "license plate",
    "licence plate",
    "number plate",
    "registration plate",
    "kennzeichen",
    "immatriculation"
  ]),
  value: /[A-ZÄÖÜ0-9]{1,4}[- ·]?[A-ZÄÖÜ0-9]{1,4}(?:[- ·]?[A-Z0-9]{1,4})?/g,
  accept: (text) => /[0-9]/.test(text) && /[A-Z]/.test(text) && text.length >= 5 && text.length <= 12
});
var imei = labelledValue({
  ...{
    id: "personal/imei",
    title: "the identity of a mobile device",
    family: "personal",
    tier: "medium"
  },
  labels: labelsOf(["imei", "imei number", "imeisv"]),
  value: /[0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{6}[- ]?[0-9]/g,
  accept: (text) => passesLuhn(digitsOf(text)) && !isOneCharacter(digitsOf(text)),
  nearness: "loose"
});
var deviceSerial = labelledValue({
  ...{
    id: "personal/device-serial",
    title: "the serial number of a device",
    family: "personal",
    tier: "low",
    rank: 10
  },
  labels: labelsOf(
    [
      "device serial",
      "device serial number",
      "device id",
      "device identifier",
      "pacemaker serial",
      "implant serial",
      "udi",
      "unique device identifier",
      "serial number"
    ],
    [
      "device s",
      "device_s",
      "devices",
      "device i",
      "device_i",
      "deviceid",
      "pacemaker",
      "implant",
      "udi:",
      "udi ",
      "unique device",
      "serial number",
      "serial_number",
      "serialnumber"
    ]
  ),
  value: /(?:\(01\)[0-9]{14}(?:\([0-9]{2}\)[A-Z0-9-]{1,20}){0,4})|[A-Z0-9]{2,6}(?:-[A-Z0-9]{2,12}){1,4}|[A-Z0-9]{8,24}/g,
  accept: (text) => /[0-9]/.test(text) && isNumber2(3)(text) && text.length >= 8
});
var documents = [
  ...[
    passport,
    drivingLicence,
    bankAccount,
    routingNumber,
    vehicle,
    licencePlate,
    imei,
    deviceSerial
  ]
];

// src/guard/content/detectors/personal/email-address.ts
var LOCAL_MAX = 64;
var DOMAIN_MAX = 253;
var LOCAL = /[A-Za-z0-9+_.'\u00c0-\u024f%-]+$/;
var DOMAIN = /^(?:[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f-]{0,61}[A-Za-z0-9\u00c0-\u024f])?\.){1,8}(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59})(?![A-Za-z0-9-]|\.[A-Za-z0-9])/;
var NOBODYS = /(?:^|\.)(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|local|localdomain|internal|lan|corp|home|intranet|private|arpa|(?:your[-_.]?)?(?:domain|company|org|site|email)\.(?:com|org|net|tld)|users\.noreply\.github\.com)$/i;
var FILE_END = /\.(?:png|jpe?g|gif|svg|webp|ico|[cm]?[jt]sx?|json|s?css|less|html?|xml|ya?ml|txt|log|map|lock|vue|php|java|class|jar|exe|dll|tgz|gz|tar|service|target|timer|socket|mount|plist|conf|cfg|toml|ini|md5|sha256|git|pyc?|latest|next)$/i;
var MACHINE = /^(?:git|svn|hg|root|user|username|your[._-]?(?:name|email)|first(?:name)?\.last(?:name)?|someone|somebody|foo|npm|no-?reply|do-?not-?reply|mailer-daemon)$/i;
var URL_REACH = 200;
var emailAddress = {
  id: "personal/email-address",
  title: "an e-mail address",
  family: "personal",
  tier: "low",
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    let behind2 = 0;
    for (let at = window.indexOf("@"); at >= 0; at = window.indexOf("@", at + 1)) {
      const span = addressAround(window, at, behind2);
      if (span === void 0) continue;
      behind2 = span.end;
      yield span;
    }
  }
};
function addressAround(text, at, behind2) {
  const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + DOMAIN_MAX))?.[0];
  if (domain === void 0 || NOBODYS.test(domain) || FILE_END.test(domain)) return void 0;
  const before = text.slice(Math.max(behind2, at - LOCAL_MAX), at);
  const local = LOCAL.exec(before)?.[0].replace(/^[^A-Za-z0-9_\u00c0-\u024f]+/, "") ?? "";
  if (local === "" || local.endsWith(".") || local.includes("..") || MACHINE.test(local)) {
    return void 0;
  }
  const start = at - local.length;
  if (isAccountOfUrl(text, start)) return void 0;
  return { start, end: at + 1 + domain.length };
}
function isAccountOfUrl(text, start) {
  const before = text.slice(Math.max(0, start - URL_REACH), start);
  return /[a-z]:\/\/[^\s"'<>/?#]*$/i.test(before);
}

// src/guard/content/validators/iban.ts
var LENGTHS = {
  ...{
    AD: 24,
    AE: 23,
    AL: 28,
    AT: 20,
    AZ: 28,
    BA: 20,
    BE: 16,
    BG: 22,
    BH: 22,
    BI: 27,
    BR: 29,
    BY: 28
  },
  ...{
    CH: 21,
    CR: 22,
    CY: 28,
    CZ: 24,
    DE: 22,
    DJ: 27,
    DK: 18,
    DO: 28,
    EE: 20,
    EG: 29,
    ES: 24,
    FI: 18
  },
  ...{
    FK: 18,
    FO: 18,
    FR: 27,
    GB: 22,
    GE: 22,
    GI: 23,
    GL: 18,
    GR: 27,
    GT: 28,
    HN: 28,
    HR: 21,
    HU: 28
  },
  ...{
    IE: 22,
    IL: 23,
    IQ: 23,
    IS: 26,
    IT: 27,
    JO: 30,
    KW: 30,
    KZ: 20,
    LB: 28,
    LC: 32,
    LI: 21,
    LT: 20
  },
  ...{
    LU: 20,
    LV: 21,
    LY: 25,
    MC: 27,
    MD: 24,
    ME: 22,
    MK: 19,
    MN: 20,
    MR: 27,
    MT: 31,
    MU: 30,
    NI: 28
  },
  ...{
    NL: 18,
    NO: 15,
    OM: 23,
    PK: 24,
    PL: 28,
    PS: 29,
    PT: 25,
    QA: 29,
    RO: 24,
    RS: 22,
    RU: 33,
    SA: 24
  },
  ...{
    SC: 31,
    SD: 18,
    SE: 24,
    SI: 19,
    SK: 24,
    SM: 27,
    SO: 23,
    ST: 25,
    SV: 28,
    TL: 23,
    TN: 24,
    TR: 26
  },
  ...{ UA: 29, VA: 22, VG: 24, XK: 20, YE: 30 }
};
var IBAN_MAX = 33;
function ibanLength(country) {
  return Object.hasOwn(LENGTHS, country) ? LENGTHS[country] : void 0;
}
function isIban(text) {
  return text.length === ibanLength(text.slice(0, 2)) && /^[A-Z]{2}[0-9]{2}[A-Z0-9]+$/.test(text) && mod97(text.slice(4) + text.slice(0, 4)) === 1;
}

// src/guard/content/detectors/personal/iban.ts
var START = /[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{2,4}[ -]?[A-Za-z0-9])/g;
var ZEROS = "0".repeat(10);
var EXAMPLES = /* @__PURE__ */ new Set([
  ...["AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741"],
  ...["AT611904300234573201", "AZ21NABZ00000000137010001944", "BA391290079401028494"],
  ...["BE68539007547034", "BG80BNBG96611020345678", "BH67BMAG00001299123456"],
  ...["CH9300762011623852957", "CY17002001280000001200527600", "CZ6508000000192000145399"],
  ...["DE89370400440532013000", "DK5000400440116243", "EE382200221020145685"],
  ...["ES9121000418450200051332", "FI2112345600000785", "FO6264600001631634"],
  ...["FR1420041010050500013M02606", "GB29NWBK60161331926819", "GB82WEST12345698765432"],
  ...["GE29NB0000000101904917", "GI75NWBK000000007099453", "GL8964710001000206"],
  ...["GR1601101250000000012300695", "HR1210010051863000160", "HU42117730161111101800000000"],
  ...["IE29AIBK93115212345678", "IL620108000000099999999", "IS140159260076545510730339"],
  ...["IT60X0542811101000000123456", "KW81CBKU0000000000001234560101", "KZ86125KZT5004100100"],
  ...["LB62099900000001001901229114", "LI21088100002324013AA", "LT121000011101001000"],
  ...["LU280019400644750000", "LV80BANK0000435195001", "MC5811222000010123456789030"],
  ...["MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984"],
  ...["MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300", "NO9386011117947"],
  ...["PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000"],
  ...["RS35260005601001611379", "SA0380000000608010167519", "SE4550000000058398257466"],
  ...["SI56263300012039086", "SK3112000000198742637541", "SM86U0322509800000000270100"],
  ...["TN5910006035183598478831", "TR330006100519786457841326"]
]);
var iban = {
  id: "personal/iban",
  title: "an international bank account number",
  family: "personal",
  tier: "high",
  rank: 30,
  *find(window) {
    let behind2 = 0;
    for (const { 0: found, index } of window.matchAll(START)) {
      const length = ibanLength(found.slice(0, 2).toUpperCase());
      if (length === void 0 || index < behind2 || /\w/.test(window.charAt(index - 1))) continue;
      const end = endOf(window, index, length);
      if (end === void 0) continue;
      const value = window.slice(index, end).replace(/[ -]/g, "").toUpperCase();
      if (!isIban(value)) continue;
      behind2 = end;
      if (!EXAMPLES.has(value) && !value.includes(ZEROS)) yield { start: index, end };
    }
  }
};
function endOf(text, start, length) {
  let count = 0;
  for (let at = start; at < start + 2 * IBAN_MAX && at < text.length; at += 1) {
    if (/[A-Za-z0-9]/.test(text.charAt(at))) count += 1;
    else if (!/[ -]/.test(text.charAt(at)) || /[ -]/.test(text.charAt(at - 1))) return void 0;
    if (count === length) return /[A-Za-z0-9]/.test(text.charAt(at + 1)) ? void 0 : at + 1;
  }
  return void 0;
}

// src/guard/content/validators/ip-address.ts
var address = (...octets) => octets.reduce((all, octet) => all * 256 + octet, 0);
var SPECIAL = [
  [address(0, 0, 0, 0), 8],
  [address(10, 0, 0, 0), 8],
  [address(100, 64, 0, 0), 10],
  [address(127, 0, 0, 0), 8],
  [address(169, 254, 0, 0), 16],
  [address(172, 16, 0, 0), 12],
  [address(192, 0, 0, 0), 24],
  [address(192, 0, 2, 0), 24],
  [address(192, 88, 99, 0), 24],
  [address(192, 168, 0, 0), 16],
  [address(198, 18, 0, 0), 15],
  [address(198, 51, 100, 0), 24],
  [address(203, 0, 113, 0), 24],
  [address(224, 0, 0, 0), 3]
];
var EVERYBODYS = /* @__PURE__ */ new Set([
  ...[
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "1.2.3.4",
    "4.4.4.4"
  ],
  ...[
    "208.67.222.222",
    "208.67.220.220",
    "4.2.2.1",
    "4.2.2.2",
    "64.6.64.6",
    "94.140.14.14",
    "5.6.7.8"
  ]
]);
var VERSION_PART_MAX = 30;
function isPersonalIpv4(text) {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part)))
    return false;
  const octets = parts.map(Number);
  if (octets.some((octet) => octet > 255) || octets.every((octet) => octet <= VERSION_PART_MAX))
    return false;
  const value = address(...octets);
  return !EVERYBODYS.has(text) && !SPECIAL.some(([of, bits]) => sharesBits(value, of, bits));
}
function sharesBits(one, other, bits) {
  const size = 2 ** (32 - bits);
  return Math.floor(one / size) === Math.floor(other / size);
}
function isPersonalIpv6(text) {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => half === "" ? [] : half.split(":"));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 2 ? count > 7 : count !== 8) return false;
  if (!groups.flat().every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const [first = 0, second = 0] = (groups[0] ?? []).map((group) => Number.parseInt(group, 16));
  if (first < 8192 || first > 16383 || count < 3) return false;
  if (first === 8193 && (second === 3512 || second < 512)) return false;
  return !(first === 16383 && second < 4096) && !PUBLIC_RESOLVERS.test(text);
}
var PUBLIC_RESOLVERS = /^(?:2001:4860:4860::(?:8888|8844)|2606:4700:4700::(?:1111|1001)|2620:fe::(?:fe|9))$/i;

// src/guard/content/detectors/personal/ip-address.ts
var FOUR = /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/g;
var SIX = /[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{4,36}/g;
var VERSION = /(?:\bv|version|release|chrome|safari|edge?|firefox|gecko|webkit|build|\boid)["'\s:=/@^~>(-]*$/i;
var REACH3 = 24;
var ipAddress = {
  id: "personal/ip-address",
  title: "an address of the Internet",
  family: "personal",
  tier: "low",
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    const spans = [...foursIn(window), ...sixesIn(window)];
    yield* spans.sort((one, other) => one.start - other.start);
  }
};
function* foursIn(text) {
  for (const { 0: found, index } of text.matchAll(FOUR)) {
    const end = index + found.length;
    if (/[\w.+-]/.test(text.charAt(index - 1)) && !/[a-z][=-]$/i.test(text.slice(index - 2, index)))
      continue;
    if (/^(?:[\w+]|[.-][\w])/.test(text.slice(end, end + 2)) || !isPersonalIpv4(found)) continue;
    if (!VERSION.test(text.slice(Math.max(0, index - REACH3), index))) yield { start: index, end };
  }
}
function* sixesIn(text) {
  for (const { 0: found, index } of text.matchAll(SIX)) {
    if (/[\w:.]/.test(text.charAt(index - 1))) continue;
    const written2 = found.replace(/:$/, found.endsWith("::") ? "::" : "");
    const value = found.endsWith("::") ? found : written2;
    const end = index + value.length;
    if (!/\w/.test(text.charAt(end)) && isPersonalIpv6(value)) yield { start: index, end };
  }
}

// src/guard/content/validators/calendar.ts
var DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
function isDay(day, month) {
  return day >= 1 && day <= (DAYS[month - 1] ?? 0);
}
function isDayAt(digits2, dayAt, monthAt) {
  return isDay(Number(digits2.slice(dayAt, dayAt + 2)), Number(digits2.slice(monthAt, monthAt + 2)));
}
function isBirthYear(year) {
  return year >= 1900 && year <= 2035;
}

// src/guard/content/validators/national/americas-africa.ts
function isSin(digits2) {
  return /^[1-79][0-9]{8}$/.test(digits2) && !isOneCharacter(digits2) && passesLuhn(digits2);
}
function hasBrazilianChecks(digits2, weights) {
  const length = weights.length - 1;
  const check = (of) => {
    const rest = weightedSum(digits2, of) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return check(weights.slice(1)) === Number(digits2[length]) && check(weights) === Number(digits2[length + 1]);
}
function isCpf(digits2) {
  return /^[0-9]{11}$/.test(digits2) && !isOneCharacter(digits2) && digits2 !== "12345678909" && hasBrazilianChecks(digits2, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
}
function isCnpj(digits2) {
  return /^[0-9]{14}$/.test(digits2) && !isOneCharacter(digits2) && hasBrazilianChecks(digits2, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
}
function isCuit(digits2) {
  if (!/^(?:2[03457]|30|33|34)[0-9]{9}$/.test(digits2)) return false;
  const check = (11 - weightedSum(digits2, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
  return check === Number(digits2[10]);
}
function isRut(text) {
  const parts = /^([1-9][0-9]{6,7})([0-9K])$/.exec(text);
  if (parts === null) return false;
  const [, number = "", check = ""] = parts;
  if (isOneCharacter(number) || number === "12345678") return false;
  const reversed = [...number].reverse().join("");
  const rest = 11 - weightedSum(reversed, [2, 3, 4, 5, 6, 7, 2, 3]) % 11;
  return (rest === 11 ? "0" : rest === 10 ? "K" : String(rest)) === check;
}
var CURP_ALPHABET = "0123456789ABCDEFGHIJKLMN\xD1OPQRSTUVWXYZ";
function isCurp(text) {
  if (!/^[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z][0-9]$/.test(text))
    return false;
  const sum = [...text.slice(0, 17)].reduce(
    (total, character, at) => total + CURP_ALPHABET.indexOf(character) * (18 - at),
    0
  );
  return isDayAt(text, 8, 6) && (10 - sum % 10) % 10 === Number(text[17]);
}
function isSouthAfricanId(digits2) {
  const month = Number(digits2.slice(2, 4));
  return /^[0-9]{10}[0-2][0-9]{2}$/.test(digits2) && isDay(Number(digits2.slice(4, 6)), month) && passesLuhn(digits2);
}

// src/guard/content/validators/national/asia-pacific.ts
function isAadhaar(digits2) {
  return /^[2-9][0-9]{11}$/.test(digits2) && !isOneCharacter(digits2) && passesVerhoeff(digits2) && !isPalindrome(digits2);
}
function isPalindrome(digits2) {
  return [...digits2].reverse().join("") === digits2;
}
function isPan(text) {
  return /^[A-Z]{3}P[A-Z](?!0000)[0-9]{4}[A-Z]$/.test(text);
}
function isChineseId(text) {
  return /^[1-9][0-9]{16}[0-9X]$/.test(text) && isBirthYear(Number(text.slice(6, 10))) && isDayAt(text, 12, 10) && passesMod11And2(text);
}
function isHongKongId(text) {
  const parts = /^([A-Z]{1,2})([0-9]{6})([0-9A])$/.exec(text);
  if (parts === null) return false;
  const [, letters = "", digits2 = "", check = ""] = parts;
  const values = [...letters.padStart(2)].map(
    (letter) => letter === " " ? 36 : letter.charCodeAt(0) - 55
  );
  const sum = (values[0] ?? 0) * 9 + (values[1] ?? 0) * 8 + weightedSum(digits2, [7, 6, 5, 4, 3, 2]);
  return (sum + (check === "A" ? 10 : Number(check))) % 11 === 0;
}
function isTaiwaneseId(text) {
  if (!/^[A-Z][1289][0-9]{8}$/.test(text)) return false;
  const place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(text.charAt(0)) + 10;
  const digits2 = String(place) + text.slice(1);
  return weightedSum(digits2, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0;
}
function isMyNumber(digits2) {
  if (!/^[0-9]{12}$/.test(digits2) || isOneCharacter(digits2)) return false;
  const rest = weightedSum(digits2, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits2[11]);
}
function isKoreanRrn(digits2) {
  return /^[0-9]{6}[1-8][0-9]{6}$/.test(digits2) && isDayAt(digits2, 4, 2) && (11 - weightedSum(digits2, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 === Number(digits2[12]);
}
function isNric(text) {
  if (!/^[STFGM][0-9]{7}[A-Z]$/.test(text)) return false;
  const kind = text.charAt(0);
  const offset = kind === "S" || kind === "F" ? 0 : kind === "M" ? 3 : 4;
  const rest = (weightedSum(text.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  if (kind === "M") return "KLJNPQRTUWX"[10 - rest] === text[8];
  return (kind === "S" || kind === "T" ? "JZIHGFEDCBA" : "XWUTRQPNMLK")[rest] === text[8];
}
function isThaiId(digits2) {
  if (!/^[1-8][0-9]{12}$/.test(digits2) || isOneCharacter(digits2)) return false;
  const rest = weightedSum(digits2, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (11 - rest) % 10 === Number(digits2[12]);
}
function isIsraeliId(digits2) {
  return /^[0-9]{9}$/.test(digits2) && !isOneCharacter(digits2) && passesLuhn(digits2);
}
function isTfn(digits2) {
  return /^[1-9][0-9]{8}$/.test(digits2) && !isOneCharacter(digits2) && weightedSum(digits2, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}
function isAustralianMedicare(digits2) {
  return /^[2-6][0-9]{8}[1-9][0-9]?$/.test(digits2) && weightedSum(digits2, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits2[8]);
}
function isIrd(digits2) {
  if (!/^[0-9]{8,9}$/.test(digits2)) return false;
  const padded = digits2.padStart(9, "0");
  const number = Number(padded);
  if (number < 1e7 || number > 15e7) return false;
  const check = (weights) => (11 - weightedSum(padded, weights) % 11) % 11;
  const first = check([3, 2, 7, 6, 5, 4, 3, 2]);
  const value = first === 10 ? check([7, 4, 3, 2, 5, 2, 7, 6]) : first;
  return value === Number(padded[8]);
}
function isIhi(digits2) {
  return /^800360[0-9]{10}$/.test(digits2) && passesLuhn(digits2);
}
function isNhi(text) {
  const parts = /^([A-HJ-NP-Z]{3})([0-9]{3})([0-9])$/.exec(text);
  if (parts === null) return false;
  const [, letters = "", digits2 = "", check = ""] = parts;
  const values = [...letters].map((letter) => "ABCDEFGHJKLMNPQRSTUVWXYZ".indexOf(letter) + 1);
  const sum = values.reduce((total, value, at) => total + value * (7 - at), 0);
  const rest = (sum + weightedSum(digits2, [4, 3, 2])) % 11;
  return rest !== 0 && (11 - rest) % 10 === Number(check);
}

// src/guard/content/validators/national/eastern-europe.ts
function isShiftedDay(digits2, shifts) {
  const month = Number(digits2.slice(2, 4));
  const day = Number(digits2.slice(4, 6));
  return shifts.some((shift) => isDay(day, month - shift));
}
function isPesel(digits2) {
  return /^[0-9]{11}$/.test(digits2) && isShiftedDay(digits2, [0, 20, 40, 60, 80]) && weightedSum(digits2, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}
function isRodneCislo(digits2) {
  return /^[0-9]{10}$/.test(digits2) && isShiftedDay(digits2, [0, 20, 50, 70]) && Number(digits2) % 11 === 0;
}
function isEgn(digits2) {
  return /^[0-9]{10}$/.test(digits2) && isShiftedDay(digits2, [0, 20, 40]) && weightedSum(digits2, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 === Number(digits2[9]);
}
function isCnp(digits2) {
  if (!/^[1-9][0-9]{12}$/.test(digits2) || !isDayAt(digits2, 5, 3)) return false;
  const county = Number(digits2.slice(7, 9));
  const rest = weightedSum(digits2, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return county >= 1 && county <= 70 && (rest === 10 ? 1 : rest) === Number(digits2[12]);
}
function isTaj(digits2) {
  return /^[0-9]{9}$/.test(digits2) && !isOneCharacter(digits2) && weightedSum(digits2, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(digits2[8]);
}
function isSnils(digits2) {
  if (!/^[0-9]{11}$/.test(digits2) || Number(digits2.slice(0, 9)) <= 1001998) return false;
  const rest = weightedSum(digits2, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return (rest === 100 ? 0 : rest) === Number(digits2.slice(9));
}

// src/guard/content/validators/national/northern-europe.ts
function isPersonnummer(digits2) {
  if (digits2.length === 12 && !/^(?:18|19|20)/.test(digits2)) return false;
  const short = digits2.slice(-10);
  const day = Number(short.slice(4, 6));
  const date = day > 60 ? `${short.slice(0, 4)}${String(day - 60).padStart(2, "0")}` : short;
  return /^(?:[0-9]{2})?[0-9]{10}$/.test(digits2) && isDayAt(date, 4, 2) && passesLuhn(short);
}
function isCpr(digits2) {
  return /^[0-9]{10}$/.test(digits2) && isDayAt(digits2, 0, 2) && weightedSum(digits2, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}
function isHetu(text) {
  const parts = /^([0-9]{6})[-+A-FU-Y]([0-9]{3})([0-9A-Y])$/.exec(text);
  if (parts === null) return false;
  const [, date = "", number = "", check = ""] = parts;
  return isDayAt(date, 0, 2) && Number(number) >= 2 && Number(number) <= 899 && "0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(date + number) % 31] === check;
}
function isFodselsnummer(digits2) {
  if (!/^[0-9]{11}$/.test(digits2)) return false;
  const day = Number(digits2.slice(0, 2));
  const date = String(day > 40 ? day - 40 : day).padStart(2, "0") + digits2.slice(2, 4);
  return isDayAt(date, 0, 2) && weightedSum(digits2, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 && weightedSum(digits2, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}
function isKennitala(digits2) {
  return /^[0-9]{9}[890]$/.test(digits2) && isDayAt(digits2, 0, 2) && weightedSum(digits2, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}
function isBalticCode(digits2) {
  if (!/^[1-8][0-9]{10}$/.test(digits2) || !isDayAt(digits2, 5, 3)) return false;
  const first = weightedSum(digits2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const second = weightedSum(digits2, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  const check = first < 10 ? first : second < 10 ? second : 0;
  return check === Number(digits2[10]);
}
function isNhsNumber(digits2) {
  if (!/^[0-9]{10}$/.test(digits2) || isOneCharacter(digits2) || digits2.startsWith("999"))
    return false;
  const check = (11 - weightedSum(digits2, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
  return check === Number(digits2[9]);
}
function isNino(text) {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$/.test(text);
}
function isPps(text) {
  const parts = /^([0-9]{7})([A-W])([A-IW]?)$/.exec(text);
  if (parts === null) return false;
  const [, digits2 = "", check = "", second = ""] = parts;
  const extra = second === "" || second === "W" ? 0 : second.charCodeAt(0) - 64;
  const rest = (weightedSum(digits2, [8, 7, 6, 5, 4, 3, 2]) + extra * 9) % 23;
  return "WABCDEFGHIJKLMNOPQRSTUV"[rest] === check;
}

// src/guard/content/validators/national/southern-europe.ts
function isDni(text) {
  return /^[0-9]{8}[A-HJ-NP-TV-Z]$/.test(text) && !isOneCharacter(text.slice(0, 8)) && text !== "12345678Z" && "TRWAGMYFPDXBNJZSQVHLCKE"[Number(text.slice(0, 8)) % 23] === text[8];
}
function isNie(text) {
  return /^[XYZ][0-9]{7}[A-Z]$/.test(text) && isDni("XYZ".indexOf(text.charAt(0)) + text.slice(1));
}
var ODD = [
  1,
  0,
  5,
  7,
  9,
  13,
  15,
  17,
  19,
  21,
  2,
  4,
  18,
  20,
  11,
  3,
  6,
  8,
  12,
  14,
  16,
  10,
  22,
  25,
  24,
  23
];
var OMOCODIA = "LMNPQRSTUV";
function isCodiceFiscale(text) {
  const digit = "[0-9L-NP-V]";
  const form = `^[A-Z]{6}${digit}{2}[A-EHLMPR-T]${digit}{2}[A-Z]${digit}{3}[A-Z]$`;
  if (!new RegExp(form).test(text)) return false;
  const day = Number([...text.slice(9, 11)].map(omocodiaDigit).join(""));
  if (!(isDay(day, 1) || isDay(day - 40, 1))) return false;
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const character = text.charAt(at);
    const value = /[0-9]/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += at % 2 === 0 ? ODD[value] ?? 0 : value;
  }
  return String.fromCharCode(65 + sum % 26) === text[15];
}
function omocodiaDigit(character) {
  const at = OMOCODIA.indexOf(character);
  return at < 0 ? character : String(at);
}
function isNif(digits2) {
  if (!/^(?:[123]|45)[0-9]+$/.test(digits2) || digits2.length !== 9 || isOneCharacter(digits2))
    return false;
  if (digits2 === "123456789") return false;
  const rest = weightedSum(digits2, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === Number(digits2[8]);
}
function isAmka(digits2) {
  return /^[0-9]{11}$/.test(digits2) && isDayAt(digits2, 0, 2) && passesLuhn(digits2);
}
function isOib(digits2) {
  return /^[0-9]{11}$/.test(digits2) && !isOneCharacter(digits2) && passesMod11And10(digits2);
}
function isJmbg(digits2) {
  if (!/^[0-9]{13}$/.test(digits2) || !isDayAt(digits2, 0, 2)) return false;
  const rest = weightedSum(digits2, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === Number(digits2[12]) && /^[09]/.test(digits2.slice(4));
}
function isTckn(digits2) {
  if (!/^[1-9][0-9]{10}$/.test(digits2)) return false;
  const tenth = weightedSum(digits2, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10;
  const eleventh = weightedSum(digits2, Array(10).fill(1)) % 10;
  return (tenth + 10) % 10 === Number(digits2[9]) && eleventh === Number(digits2[10]);
}

// src/guard/content/validators/national/western-europe.ts
function isSteuerId(digits2) {
  if (!/^[1-9][0-9]{10}$/.test(digits2)) return false;
  const counts = /* @__PURE__ */ new Map();
  for (const digit of digits2.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3 && passesMod11And10(digits2);
}
function isRentenversicherungsnummer(text) {
  if (!/^[0-9]{8}[A-Z][0-9]{3}$/.test(text)) return false;
  const letter = String(text.charCodeAt(8) - 64).padStart(2, "0");
  const digits2 = text.slice(0, 8) + letter + text.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce((total, weight, at) => {
    const product = weight * Number(digits2[at]);
    return total + Math.floor(product / 10) + product % 10;
  }, 0);
  return isDayAt(digits2, 2, 4) && sum % 10 === Number(text[11]);
}
function isNir(text) {
  const parts = /^([1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6})([0-9]{2})$/.exec(text);
  if (parts === null) return false;
  const [, number = "", key = ""] = parts;
  const month = Number(number.slice(3, 5));
  if (!(month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50)) return false;
  const plain = Number(number.replace("2A", "19").replace("2B", "18"));
  return 97 - plain % 97 === Number(key);
}
function isBsn(digits2) {
  return /^[0-9]{9}$/.test(digits2) && !isOneCharacter(digits2) && weightedSum(digits2, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}
function isNiss(digits2) {
  if (!/^[0-9]{11}$/.test(digits2)) return false;
  const month = Number(digits2.slice(2, 4)) % 20;
  const day = Number(digits2.slice(4, 6));
  if (month > 12 || day > 31) return false;
  const number = digits2.slice(0, 9);
  const check = Number(digits2.slice(9));
  if (isOneCharacter(number)) return false;
  return 97 - Number(number) % 97 === check || 97 - Number(`2${number}`) % 97 === check;
}
function isAhv(digits2) {
  return /^756[0-9]{10}$/.test(digits2) && !isOneCharacter(digits2.slice(3, 12)) && weightedSum(digits2, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}
function isSvnr(digits2) {
  if (!/^[1-9][0-9]{9}$/.test(digits2)) return false;
  const month = Number(digits2.slice(6, 8));
  const day = Number(digits2.slice(4, 6));
  const rest = weightedSum(digits2, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
  return day >= 1 && day <= 31 && month >= 1 && month <= 15 && rest === Number(digits2[3]);
}

// src/guard/content/detectors/personal/national-ids.ts
var digits = (from, to = from) => new RegExp(`[0-9](?:[-./ ]?[0-9]){${from - 1},${to - 1}}`, "g");
var onlyDigits = (isValid) => (text) => isValid(digitsOf(text));
var bare3 = (isValid) => (text) => isValid(text.replace(/[^A-Za-z0-9]/g, "").toUpperCase());
var alone = (word) => [
  ": ",
  ":",
  "=",
  " =",
  '"',
  "'",
  " number",
  "_number",
  "number",
  " no",
  "_no",
  "#",
  ",",
  " is",
  ">",
  "_id",
  " id"
].map((sign) => word + sign);
var IDS = [
  {
    id: "gb-nhs",
    title: "an NHS number",
    labels: ["nhs", "nhs number", "nhs no"],
    keywords: ["nhs"],
    value: digits(10),
    isValid: onlyDigits(isNhsNumber)
  },
  {
    id: "gb-nino",
    title: "a National Insurance number",
    labels: ["nino", "national insurance", "national insurance number", "ni number", "ni no"],
    keywords: [
      "nino",
      "national insurance",
      "national_insurance",
      "nationalinsurance",
      "national-insurance",
      "ni number",
      "ni_number",
      "ninumber",
      "ni no"
    ],
    value: /[A-Za-z]{2}(?:[ -]?[0-9]{2}){3}[ -]?[A-Da-d]/g,
    isValid: bare3(isNino)
  },
  {
    id: "ie-pps",
    title: "an Irish PPS number",
    labels: ["pps", "ppsn", "pps number", "personal public service"],
    keywords: ["ppsn", ...alone("pps"), "pps ", "personal public"],
    value: /[0-9]{7}[ -]?[A-Wa-w][A-IWa-iw]?/g,
    isValid: bare3(isPps)
  },
  {
    id: "se-personnummer",
    title: "a Swedish personal number",
    labels: ["personnummer", "personnr", "samordningsnummer", "swedish personal number", "pnr"],
    keywords: [
      "personnummer",
      "personnr",
      "samordningsnummer",
      "swedish personal",
      ...alone("pnr")
    ],
    value: /(?:[0-9]{2})?[0-9]{6}[-+ ]?[0-9]{4}/g,
    isValid: onlyDigits(isPersonnummer)
  },
  {
    id: "dk-cpr",
    title: "a Danish CPR number",
    labels: ["cpr", "cpr number", "cprnr", "cpr nummer", "personnummer"],
    keywords: ["cprnr", ...alone("cpr"), "cpr ", "cpr-n", "cpr n", "personnummer"],
    value: /[0-9]{6}[- ]?[0-9]{4}/g,
    isValid: onlyDigits(isCpr)
  },
  {
    id: "fi-hetu",
    title: "a Finnish personal identity code",
    labels: ["hetu", "henkil\xF6tunnus", "personbeteckning", "finnish personal identity"],
    value: /[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]/g,
    isValid: isHetu
  },
  {
    id: "no-fodselsnummer",
    title: "a Norwegian national identity number",
    labels: ["f\xF8dselsnummer", "fodselsnummer", "fnr", "personnummer", "norwegian national id"],
    keywords: [
      "f\xF8dselsnummer",
      "fodselsnummer",
      ...alone("fnr"),
      "personnummer",
      "norwegian national"
    ],
    value: /[0-9]{6}[- ]?[0-9]{5}/g,
    isValid: onlyDigits(isFodselsnummer)
  },
  {
    id: "is-kennitala",
    title: "an Icelandic kennitala",
    labels: ["kennitala", "kennit\xF6lu"],
    value: /[0-9]{6}-?[0-9]{4}/g,
    isValid: onlyDigits(isKennitala)
  },
  {
    id: "baltic-code",
    title: "an Estonian or Lithuanian personal code",
    labels: ["isikukood", "asmens kodas", "personal code"],
    value: digits(11),
    isValid: onlyDigits(isBalticCode)
  },
  {
    id: "de-steuer-id",
    title: "a German tax identification number",
    labels: [
      "national id",
      "steuer id",
      "steueridentifikationsnummer",
      "steuerliche identifikationsnummer",
      "steuer idnr",
      "idnr",
      "tax id",
      "identifikationsnummer",
      "tin"
    ],
    keywords: [
      "national id",
      "national_id",
      "nationalid",
      "national-id",
      "steuer",
      "idnr",
      "tax id",
      "tax_id",
      "taxid",
      "identifikationsnummer"
    ],
    value: digits(11),
    isValid: onlyDigits(isSteuerId)
  },
  {
    id: "de-rentenversicherung",
    title: "a German pension insurance number",
    labels: [
      "rentenversicherungsnummer",
      "sozialversicherungsnummer",
      "rvnr",
      "sv nummer",
      "versicherungsnummer"
    ],
    keywords: ["versicherungsnummer", "rvnr", "sv-nummer", "sv nummer", "svnummer"],
    value: /[0-9]{2}[ -]?[0-9]{6}[ -]?[A-Z][ -]?[0-9]{3}/g,
    isValid: bare3(isRentenversicherungsnummer)
  },
  {
    id: "fr-nir",
    title: "a French social security number",
    labels: [
      "nir",
      "s\xE9curit\xE9 sociale",
      "securite sociale",
      "num\xE9ro de s\xE9curit\xE9 sociale",
      "insee",
      "numero de securite sociale",
      "num secu",
      "n secu"
    ],
    keywords: [
      ...alone("nir"),
      "nir ",
      "insee",
      "s\xE9curit\xE9 sociale",
      "securite sociale",
      "securite_sociale",
      "securitesociale",
      "secu"
    ],
    value: /[1-478](?:[ .]?[0-9]{2}){2}[ .]?(?:[0-9]{2}|2[AB])[ .]?[0-9]{3}[ .]?[0-9]{3}[ .-]{0,3}[0-9]{2}/g,
    isValid: bare3(isNir)
  },
  {
    id: "nl-bsn",
    title: "a Dutch citizen service number",
    labels: ["bsn", "burgerservicenummer", "sofinummer", "bsn nummer"],
    keywords: ["bsn", "burgerservice", "sofinummer"],
    value: digits(9),
    isValid: onlyDigits(isBsn)
  },
  {
    id: "be-niss",
    title: "a Belgian national register number",
    labels: [
      "niss",
      "insz",
      "rijksregisternummer",
      "rijksregister",
      "registre national",
      "num\xE9ro national",
      "rrn"
    ],
    keywords: [
      ...alone("niss"),
      "insz",
      "rijksregister",
      "registre national",
      "num\xE9ro national",
      "numero national",
      ...alone("rrn"),
      "rrn "
    ],
    value: digits(11),
    isValid: onlyDigits(isNiss)
  },
  {
    id: "ch-ahv",
    title: "a Swiss social security number",
    labels: ["ahv", "avs", "ahv nummer", "num\xE9ro avs", "oasi", "navs", "ahvn13"],
    keywords: ["ahv", ...alone("avs"), "avs ", "oasi", "756."],
    value: /756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}/g,
    isValid: onlyDigits(isAhv)
  },
  {
    id: "at-svnr",
    title: "an Austrian social insurance number",
    labels: ["svnr", "sozialversicherungsnummer", "sv nummer", "versicherungsnummer", "sv nr"],
    keywords: ["svnr", "versicherungsnummer", "sv-nummer", "sv nummer", "sv-nr", "sv nr"],
    value: /[0-9]{4}[ -]?[0-9]{6}/g,
    isValid: onlyDigits(isSvnr)
  },
  {
    id: "es-dni",
    title: "a Spanish DNI or NIF",
    labels: ["dni", "nif", "documento nacional", "documento de identidad"],
    keywords: [...alone("dni"), "dni ", ...alone("nif"), "nif ", "documento"],
    value: /[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}[ -]?[A-Za-z]/g,
    isValid: bare3(isDni)
  },
  {
    id: "es-nie",
    title: "a Spanish foreigner's number",
    labels: ["nie", "n\xFAmero de identidad de extranjero", "extranjero"],
    keywords: [...alone("nie"), "nie ", "extranjero"],
    value: /[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z]/g,
    isValid: bare3(isNie)
  },
  {
    id: "it-codice-fiscale",
    title: "an Italian codice fiscale",
    labels: ["codice fiscale", "cod fisc", "cf", "c.f", "fiscal code", "tax code"],
    keywords: [
      "codice",
      "cod fisc",
      "cod. fisc",
      "fiscal",
      "tax code",
      "tax_code",
      ...alone("cf"),
      "c.f.",
      "cf "
    ],
    value: /[A-Za-z]{6}[0-9L-NP-Vl-np-v]{2}[A-EHLMPR-Ta-ehlmpr-t][0-9L-NP-Vl-np-v]{2}[A-Za-z][0-9L-NP-Vl-np-v]{3}[A-Za-z]/g,
    isValid: bare3(isCodiceFiscale)
  },
  {
    id: "pt-nif",
    title: "a Portuguese taxpayer's number",
    labels: ["nif", "contribuinte", "n\xFAmero de identifica\xE7\xE3o fiscal", "nif pt"],
    keywords: [...alone("nif"), "nif ", "contribuinte", "identifica\xE7\xE3o fiscal"],
    value: digits(9),
    isValid: onlyDigits(isNif)
  },
  {
    id: "gr-amka",
    title: "a Greek social security number",
    labels: ["amka", "\u03B1\u03BC\u03BA\u03B1"],
    keywords: ["amka", "\u03B1\u03BC\u03BA\u03B1", "\u0391\u039C\u039A\u0391"],
    value: digits(11),
    isValid: onlyDigits(isAmka)
  },
  {
    id: "hr-oib",
    title: "a Croatian personal identification number",
    labels: ["oib", "osobni identifikacijski"],
    keywords: ["oib", "osobni identifikacijski"],
    value: digits(11),
    isValid: onlyDigits(isOib)
  },
  {
    id: "yu-jmbg",
    title: "a JMBG or EM\u0160O",
    labels: ["jmbg", "emso", "em\u0161o", "embg"],
    value: digits(13),
    isValid: onlyDigits(isJmbg)
  },
  {
    id: "tr-tckn",
    title: "a Turkish identity number",
    labels: ["tckn", "tc kimlik", "kimlik no", "tc no", "kimlik numaras\u0131", "tc kimlik no"],
    keywords: ["tckn", "kimlik", "tc no", "tc_no", "tcno"],
    value: digits(11),
    isValid: onlyDigits(isTckn)
  },
  {
    id: "pl-pesel",
    title: "a Polish PESEL",
    labels: ["pesel", "national id", "national identification number"],
    keywords: ["pesel", "national id", "national_id", "nationalid", "national-id"],
    value: digits(11),
    isValid: onlyDigits(isPesel)
  },
  {
    id: "cz-rodne-cislo",
    title: "a Czech or Slovak birth number",
    labels: ["rodn\xE9 \u010D\xEDslo", "rodne cislo", "r\u010D", "birth number"],
    keywords: [
      "rodn\xE9 \u010D\xEDslo",
      "rodne cislo",
      "rodne_cislo",
      "rodnecislo",
      "birth number",
      "birth_number",
      "birthnumber"
    ],
    value: /[0-9]{6}\/?[0-9]{4}/g,
    isValid: onlyDigits(isRodneCislo)
  },
  {
    id: "bg-egn",
    title: "a Bulgarian EGN",
    labels: ["egn", "\u0435\u0433\u043D"],
    keywords: ["egn", "\u0435\u0433\u043D", "\u0415\u0413\u041D"],
    value: digits(10),
    isValid: onlyDigits(isEgn)
  },
  {
    id: "ro-cnp",
    title: "a Romanian CNP",
    labels: ["cnp", "cod numeric personal"],
    keywords: ["cnp", "cod numeric"],
    value: digits(13),
    isValid: onlyDigits(isCnp)
  },
  {
    id: "hu-taj",
    title: "a Hungarian social security number",
    labels: ["taj sz\xE1m", "taj", "taj szam"],
    keywords: ["taj sz", "taj-sz", "tajsz", ...alone("taj")],
    value: digits(9),
    isValid: onlyDigits(isTaj)
  },
  {
    id: "ru-snils",
    title: "a Russian SNILS",
    labels: ["snils", "\u0441\u043D\u0438\u043B\u0441"],
    keywords: ["snils", "\u0441\u043D\u0438\u043B\u0441", "\u0421\u041D\u0418\u041B\u0421"],
    value: digits(11),
    isValid: onlyDigits(isSnils)
  },
  {
    id: "ca-sin",
    title: "a Canadian social insurance number",
    labels: [
      "sin",
      "social insurance",
      "social insurance number",
      "sin number",
      "nas",
      "num\xE9ro d'assurance sociale"
    ],
    keywords: [
      "social insurance",
      "social_insurance",
      "socialinsurance",
      ...alone("sin"),
      "sin ",
      "assurance sociale"
    ],
    value: /[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{3}/g,
    isValid: onlyDigits(isSin)
  },
  {
    id: "br-cpf",
    title: "a Brazilian CPF",
    labels: ["cpf"],
    value: /[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}/g,
    isValid: onlyDigits(isCpf)
  },
  {
    id: "br-cnpj",
    title: "a Brazilian CNPJ",
    labels: ["cnpj"],
    value: /[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}\/?[0-9]{4}-?[0-9]{2}/g,
    isValid: onlyDigits(isCnpj)
  },
  {
    id: "ar-cuil",
    title: "an Argentine CUIL or CUIT",
    labels: ["cuil", "cuit"],
    value: /[0-9]{2}-?[0-9]{8}-?[0-9]/g,
    isValid: onlyDigits(isCuit)
  },
  {
    id: "cl-rut",
    title: "a Chilean RUT",
    labels: ["rut", "run", "rol \xFAnico"],
    keywords: [...alone("rut"), "rol \xFAnico", "rol unico"],
    value: /[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-[0-9Kk]/g,
    isValid: bare3(isRut)
  },
  {
    id: "mx-curp",
    title: "a Mexican CURP",
    labels: ["curp", "clave \xFAnica"],
    value: /[A-Za-z]{4}[0-9]{6}[HMXhmx][A-Za-z]{5}[0-9A-Za-z][0-9]/g,
    isValid: bare3(isCurp)
  },
  {
    id: "za-id",
    title: "a South African identity number",
    labels: ["id number", "south african id", "sa id", "identity number", "rsa id", "id no"],
    keywords: [
      "id number",
      "id_number",
      "idnumber",
      "south african",
      "sa id",
      "sa_id",
      "said",
      "identity number",
      "identity_number",
      "identitynumber",
      "rsa id",
      "rsa_id"
    ],
    value: digits(13),
    isValid: onlyDigits(isSouthAfricanId)
  },
  {
    id: "in-aadhaar",
    title: "an Indian Aadhaar number",
    labels: ["aadhaar", "aadhar", "uidai", "uid"],
    keywords: ["aadhaar", "aadhar", "uidai"],
    value: /[2-9][0-9]{3}[- ]?[0-9]{4}[- ]?[0-9]{4}/g,
    isValid: onlyDigits(isAadhaar)
  },
  {
    id: "in-pan",
    title: "an Indian permanent account number",
    labels: ["pan", "permanent account number", "pan card", "pan number", "income tax"],
    keywords: [
      "permanent account",
      "pan card",
      "pan_card",
      "pancard",
      ...alone("pan"),
      "income tax"
    ],
    value: /[A-Za-z]{3}[Pp][A-Za-z][0-9]{4}[A-Za-z]/g,
    isValid: bare3(isPan)
  },
  {
    id: "cn-resident-id",
    title: "a Chinese resident identity number",
    labels: [
      "\u8EAB\u4EFD\u8BC1",
      "resident id",
      "identity card",
      "id card",
      "shenfenzheng",
      "id number",
      "citizen id",
      "\u516C\u6C11\u8EAB\u4EFD"
    ],
    keywords: [
      "\u8EAB\u4EFD\u8BC1",
      "\u516C\u6C11\u8EAB\u4EFD",
      "resident id",
      "resident_id",
      "residentid",
      "identity card",
      "identity_card",
      "id card",
      "id_card",
      "idcard",
      "shenfenzheng",
      "id number",
      "id_number",
      "idnumber",
      "citizen id"
    ],
    value: /[1-9][0-9]{16}[0-9Xx]/g,
    isValid: bare3(isChineseId)
  },
  {
    id: "hk-hkid",
    title: "a Hong Kong identity card number",
    labels: ["hkid", "hong kong id", "hong kong identity"],
    value: /[A-Za-z]{1,2}[0-9]{6}\(?[0-9Aa]\)?/g,
    isValid: bare3(isHongKongId)
  },
  {
    id: "tw-id",
    title: "a Taiwanese national identification number",
    labels: ["taiwan id", "roc id", "taiwan national id"],
    keywords: ["taiwan", "roc id", "roc_id"],
    value: /[A-Za-z][1289][0-9]{8}/g,
    isValid: bare3(isTaiwaneseId)
  },
  {
    id: "jp-my-number",
    title: "a Japanese individual number",
    labels: ["my number", "\u30DE\u30A4\u30CA\u30F3\u30D0\u30FC", "\u500B\u4EBA\u756A\u53F7", "individual number", "mynumber"],
    value: /[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}/g,
    isValid: onlyDigits(isMyNumber)
  },
  {
    id: "kr-rrn",
    title: "a Korean resident registration number",
    labels: ["\uC8FC\uBBFC\uB4F1\uB85D\uBC88\uD638", "rrn", "resident registration", "jumin"],
    keywords: [
      "\uC8FC\uBBFC\uB4F1\uB85D\uBC88\uD638",
      "\uC8FC\uBBFC\uBC88\uD638",
      ...alone("rrn"),
      "rrn ",
      "resident registration",
      "resident_registration",
      "residentregistration",
      "jumin"
    ],
    value: /[0-9]{6}[- ]?[1-8][0-9]{6}/g,
    isValid: onlyDigits(isKoreanRrn)
  },
  {
    id: "sg-nric",
    title: "a Singaporean NRIC or FIN",
    labels: ["nric", "fin", "nric number", "nric fin"],
    keywords: ["nric", ...alone("fin")],
    value: /[STFGMstfgm][0-9]{7}[A-Za-z]/g,
    isValid: bare3(isNric)
  },
  {
    id: "th-id",
    title: "a Thai identity number",
    labels: ["thai id", "thai national id", "\u0E40\u0E25\u0E02\u0E1B\u0E23\u0E30\u0E08\u0E33\u0E15\u0E31\u0E27\u0E1B\u0E23\u0E30\u0E0A\u0E32\u0E0A\u0E19", "\u0E1A\u0E31\u0E15\u0E23\u0E1B\u0E23\u0E30\u0E0A\u0E32\u0E0A\u0E19", "citizen id"],
    value: /[0-9][- ]?[0-9]{4}[- ]?[0-9]{5}[- ]?[0-9]{2}[- ]?[0-9]/g,
    isValid: onlyDigits(isThaiId)
  },
  {
    id: "il-id",
    title: "an Israeli identity number",
    labels: ["teudat zehut", "\u05EA\u05E2\u05D5\u05D3\u05EA \u05D6\u05D4\u05D5\u05EA", "israeli id", "zehut"],
    value: digits(9),
    isValid: onlyDigits(isIsraeliId)
  },
  {
    id: "au-tfn",
    title: "an Australian tax file number",
    labels: ["tfn", "tax file number", "tax file"],
    keywords: ["tfn", "tax file", "tax_file", "taxfile"],
    value: /[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{3}/g,
    isValid: onlyDigits(isTfn)
  },
  {
    id: "au-medicare",
    title: "an Australian Medicare number",
    labels: ["medicare", "medicare number", "medicare card", "medicare no"],
    keywords: ["medicare"],
    value: /[2-6][0-9]{3}[- ]?[0-9]{5}[- ]?[0-9](?:[-/ ]?[0-9])?/g,
    isValid: onlyDigits(isAustralianMedicare)
  },
  {
    id: "au-ihi",
    title: "an Australian healthcare identifier",
    labels: ["ihi", "healthcare identifier", "individual healthcare identifier"],
    keywords: [
      ...alone("ihi"),
      "healthcare identifier",
      "healthcare_identifier",
      "healthcareidentifier"
    ],
    value: /8003[- ]?60[0-9]{2}[- ]?[0-9]{4}[- ]?[0-9]{4}/g,
    isValid: onlyDigits(isIhi)
  },
  {
    id: "nz-ird",
    title: "a New Zealand IRD number",
    labels: ["ird", "ird number", "inland revenue"],
    keywords: [...alone("ird"), "inland revenue", "inland_revenue"],
    value: /[0-9]{2,3}[- ]?[0-9]{3}[- ]?[0-9]{3}/g,
    isValid: onlyDigits(isIrd)
  },
  {
    id: "nz-nhi",
    title: "a New Zealand National Health Index number",
    labels: ["nhi", "nhi number", "national health index"],
    keywords: ["nhi", "national health"],
    value: /[A-HJ-NP-Za-hj-np-z]{3}[0-9]{4}/g,
    isValid: bare3(isNhi)
  }
];
var OF_HEALTH = /* @__PURE__ */ new Set([
  "gb-nhs",
  "au-medicare",
  "au-ihi",
  "nz-nhi",
  "hu-taj"
]);
var named2 = IDS.map(
  ({ id, title, labels, keywords, value, isValid }) => labelledValue({
    ...{ id: `personal/${id}`, title, value, accept: isValid },
    family: OF_HEALTH.has(id) ? "health" : "personal",
    tier: "medium",
    labels: labelsOf(labels, keywords),
    nearness: "loose"
  })
);
var anyCountry = labelledValue({
  ...{
    id: "personal/national-id",
    title: "a national number of some country",
    family: "personal",
    tier: "medium",
    rank: 10
  },
  labels: labelsOf([
    ...[
      "national id",
      "national id number",
      "national identification",
      "national identification number",
      "national identity number"
    ],
    ...[
      "identification number",
      "identity card number",
      "personal id",
      "personal number",
      "personal identification number"
    ],
    ...[
      "citizen id",
      "government id",
      "tax id",
      "tax identification number",
      "taxpayer id",
      "tax number",
      "social security"
    ],
    ...["ausweisnummer", "person number"]
  ]),
  value: /[A-Za-z]{0,6}[0-9](?:[-. /]?[0-9A-Z]){6,17}/g,
  accept: (text) => IDS.some(({ value, isValid }) => isAll(value, text) && isValid(text))
});
function isAll(value, text) {
  const [found] = text.matchAll(value);
  return found !== void 0 && found[0].length === text.length;
}
var nationalIds = [...named2, anyCountry];

// src/guard/content/validators/payment-card.ts
var RANGES = [
  { from: 4e3, to: 4999, lengths: [13, 16, 19] },
  { from: 5100, to: 5599, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 3400, to: 3499, lengths: [15] },
  { from: 3700, to: 3799, lengths: [15] },
  { from: 3e3, to: 3059, lengths: [14, 16] },
  { from: 3095, to: 3095, lengths: [14, 16] },
  { from: 3600, to: 3699, lengths: [14, 16] },
  { from: 3800, to: 3999, lengths: [14, 16] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 6440, to: 6599, lengths: [16, 19] },
  { from: 3528, to: 3589, lengths: [16, 19] },
  { from: 6200, to: 6299, lengths: [16, 17, 18, 19] },
  { from: 8100, to: 8199, lengths: [16, 17, 18, 19] },
  { from: 5018, to: 5018, lengths: [16] },
  { from: 5020, to: 5020, lengths: [16] },
  { from: 5038, to: 5038, lengths: [16] },
  { from: 5893, to: 5893, lengths: [16] },
  { from: 6304, to: 6304, lengths: [16] },
  { from: 6759, to: 6763, lengths: [16, 18, 19] },
  { from: 2200, to: 2204, lengths: [16, 19] },
  { from: 6e3, to: 6099, lengths: [16] },
  { from: 8200, to: 8299, lengths: [16] },
  { from: 5080, to: 5089, lengths: [16] }
];
function isPaymentCard(digits2) {
  const first = Number(digits2.slice(0, 4));
  return RANGES.some(
    ({ from, to, lengths }) => first >= from && first <= to && lengths.includes(digits2.length)
  ) && passesLuhn(digits2);
}
var TEST_NUMBERS = /* @__PURE__ */ new Set([
  ...[
    "4242424242424242",
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4222222222222220"
  ],
  ...[
    "4000056655665556",
    "4005519200000004",
    "4009348888881881",
    "4012000033330026",
    "4012000077777777"
  ],
  ...[
    "4217651111111119",
    "4500600000000061",
    "4444333322221111",
    "4911830000000",
    "4917610000000000"
  ],
  ...[
    "4166676667666746",
    "4646464646464644",
    "4988438843884305",
    "4917484589897107",
    "4001919257537193"
  ],
  ...[
    "4007702835532454",
    "4462030000000000",
    "4917610000000000003",
    "4484070000000000",
    "4988080000000000"
  ],
  ...[
    "5555555555554444",
    "5105105105105100",
    "5200828282828210",
    "5454545454545454",
    "5555444433331111"
  ],
  ...[
    "5555341244441115",
    "5577000055770004",
    "5424000000000015",
    "5136333333333335",
    "5585558555855583"
  ],
  ...[
    "5555555555555557",
    "5019717010103742",
    "5610591081018250",
    "5431111111111111",
    "5500000000000004"
  ],
  ...[
    "2223003122003222",
    "2222400010000008",
    "2222400030000004",
    "2222410740360010",
    "2222420000001113"
  ],
  ...[
    "2223000048410010",
    "2223520443560010",
    "2223000048400011",
    "2223016768739313",
    "2222990905257051"
  ],
  ...[
    "378282246310005",
    "371449635398431",
    "378734493671000",
    "370000000000002",
    "343434343434343"
  ],
  ...[
    "374251018720018",
    "374111111111111",
    "340000000000009",
    "341111111111111",
    "371144371144376"
  ],
  ...["30569309025904", "38520000023237", "36006666333344", "36227206271667", "36259600000004"],
  ...["36700102000000", "36148900647913", "30000000000004", "3056930009020004", "36438936438936"],
  ...[
    "6011111111111117",
    "6011000990139424",
    "6011000991300009",
    "6011601160116611",
    "6011000000000004"
  ],
  ...[
    "6445644564456445",
    "6510000000000000",
    "6011000995500000",
    "6011981111111113",
    "6011500080009080"
  ],
  ...[
    "3566002020360505",
    "3530111333300000",
    "3569990010095841",
    "3528000700000000",
    "3569990000000009"
  ],
  ...[
    "6200000000000005",
    "6205500000000000004",
    "6243030000000001",
    "6212345678901265",
    "6212345678901232"
  ],
  ...[
    "6304000000000000",
    "6331101999990016",
    "6759649826438453",
    "6771798021000008",
    "6799990100000000019"
  ],
  ...[
    "6062826786276634",
    "6271136264806203568",
    "6250941006528599",
    "8171999927660000",
    "6761000000000006"
  ]
]);
var FILLED_DISTINCT_MAX = 3;
var ZEROS_MIN = 7;
function isTestCard(digits2) {
  return TEST_NUMBERS.has(digits2) || new Set(digits2).size <= FILLED_DISTINCT_MAX || digits2.includes("0".repeat(ZEROS_MIN)) || isOneCharacter(digits2.slice(4, -1)) || digits2.includes("123456789");
}

// src/guard/content/detectors/personal/payment-card.ts
var NUMBER = /[2-68][0-9]{3}(?:[0-9]{9,15}|(?: {1,2}|[-.\u00a0\u2009])(?:[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{4}(?: {1,2}|[-.\u00a0\u2009])[0-9]{1,4}(?:[ -][0-9]{3})?|[0-9]{6}[-. \u00a0][0-9]{4,5}))/g;
var LABELS = labelsOf([
  ...[
    "card",
    "card number",
    "cc",
    "ccn",
    "visa",
    "mastercard",
    "amex",
    "american express",
    "discover"
  ],
  ...[
    "pan",
    "credit card",
    "debit card",
    "credit",
    "debit",
    "payment",
    "carte",
    "karte",
    "kreditkarte"
  ],
  ...["tarjeta", "carta", "maestro", "jcb", "diners", "unionpay"]
]);
var USUAL = [15, 16];
var paymentCard = {
  id: "personal/payment-card",
  title: "the number of a payment card",
  family: "personal",
  tier: "high",
  rank: 30,
  *find(window) {
    for (const { 0: found, index } of window.matchAll(NUMBER)) {
      const hit = cardAt(window, index, found);
      if (hit !== void 0) yield hit;
    }
  }
};
function cardAt(text, start, found) {
  const end = start + found.length;
  const digits2 = digitsOf(found);
  if (isPartOfMore(text, start, end) || !isPaymentCard(digits2) || isTestCard(digits2)) {
    return void 0;
  }
  const isGrouped = digits2.length !== found.length;
  if (isGrouped || isLabelled(LABELS, text, start, "loose")) return { start, end };
  return USUAL.includes(digits2.length) ? { start, end, tier: "medium" } : void 0;
}
function isPartOfMore(text, start, end) {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return /[\w.]$|[\w][-]$|[0-9] $/.test(before) || /^(?:\w|[-.][\w])/.test(after) || /^ [0-9]/.test(after) && /[ ]/.test(text.slice(start, end));
}

// src/guard/content/detectors/personal/person.ts
var WORD2 = "(?:[OD]['\u2019]|Mc|Mac)?[A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+(?:['\u2019-][A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+)?";
var PARTICLE = "(?:van|von|de|der|den|del|della|di|da|dos|la|le|bin|al|ter|zu|O['\u2019]|Mc|Mac) ?";
var NAME2 = `(?:${WORD2}|[A-Z]\\.)(?:,? (?:${PARTICLE}){0,2}(?:${WORD2}|[A-Z]\\.?(?![A-Za-z]))){0,3}`;
var NO_NAME = /^(?:The|This|That|These|None|Null|True|False|Unknown|String|Number|Object|Boolean|Array|Date|Required|Optional|Default|Please|Enter|Your|Name|First|Last|Full|Test|Example|Sample|Not|All|Any|New|Add|Edit|Delete|User|Admin|Type|Field|Value|Error|Invalid|Missing|Is|In|On|If|For|And|Or|To|Of|With|From|Must|Should|Can|Will|Has|See|No|Yes|Click|Select|Text|Char|Varchar|Column|Table|Label|Input|Form|Insert|Update|Get|Set|Foo|Bar|Baz|Lorem)\b/;
var isName = (text) => !NO_NAME.test(text) && !/[a-z][A-Z][a-z]+[A-Z]/.test(text);
var labelledName = labelledValue({
  ...{
    id: "personal/name",
    title: "a person's name behind a label",
    family: "personal",
    tier: "low",
    rank: 10
  },
  labels: labelsOf([
    ...[
      "patient name",
      "patient",
      "full name",
      "first name",
      "last name",
      "middle name",
      "maiden name",
      "surname"
    ],
    ...[
      "given name",
      "family name",
      "customer name",
      "client name",
      "employee name",
      "contact name",
      "cardholder"
    ],
    ...[
      "card holder",
      "account holder",
      "policy holder",
      "policyholder",
      "subscriber name",
      "member name",
      "beneficiary"
    ],
    ...[
      "guardian",
      "next of kin",
      "emergency contact",
      "attending physician",
      "physician",
      "provider name",
      "legal name"
    ],
    ...[
      "nachname",
      "vorname",
      "pr\xE9nom",
      "apellido",
      "apellidos",
      "cognome",
      "spouse",
      "mother's maiden name",
      "signed by"
    ],
    ...[
      "nom de famille",
      "nombre completo",
      "applicant",
      "insured",
      "billing name",
      "shipping name",
      "recipient name"
    ]
  ]),
  value: new RegExp(NAME2, "g"),
  accept: isName
});
var plainName = labelledValue({
  ...{
    id: "personal/name-field",
    title: "two words of a name behind `name`",
    family: "personal",
    tier: "low",
    rank: 10
  },
  // On its own: what else has a name says so before it.
  labels: labelsBy(
    [
      "fn:",
      "cn=",
      "name .",
      "name: ",
      "name:",
      "name,",
      'name" :',
      "name =",
      'name":',
      "name is",
      "name;"
    ],
    () => "(?<![A-Za-z_.-]|[A-Za-z] )(?:[Nn]ame|NAME|FN|CN)(?![A-Za-z])|(?:[Mm]y|[Hh]is|[Hh]er) name is"
  ),
  value: new RegExp(`${WORD2} (?:(?:${PARTICLE}){0,2}|[A-Z]\\. )${WORD2}`, "g"),
  accept: isName
});
var TITLED = new RegExp(
  `(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle|Sra?|Sig|Sir|Dame)\\.? (?:Dr\\.? |Prof\\.? )?(${WORD2}(?: ${WORD2}){0,2})`,
  "g"
);
var titledName = {
  ...{
    id: "personal/titled-name",
    title: "a person's name behind a title",
    family: "personal",
    tier: "low",
    rank: 10
  },
  keywords: [
    "mr ",
    "mr. ",
    "mrs ",
    "mrs. ",
    "ms. ",
    "miss ",
    "dr. ",
    "prof. ",
    "herr ",
    "frau ",
    "mme ",
    "mlle ",
    "sra. ",
    "dr "
  ],
  ...{ before: 16, after: 64 },
  *find(window, { text, start }) {
    for (const match of window.matchAll(TITLED)) {
      const [found, name = ""] = match;
      const end = match.index + found.length;
      if (NO_NAME.test(name) || /[A-Za-z]/.test(text.charAt(start + end))) continue;
      yield { start: end - name.length, end };
    }
  }
};
var STREETS = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Highway|Hwy|Parkway|Pkwy|Way|Circle|Cir|Crescent|Close|Gardens|Grove|Hill|Row|Mews|Trail|Trl";
var ADDRESS = new RegExp(
  [
    `(?<![\\w.])[1-9][0-9]{0,4}[A-Za-z]?,? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\.? )?(?:[A-Z][A-Za-z'\u2019.-]{1,20} |[1-9][0-9]{0,2}(?:st|nd|rd|th) ){1,3}(?:${STREETS})(?![A-Za-z])\\.?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\\.? ?[0-9A-Za-z-]{1,6})?(?:,? [A-Z][a-zA-Z .'-]{2,24},? (?:[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}))?`,
    "[A-Z\xC4\xD6\xDC][a-z\xE4\xF6\xFC\xDF]{2,20}(?:[ -][A-Z\xC4\xD6\xDC][a-z\xE4\xF6\xFC\xDF]{2,20})?[ -]?(?:stra\xDFe|strasse|str\\.|Stra\xDFe|Strasse|weg|allee|gasse|platz|damm|ufer|ring|straat|laan|gracht|plein) [1-9][0-9]{0,3} ?[a-z]?(?![\\w])(?:, ?[0-9]{4,5} [A-Z\xC4\xD6\xDC][a-z\xE4\xF6\xFC\xDF]+)?",
    "(?<![\\w.])[1-9][0-9]{0,3}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|impasse|all\xE9e|chemin|quai) (?:de |du |des |de la |de l'|d')?[A-Z\xC9\xC8][\\w\xE9\xE8\xEA\xE0\xE7\xF4\xEE'-]{1,20}(?: [A-Z\xC9\xC8][\\w\xE9\xE8\xEA\xE0\xE7\xF4\xEE'-]{1,20}){0,2}"
  ].join("|"),
  "g"
);
var EXAMPLE = /^(?:123|1234) (?:Main|Any|Fake|Example|Some)/i;
var postalAddress = {
  ...{
    id: "personal/postal-address",
    title: "a postal address",
    family: "personal",
    tier: "low",
    rank: 10
  },
  keywords: [
    ...[
      " street",
      " st.",
      " st,",
      " st ",
      " avenue",
      " ave",
      " road",
      " rd",
      " blvd",
      " boulevard",
      " lane",
      " ln",
      " drive",
      " court",
      " terrace"
    ],
    ...[
      " place",
      " square",
      " highway",
      " parkway",
      " crescent",
      " gardens",
      " close",
      " way,",
      " way ",
      " circle",
      " dr,",
      " dr.",
      " trail"
    ],
    ...[
      "stra",
      "strasse",
      "str. ",
      "weg ",
      "allee ",
      "gasse ",
      "platz ",
      "straat ",
      "laan ",
      "gracht ",
      " rue ",
      " quai ",
      " chemin ",
      "impasse "
    ],
    ...["address"]
  ],
  ...{ before: 72, after: 72 },
  *find(window) {
    for (const { 0: found, index } of window.matchAll(ADDRESS)) {
      if (!EXAMPLE.test(found)) yield { start: index, end: index + found.trimEnd().length };
    }
  }
};
var MONTHS = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
var DATE = new RegExp(
  [
    "(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    "[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:(?:19|20)[0-9]{2}|[0-9]{2}(?![0-9]))",
    `[0-9]{1,2}(?:st|nd|rd|th)?\\.?[- ](?:${MONTHS})[a-z]{0,3}\\.?,?[- ](?:19|20)?[0-9]{2}`,
    `(?:${MONTHS})\\.? [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2}`,
    "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
  ].join("|"),
  "gi"
);
function isBirthDate(text) {
  const numbers = text.match(/[0-9]+/g) ?? [];
  if (numbers.length !== 3) {
    if (numbers.length === 1 && text.length === 8)
      return isDay(Number(text.slice(6)), Number(text.slice(4, 6)));
    return isDay(Number(numbers.find((number) => number.length <= 2)), 1);
  }
  const [first = "", second = "", third = ""] = numbers;
  if (first.length === 4) return isBirthYear(Number(first)) && isDay(Number(third), Number(second));
  const isYear = third.length === 2 || isBirthYear(Number(third));
  return isYear && (isDay(Number(first), Number(second)) || isDay(Number(second), Number(first)));
}
var birthDate = labelledValue({
  ...{ id: "personal/birth-date", title: "a day of birth", family: "personal", tier: "medium" },
  labels: labelsOf(
    [
      ...[
        "dob",
        "date of birth",
        "birth date",
        "birthdate",
        "birthday",
        "born",
        "born on",
        "birth day",
        "d.o.b",
        "bday"
      ],
      ...[
        "geburtsdatum",
        "geboren",
        "geboren am",
        "date de naissance",
        "n\xE9 le",
        "n\xE9(e) le",
        "doB",
        "geb",
        "geb. am",
        "nato il",
        "nata il",
        "nacido el",
        "nacida el",
        "data urodzenia",
        "f\xF6delsedatum",
        "f\xF8dselsdato",
        "birth dt",
        "n\xE9e le",
        "naissance",
        "fecha de nacimiento",
        "nacimiento"
      ],
      ...[
        "data di nascita",
        "geboortedatum",
        "data de nascimento",
        "birth dt",
        "dateofbirth",
        "pt dob",
        "patient dob"
      ]
    ],
    [
      ...[
        "dob",
        "date of birth",
        "date_of_birth",
        "dateofbirth",
        "date-of-birth",
        "birth",
        "born",
        "d.o.b",
        "bday",
        "geburtsdatum",
        "geboren"
      ],
      ...[
        "naissance",
        "n\xE9 le",
        "n\xE9e le",
        "nacimiento",
        "nascita",
        "(e) le",
        "geb.",
        "geb:",
        "nato il",
        "nata il",
        "nacido",
        "nacida",
        "urodzenia",
        "delsedatum",
        "dselsdato",
        "geboortedatum",
        "nascimento"
      ]
    ]
  ),
  value: DATE,
  accept: isBirthDate
});
var person = [
  ...[labelledName, plainName, titledName, postalAddress, birthDate]
];

// src/guard/content/validators/phone-plans.ts
var PHONE_PLANS = {
  AC: ["247", "", "(?:[01589]\\d|[2-467])\\d{4}"],
  AD: ["376", "", "(?:1|6\\d)\\d{7}|[135-9]\\d{5}"],
  AE: ["971", "0", "(?:[4-7]\\d|9[0-689])\\d{7}|800\\d{2,9}|[2-4679]\\d{7}"],
  AF: ["93", "0", "[2-7]\\d{8}"],
  AG: ["1", "1", "(?=268)(?:(?:268|[58]\\d\\d|900)\\d{7})"],
  AI: ["1", "1", "(?=264)(?:(?:264|[58]\\d\\d|900)\\d{7})"],
  AL: ["355", "0", "(?:700\\d\\d|900)\\d{3}|8\\d{5,7}|(?:[2-5]|6\\d)\\d{7}"],
  AM: ["374", "0", "(?:[1-489]\\d|55|60|77)\\d{6}"],
  AO: ["244", "", "[29]\\d{8}"],
  AR: ["54", "0", "(?:11|[89]\\d\\d)\\d{8}|[2368]\\d{9}"],
  AS: ["1", "1", "(?=684)(?:(?:[58]\\d\\d|684|900)\\d{7})"],
  AT: ["43", "0", "1\\d{3,12}|2\\d{6,12}|43(?:(?:0\\d|5[02-9])\\d{3,9}|2\\d{4,5}|[3467]\\d{4}|8\\d{4,6}|9\\d{4,7})|5\\d{4,12}|8\\d{7,12}|9\\d{8,12}|(?:[367]\\d|4[0-24-9])\\d{4,11}"],
  AU: ["61", "0", "(?:(?:241|349)0\\d\\d|8(?:51(?:0(?:0[03-9]|[12479]\\d|3[2-9]|5[0-8]|6[1-9]|8[0-7])|1(?:[0235689]\\d|1[0-69]|4[0-589]|7[0-47-9])|2(?:0[0-79]|[18][13579]|2[14-9]|3[0-46-9]|[4-6]\\d|7[89]|9[0-4])|[34]\\d\\d)|91(?:(?:[0-58]\\d|6[0135-9])\\d|7(?:0[0-24-9]|[1-9]\\d)|9(?:[0-46-9]\\d|5[0-79]))))\\d{3}|(?:2(?:[0-26-9]\\d|3[0-8]|4[02-9]|5[0135-9])|3(?:[0-3589]\\d|4[0-578]|6[1-9]|7[0-35-9])|7(?:[013-57-9]\\d|2[0-8])|8(?:55|6[0-8]|[78]\\d|9[02-9]))\\d{6}|4(?:79[01]|83[0-36-9]|9(?:5[0-3]|6[0-4]))\\d{5}|4(?:[0-36]\\d|4[047-9]|[58][0-24-9]|7[02-8]|9[0-47-9])\\d{6}|180(?:0\\d{3}|2)\\d{3}|190[0-26]\\d{6}|163\\d{2,6}|14(?:5(?:1[0458]|[23][458])|71\\d)\\d{4}|13(?:00\\d{6}(?:\\d{2})?|45[0-4]\\d{3})|13\\d{4}"],
  AW: ["297", "", "(?:[25-79]\\d\\d|800)\\d{4}"],
  AX: ["358", "0", "(?=18)(?:2\\d{4,9}|35\\d{4,5}|(?:60\\d\\d|800)\\d{4,6}|7\\d{5,11}|(?:[14]\\d|3[0-46-9]|50)\\d{4,8})"],
  AZ: ["994", "0", "365\\d{6}|(?:[124579]\\d|60|88)\\d{7}"],
  BA: ["387", "0", "6\\d{8}|(?:[35689]\\d|49|70)\\d{6}"],
  BB: ["1", "1", "(?=246)(?:(?:246|[58]\\d\\d|900)\\d{7})"],
  BD: ["880", "0", "[1-469]\\d{9}|8[0-79]\\d{7,8}|[2-79]\\d{8}|[2-9]\\d{7}|[3-9]\\d{6}|[57-9]\\d{5}"],
  BE: ["32", "0", "4\\d{8}|[1-9]\\d{7}"],
  BF: ["226", "", "[024-7]\\d{7}"],
  BG: ["359", "0", "00800\\d{7}|[2-7]\\d{6,7}|[89]\\d{6,8}|2\\d{5}"],
  BH: ["973", "", "[136-9]\\d{7}"],
  BI: ["257", "", "(?:[267]\\d|31)\\d{6}"],
  BJ: ["229", "", "01\\d{8}"],
  BL: ["590", "0", "(?:59(?:0(?:2[7-9]|3[3-7]|5[12]|87)|87\\d)|80[6-9]\\d\\d)\\d{4}|(?:69(?:0\\d\\d|1(?:2[2-9]|3[0-5]))|7090[0-4])\\d{4}|80[0-5]\\d{6}|8[129]\\d{7}|9(?:(?:39[5-7]|76[018])\\d|475[0-6])\\d{4}"],
  BM: ["1", "1", "(?=441)(?:(?:441|[58]\\d\\d|900)\\d{7})"],
  BN: ["673", "", "[2-578]\\d{6}"],
  BO: ["591", "0", "(?:[2-7]\\d\\d|8001)\\d{5}"],
  BQ: ["599", "", "(?=[347])(?:(?:[34]1|7\\d)\\d{5})"],
  BR: ["55", "0", "[1-467]\\d{9,10}|55[0-46-9]\\d{8}|[34]\\d{7}|55\\d{7,8}|(?:5[0-46-9]|[89]\\d)\\d{7,9}"],
  BS: ["1", "1", "(?=242)(?:(?:242|[58]\\d\\d|900)\\d{7})"],
  BT: ["975", "", "[178]\\d{7}|[2-8]\\d{6}"],
  BW: ["267", "", "90\\d{5}|(?:0800|[2-6]|(?:7|800)\\d)\\d{6}"],
  BY: ["375", "8", "(?:[12]\\d|33|44|902)\\d{7}|8(?:0[0-79]\\d{5,7}|[1-7]\\d{9})|8(?:1[0-489]|[5-79]\\d)\\d{7}|8[1-79]\\d{6,7}|8[0-79]\\d{5}|8\\d{5}"],
  BZ: ["501", "", "(?:0800\\d|[2-8])\\d{6}"],
  CA: ["1", "1", "(?:2(?:04|[23]6|[48]9|5[07]|[67]3)|3(?:06|43|54|6[578]|82)|4(?:03|1[68]|[26]8|3[178]|50|74)|5(?:06|1[49]|48|79|8[147])|6(?:04|[18]3|39|47|72)|7(?:0[59]|42|53|78|8[02])|8(?:[06]7|19|25|7[39])|9(?:0[25]|42))[2-9]\\d{6}|8(?:00|33|44|55|66|77|88)[2-9]\\d{6}|900[2-9]\\d{6}|52(?:3(?:[2-46-9][02-9]\\d|5(?:[02-46-9]\\d|5[0-46-9]))|4(?:[2-478][02-9]\\d|5(?:[034]\\d|2[024-9]|5[0-46-9])|6(?:0[1-9]|[2-9]\\d)|9(?:[05-9]\\d|2[0-5]|49)))\\d{4}|52[34][2-9]1[02-9]\\d{4}|(?:5(?:2[125-9]|3[23]|44|66|77|88)|6(?:22|33))[2-9]\\d{6}|310\\d{4}|600[2-9]\\d{6}"],
  CC: ["61", "0", "8(?:51(?:0(?:02|31|60|89)|1(?:18|76)|223)|91(?:0(?:1[0-2]|29)|1(?:[28]2|50|79)|2(?:10|64)|3(?:[06]8|22)|4[29]8|62\\d|70[23]|959))\\d{3}|4(?:79[01]|83[0-36-9]|9(?:5[0-3]|6[0-4]))\\d{5}|4(?:[0-36]\\d|4[047-9]|[58][0-24-9]|7[02-8]|9[0-47-9])\\d{6}|180(?:0\\d{3}|2)\\d{3}|190[0-26]\\d{6}|14(?:5(?:1[0458]|[23][458])|71\\d)\\d{4}|13(?:00\\d{6}(?:\\d{2})?|45[0-4]\\d{3})|13\\d{4}"],
  CD: ["243", "0", "(?:(?:[189]|5\\d)\\d|2)\\d{7}|[1-68]\\d{6}"],
  CF: ["236", "", "8776\\d{4}|(?:[27]\\d|61)\\d{6}"],
  CG: ["242", "", "222\\d{6}|(?:0\\d|80)\\d{7}"],
  CH: ["41", "0", "8\\d{11}|[2-9]\\d{8}"],
  CI: ["225", "", "[02]\\d{9}"],
  CK: ["682", "", "[2-578]\\d{4}"],
  CL: ["56", "", "12300\\d{6}|6\\d{9,10}|[2-9]\\d{8}"],
  CM: ["237", "", "[26]\\d{8}|88\\d{6,7}"],
  CN: ["86", "0", "(?:(?:1[03-689]|2\\d)\\d\\d|6)\\d{8}|1\\d{10}|[126]\\d{6}(?:\\d(?:\\d{2})?)?|86\\d{5,6}|(?:[3-579]\\d|8[0-57-9])\\d{5,9}"],
  CO: ["57", "0", "(?:46|60\\d\\d)\\d{6}|(?:1\\d|[39])\\d{9}"],
  CR: ["506", "", "(?:8\\d|90)\\d{8}|(?:[24-8]\\d{3}|3005)\\d{4}"],
  CU: ["53", "0", "(?:[2-7]|8\\d\\d)\\d{7}|[2-47]\\d{6}|[34]\\d{5}"],
  CV: ["238", "", "(?:[2-59]\\d\\d|800)\\d{4}"],
  CW: ["599", "", "(?=[69])(?:(?:[34]1|60|(?:7|9\\d)\\d)\\d{5})"],
  CX: ["61", "0", "8(?:51(?:0(?:01|30|59|88)|1(?:17|46|75)|2(?:22|35))|91(?:00[6-9]|1(?:[28]1|49|78)|2(?:09|63)|3(?:12|26|75)|4(?:56|97)|64\\d|7(?:0[01]|1[0-2])|958))\\d{3}|4(?:79[01]|83[0-36-9]|9(?:5[0-3]|6[0-4]))\\d{5}|4(?:[0-36]\\d|4[047-9]|[58][0-24-9]|7[02-8]|9[0-47-9])\\d{6}|180(?:0\\d{3}|2)\\d{3}|190[0-26]\\d{6}|14(?:5(?:1[0458]|[23][458])|71\\d)\\d{4}|13(?:00\\d{6}(?:\\d{2})?|45[0-4]\\d{3})|13\\d{4}"],
  CY: ["357", "", "(?:[279]\\d|[58]0)\\d{6}"],
  CZ: ["420", "", "(?:[2-578]\\d|60)\\d{7}|9\\d{8,11}"],
  DE: ["49", "0", "[2579]\\d{5,14}|49(?:[34]0|69|8\\d)\\d\\d?|49(?:37|49|60|7[089]|9\\d)\\d{1,3}|49(?:2[024-9]|3[2-689]|7[1-7])\\d{1,8}|(?:1|[368]\\d|4[0-8])\\d{3,13}|49(?:[015]\\d|2[13]|31|[46][1-8])\\d{1,9}"],
  DJ: ["253", "", "(?:2\\d|77)\\d{6}"],
  DK: ["45", "", "[2-9]\\d{7}"],
  DM: ["1", "1", "(?=767)(?:(?:[58]\\d\\d|767|900)\\d{7})"],
  DO: ["1", "1", "(?=8001|8[024]9)(?:(?:[58]\\d\\d|900)\\d{7})"],
  DZ: ["213", "0", "(?:[1-4]|[5-79]\\d|80)\\d{7}"],
  EC: ["593", "0", "1\\d{9,10}|(?:[2-7]|9\\d)\\d{7}"],
  EE: ["372", "", "8\\d{9}|[4578]\\d{7}|(?:[3-8]\\d|90)\\d{5}"],
  EG: ["20", "0", "[189]\\d{8,9}|[24-6]\\d{8}|[135]\\d{7}"],
  EH: ["212", "0", "528[89]\\d{5}|(?:6(?:[0-79]\\d|8[0-247-9])|7(?:[016-8]\\d|2[0-8]|3[01]|5[0-5]))\\d{6}|80[0-7]\\d{6}|89\\d{7}|(?:592(?:4[0-2]|93)|80[89]\\d\\d)\\d{4}"],
  ER: ["291", "0", "[178]\\d{6}"],
  ES: ["34", "", "400\\d{6}|(?:51|[6-9]\\d)\\d{7}"],
  ET: ["251", "0", "(?:11|[2-57-9]\\d)\\d{7}"],
  FI: ["358", "0", "(?=1[03-79]|[2-9])(?:[1-35689]\\d{4}|7\\d{10,11}|(?:[124-7]\\d|3[0-46-9])\\d{8}|[1-9]\\d{5,8})"],
  FJ: ["679", "", "45\\d{5}|(?:0800\\d|[235-9])\\d{6}"],
  FK: ["500", "", "[2-7]\\d{4}"],
  FM: ["691", "", "(?:[39]\\d\\d|820)\\d{4}"],
  FO: ["298", "", "[2-9]\\d{5}"],
  FR: ["33", "0", "[1-9]\\d{8}"],
  GA: ["241", "", "(?:[067]\\d|11)\\d{6}|[2-7]\\d{6}"],
  GB: ["44", "0", "(?:1(?:1(?:3(?:[0-58]\\d\\d|73[0-5])|4(?:(?:[0-5]\\d|70)\\d|69[7-9])|(?:(?:5[0-26-9]|[78][0-49])\\d|6(?:[0-4]\\d|5[01]))\\d)|(?:2(?:(?:0[024-9]|2[3-9]|3[3-79]|4[1-689]|[58][02-9]|6[0-47-9]|7[013-9]|9\\d)\\d|1(?:[0-7]\\d|8[0-3]))|(?:3(?:0\\d|1[0-8]|[25][02-9]|3[02-579]|[468][0-46-9]|7[1-35-79]|9[2-578])|4(?:0[03-9]|[137]\\d|[28][02-57-9]|4[02-69]|5[0-8]|[69][0-79])|5(?:0[1-35-9]|[16]\\d|2[024-9]|3[015689]|4[02-9]|5[03-9]|7[0-35-9]|8[0-468]|9[0-57-9])|6(?:0[034689]|1\\d|2[0-35689]|[38][013-9]|4[1-467]|5[0-69]|6[13-9]|7[0-8]|9[0-24578])|7(?:0[0246-9]|2\\d|3[0236-8]|4[03-9]|5[0-46-9]|6[013-9]|7[0-35-9]|8[024-9]|9[02-9])|8(?:0[35-9]|2[1-57-9]|3[02-578]|4[0-578]|5[124-9]|6[2-69]|7\\d|8[02-9]|9[02569])|9(?:0[02-589]|[18]\\d|2[02-689]|3[1-57-9]|4[2-9]|5[0-579]|6[2-47-9]|7[0-24578]|9[2-57]))\\d)\\d)|2(?:0[013478]|3[0189]|4[017]|8[0-46-9]|9[0-2])\\d{3})\\d{4}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\\d)|76\\d)|6(?:26[06-9]|686))|6(?:06(?:4\\d|7[4-79])|295[5-7]|35[34]\\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\\d{3}|7(?:457[0-57-9]|700[01]|911[028])\\d{5}|7(?:[1-3]\\d\\d|4(?:[0-46-9]\\d|5[0-689])|5(?:0[0-8]|[13-9]\\d|2[0-35-9])|7(?:0[1-9]|[1-7]\\d|8[02-9]|9[0-689])|8(?:[014-9]\\d|[23][0-8])|9(?:[024-9]\\d|1[02-9]|3[0-689]))\\d{6}|80[08]\\d{7}|800\\d{6}|8001111|(?:8(?:4[2-5]|7[0-3])|9(?:[01]\\d|8[2-49]))\\d{7}|845464\\d|70\\d{8}|(?:3[0347]|55)\\d{8}|76(?:464|652)\\d{5}|76(?:0[0-28]|2[356]|34|4[01347]|5[49]|6[0-369]|77|8[14]|9[139])\\d{6}|56\\d{8}"],
  GD: ["1", "1", "(?=473)(?:(?:473|[58]\\d\\d|900)\\d{7})"],
  GE: ["995", "0", "(?:[3-57]\\d\\d|800)\\d{6}"],
  GF: ["594", "0", "(?:694\\d|7093)\\d{5}|(?:59|[89]\\d)\\d{7}"],
  GG: ["44", "0", "1481[25-9]\\d{5}|7(?:(?:781|839)\\d|911[17])\\d{5}|80[08]\\d{7}|800\\d{6}|8001111|(?:8(?:4[2-5]|7[0-3])|9(?:[01]\\d|8[0-3]))\\d{7}|845464\\d|70\\d{8}|(?:3[0347]|55)\\d{8}|76(?:464|652)\\d{5}|76(?:0[0-28]|2[356]|34|4[01347]|5[49]|6[0-369]|77|8[14]|9[139])\\d{6}|56\\d{8}"],
  GH: ["233", "0", "[235]\\d{8}|800\\d{5,6}"],
  GI: ["350", "", "(?:[25]\\d|60)\\d{6}"],
  GL: ["299", "", "(?:19|[2-689]\\d|70)\\d{4}"],
  GM: ["220", "", "[48]\\d{8}|[2-9]\\d{6}"],
  GN: ["224", "", "722\\d{6}|(?:3|6\\d)\\d{7}"],
  GP: ["590", "0", "(?:59(?:0(?:0[1-68]|[14][0-24-9]|2[0-68]|3[1-9]|5[3-579]|[68][0-689]|7[08]|9\\d)|87\\d)|80[6-9]\\d\\d)\\d{4}|(?:69(?:0\\d\\d|1(?:2[2-9]|3[0-5]))|7090[0-4])\\d{4}|80[0-5]\\d{6}|8[129]\\d{7}|9(?:(?:39[5-7]|76[018])\\d|475[0-6])\\d{4}"],
  GQ: ["240", "", "222\\d{6}|(?:3\\d|55|[89]0)\\d{7}"],
  GR: ["30", "", "5005000\\d{3}|8\\d{9,11}|(?:[269]\\d|70)\\d{8}"],
  GT: ["502", "", "80\\d{6}|(?:1\\d{3}|[2-7])\\d{7}"],
  GU: ["1", "1", "(?=671)(?:(?:[58]\\d\\d|671|900)\\d{7})"],
  GW: ["245", "", "[49]\\d{8}|4\\d{6}"],
  GY: ["592", "", "(?:[2-8]\\d{3}|9008)\\d{3}"],
  HK: ["852", "", "8[0-46-9]\\d{6,7}|9\\d{4,7}|(?:[2-7]|9\\d{3})\\d{7}"],
  HN: ["504", "", "8\\d{10}|[237-9]\\d{7}"],
  HR: ["385", "0", "[2-69]\\d{8}|80\\d{5,7}|[1-79]\\d{7}|6\\d{6}"],
  HT: ["509", "", "[2-589]\\d{7}"],
  HU: ["36", "06", "[235-7]\\d{8}|[1-9]\\d{7}"],
  ID: ["62", "0", "00[1-9]\\d{9,14}|(?:[1-36]|8\\d{5})\\d{6}|00\\d{9}|[1-9]\\d{8,10}|[2-9]\\d{7}"],
  IE: ["353", "0", "(?:1\\d|[2569])\\d{6,8}|4\\d{6,9}|7\\d{8}|8\\d{8,9}"],
  IL: ["972", "0", "1\\d{6}(?:\\d{3,5})?|[57]\\d{8}|[1-489]\\d{7}"],
  IM: ["44", "0", "(?=74576|(?:16|7[56])24)(?:1624\\d{6}|(?:[3578]\\d|90)\\d{8})"],
  IN: ["91", "0", "(?:000800|[2-9]\\d\\d)\\d{7}|1\\d{7,12}"],
  IO: ["246", "", "3\\d{6}"],
  IQ: ["964", "0", "(?:1|7\\d\\d)\\d{7}|[2-6]\\d{7,8}"],
  IR: ["98", "0", "[1-9]\\d{9}|(?:[1-8]\\d\\d|9)\\d{3,4}"],
  IS: ["354", "", "(?:38\\d|[4-9])\\d{6}"],
  IT: ["39", "", "0(?:669[0-79]\\d{1,6}|831\\d{2,8})|0(?:1(?:[0159]\\d|[27][1-5]|31|4[1-4]|6[1356]|8[2-57])|2\\d\\d|3(?:[0159]\\d|2[1-4]|3[12]|[48][1-6]|6[2-59]|7[1-7])|4(?:[0159]\\d|[23][1-9]|4[245]|6[1-5]|7[1-4]|81)|5(?:[0159]\\d|2[1-5]|3[2-6]|4[1-79]|6[4-6]|7[1-578]|8[3-8])|6(?:[0-57-9]\\d|6[0-8])|7(?:[0159]\\d|2[12]|3[1-7]|4[2-46]|6[13569]|7[13-6]|8[1-59])|8(?:[0159]\\d|2[3-578]|3[2356]|[6-8][1-5])|9(?:[0159]\\d|[238][1-5]|4[12]|6[1-8]|7[1-6]))\\d{2,7}|3[2-9]\\d{7,8}|(?:31|43)\\d{8}|80(?:0\\d{3}|3)\\d{3}|(?:0878\\d{3}|89(?:2\\d|3[04]|4(?:[0-4]|[5-9]\\d\\d)|5[0-4]))\\d\\d|(?:1(?:44|6[346])|89(?:38|5[5-9]|9))\\d{6}|1(?:78\\d|99)\\d{6}|3[2-8]\\d{9,10}|55\\d{8}|84(?:[08]\\d{3}|[17])\\d{3}"],
  JE: ["44", "0", "1534[0-24-8]\\d{5}|7(?:(?:(?:50|82)9|937)\\d|7(?:00[378]|97\\d))\\d{5}|80(?:07(?:35|81)|8901)\\d{4}|(?:8(?:4(?:4(?:4(?:05|42|69)|703)|5(?:041|800))|7(?:0002|1206))|90(?:066[59]|1810|71(?:07|55)))\\d{4}|701511\\d{4}|(?:3(?:0(?:07(?:35|81)|8901)|3\\d{4}|4(?:4(?:4(?:05|42|69)|703)|5(?:041|800))|7(?:0002|1206))|55\\d{4})\\d{4}|76(?:464|652)\\d{5}|76(?:0[0-28]|2[356]|34|4[01347]|5[49]|6[0-369]|77|8[14]|9[139])\\d{6}|56\\d{8}"],
  JM: ["1", "1", "(?=658|876)(?:(?:[58]\\d\\d|658|900)\\d{7})"],
  JO: ["962", "0", "(?:(?:[2689]|7\\d)\\d|32|427|53)\\d{6}"],
  JP: ["81", "0", "00[1-9]\\d{6,14}|[25-9]\\d{9}|(?:00|[1-9]\\d\\d)\\d{6}"],
  KE: ["254", "0", "(?:[17]\\d\\d|900)\\d{6}|(?:2|80)0\\d{6,7}|[4-6]\\d{6,8}"],
  KG: ["996", "0", "8\\d{9}|[235-9]\\d{8}"],
  KH: ["855", "0", "1\\d{9}|[1-9]\\d{7,8}"],
  KI: ["686", "0", "(?:[37]\\d|6[0-79])\\d{6}|(?:[2-48]\\d|50)\\d{3}"],
  KM: ["269", "", "[3478]\\d{6}"],
  KN: ["1", "1", "(?=869)(?:(?:[58]\\d\\d|900)\\d{7})"],
  KP: ["850", "0", "85\\d{6}|(?:19\\d|[2-7])\\d{7}"],
  KR: ["82", "0", "00[1-9]\\d{8,11}|(?:[12]|5\\d{3})\\d{7}|[13-6]\\d{9}|(?:[1-6]\\d|80)\\d{7}|[3-6]\\d{4,5}|(?:00|7)0\\d{8}"],
  KW: ["965", "", "18\\d{5}|(?:[2569]\\d|41)\\d{6}"],
  KY: ["1", "1", "(?=345)(?:(?:345|[58]\\d\\d|900)\\d{7})"],
  KZ: ["7", "8", "(?=7)(?:8\\d{13}|[78]\\d{9})"],
  LA: ["856", "0", "(?:2\\d|3)\\d{8}|(?:[235-8]\\d|41)\\d{6}"],
  LB: ["961", "0", "[27-9]\\d{7}|[13-9]\\d{6}"],
  LC: ["1", "1", "(?=758)(?:(?:[58]\\d\\d|758|900)\\d{7})"],
  LI: ["423", "0", "[68]\\d{8}|(?:[2378]\\d|90)\\d{5}"],
  LK: ["94", "0", "[1-9]\\d{8}"],
  LR: ["231", "0", "(?:[2457]\\d|33|88)\\d{7}|(?:2\\d|[4-6])\\d{6}"],
  LS: ["266", "", "(?:[256]\\d\\d|800)\\d{5}"],
  LT: ["370", "0", "(?:[3469]\\d|52|[78]0)\\d{6}"],
  LU: ["352", "", "35[013-9]\\d{4,8}|6\\d{8}|35\\d{2,4}|(?:[2457-9]\\d|3[0-46-9])\\d{2,9}"],
  LV: ["371", "", "(?:[268]\\d|78|90)\\d{6}"],
  LY: ["218", "0", "[2-9]\\d{8}"],
  MA: ["212", "0", "(?=[5-8])(?:[5-8]\\d{8})"],
  MC: ["377", "0", "(?:[3489]|[67]\\d)\\d{7}"],
  MD: ["373", "0", "(?:[235-7]\\d|[89]0)\\d{6}"],
  ME: ["382", "0", "(?:20|[3-79]\\d)\\d{6}|80\\d{6,7}"],
  MF: ["590", "0", "(?:59(?:0(?:0[079]|[14]3|[27][79]|3[03-7]|5[0-268]|87)|87\\d)|80[6-9]\\d\\d)\\d{4}|(?:69(?:0\\d\\d|1(?:2[2-9]|3[0-5]))|7090[0-4])\\d{4}|80[0-5]\\d{6}|8[129]\\d{7}|9(?:(?:39[5-7]|76[018])\\d|475[0-6])\\d{4}"],
  MG: ["261", "0", "[23]\\d{8}"],
  MH: ["692", "1", "329\\d{4}|(?:[256]\\d|45)\\d{5}"],
  MK: ["389", "0", "[2-578]\\d{7}"],
  ML: ["223", "", "[24-9]\\d{7}"],
  MM: ["95", "0", "1\\d{5,7}|95\\d{6}|(?:[4-7]|9[0-46-9])\\d{6,8}|(?:2|8\\d)\\d{5,8}"],
  MN: ["976", "0", "[12]\\d{7,9}|[5-9]\\d{7}"],
  MO: ["853", "", "0800\\d{3}|(?:28|[68]\\d)\\d{6}"],
  MP: ["1", "1", "(?=670)(?:[58]\\d{9}|(?:67|90)0\\d{7})"],
  MQ: ["596", "0", "7091\\d{5}|(?:[56]9|[89]\\d)\\d{7}"],
  MR: ["222", "", "(?:[2-4]\\d\\d|800)\\d{5}"],
  MS: ["1", "1", "(?=664)(?:(?:[58]\\d\\d|664|900)\\d{7})"],
  MT: ["356", "", "3550\\d{4}|(?:[2579]\\d\\d|800)\\d{5}"],
  MU: ["230", "", "(?:[57]|8\\d\\d)\\d{7}|[2-468]\\d{6}"],
  MV: ["960", "", "(?:800|9[0-57-9]\\d)\\d{7}|[34679]\\d{6}"],
  MW: ["265", "0", "(?:[1289]\\d|31|77)\\d{7}|1\\d{6}"],
  MX: ["52", "", "[2-9]\\d{9}"],
  MY: ["60", "0", "1\\d{8,9}|(?:3\\d|[4-9])\\d{7}"],
  MZ: ["258", "", "(?:2|8\\d)\\d{7}"],
  NA: ["264", "0", "[68]\\d{7,8}"],
  NC: ["687", "", "(?:050|[2-57-9]\\d\\d)\\d{3}"],
  NE: ["227", "", "[027-9]\\d{7}"],
  NF: ["672", "", "[13]\\d{5}"],
  NG: ["234", "0", "(?:20|9\\d)\\d{8}|[78]\\d{9,13}"],
  NI: ["505", "", "(?:1800|[25-8]\\d{3})\\d{4}"],
  NL: ["31", "0", "(?:[124-7]\\d\\d|3(?:[02-9]\\d|1[0-8]))\\d{6}|8\\d{6,9}|9\\d{6,10}|1\\d{4,5}"],
  NO: ["47", "", "(?=[02-689]|7[0-8])(?:(?:0|[2-9]\\d{3})\\d{4})"],
  NP: ["977", "0", "(?:1\\d|9)\\d{9}|[1-9]\\d{7}"],
  NR: ["674", "", "(?:222|444|(?:55|8\\d)\\d|666|777|999)\\d{4}"],
  NU: ["683", "", "(?:[4-7]|888\\d)\\d{3}"],
  NZ: ["64", "0", "[1289]\\d{9}|50\\d{5}(?:\\d{2,3})?|[27-9]\\d{7,8}|(?:[34]\\d|6[0-35-9])\\d{6}|8\\d{4,6}"],
  OM: ["968", "", "(?:1505|[279]\\d{3}|500)\\d{4}|800\\d{5,6}"],
  PA: ["507", "", "(?:00800|8\\d{3})\\d{6}|[68]\\d{7}|[1-57-9]\\d{6}"],
  PE: ["51", "0", "(?:[14-8]|9\\d)\\d{7}"],
  PF: ["689", "", "4\\d{5}(?:\\d{2})?|8\\d{7,8}"],
  PG: ["675", "", "(?:180|[78]\\d{3})\\d{4}|(?:[2-589]\\d|64)\\d{5}"],
  PH: ["63", "0", "(?:[2-7]|9\\d)\\d{8}|2\\d{5}|(?:1800|8)\\d{7,9}"],
  PK: ["92", "0", "122\\d{6}|[24-8]\\d{10,11}|9(?:[013-9]\\d{8,10}|2(?:[01]\\d\\d|2(?:[06-8]\\d|1[01]))\\d{7})|(?:[2-8]\\d{3}|92(?:[0-7]\\d|8[1-9]))\\d{6}|[24-9]\\d{8}|[89]\\d{7}"],
  PL: ["48", "", "(?:6|8\\d\\d)\\d{7}|[1-9]\\d{6}(?:\\d{2})?|[26]\\d{5}"],
  PM: ["508", "0", "[78]\\d{8}|[2-9]\\d{5}"],
  PR: ["1", "1", "(?=787|939)(?:(?:[589]\\d\\d|787)\\d{7})"],
  PS: ["970", "0", "[2489]2\\d{6}|(?:1\\d|5)\\d{8}"],
  PT: ["351", "", "1693\\d{5}|(?:[26-9]\\d|30)\\d{7}"],
  PW: ["680", "", "(?:[24-8]\\d\\d|345|900)\\d{4}"],
  PY: ["595", "0", "[36-8]\\d{5,8}|4\\d{6,8}|59\\d{6}|9\\d{5,10}|(?:2\\d|5[0-8])\\d{6,7}"],
  QA: ["974", "", "800\\d{4}|(?:2|800)\\d{6}|(?:0080|[3-7])\\d{7}"],
  RE: ["262", "0", "2631[0-6]\\d{4}|26(?:2\\d|30|88)\\d{5}|(?:69(?:2\\d\\d|3(?:[06][0-6]|1[0-3]|2[0-2]|3[0-39]|4\\d|5[0-5]|7[0-37]|8[0-8]|9[0-479]))|7092[0-3])\\d{4}|80\\d{7}|89[1-37-9]\\d{6}|9(?:399[0-3]|479[0-6]|76(?:2[278]|3[0-37]))\\d{4}|8(?:1[019]|2[0156]|84|90)\\d{6}"],
  RO: ["40", "0", "(?:[2378]\\d|90)\\d{7}|[23]\\d{5}"],
  RS: ["381", "0", "38[02-9]\\d{6,9}|6\\d{7,9}|90\\d{4,8}|38\\d{5,6}|(?:7\\d\\d|800)\\d{3,9}|(?:[12]\\d|3[0-79])\\d{5,10}"],
  RU: ["7", "8", "(?=[3489])(?:8\\d{13}|[347-9]\\d{9})"],
  RW: ["250", "0", "(?:06|[27]\\d\\d|[89]00)\\d{6}"],
  SA: ["966", "0", "(?:[15]\\d|800|92)\\d{7}"],
  SB: ["677", "", "[6-9]\\d{6}|[1-6]\\d{4}"],
  SC: ["248", "", "(?:[2489]\\d|64)\\d{5}"],
  SD: ["249", "0", "[19]\\d{8}"],
  SE: ["46", "0", "(?:[26]\\d\\d|9)\\d{9}|[1-9]\\d{8}|[1-689]\\d{7}|[1-4689]\\d{6}|2\\d{5}"],
  SG: ["65", "", "(?:(?:1\\d|8)\\d\\d|7000)\\d{7}|[3689]\\d{7}"],
  SH: ["290", "", "(?=[2569])(?:(?:[2569]\\d|8)\\d{3})"],
  SI: ["386", "0", "[1-7]\\d{7}|8\\d{4,7}|90\\d{4,6}"],
  SJ: ["47", "", "(?=79)(?:0\\d{4}|(?:[489]\\d|79)\\d{6})"],
  SK: ["421", "0", "[2-689]\\d{8}|[2-59]\\d{6}|[2-5]\\d{5}"],
  SL: ["232", "0", "(?:[237-9]\\d|66)\\d{6}"],
  SM: ["378", "", "(?:0549|[5-7]\\d)\\d{6}"],
  SN: ["221", "", "(?:[378]\\d|93)\\d{7}"],
  SO: ["252", "0", "[346-9]\\d{8}|[12679]\\d{7}|[1-5]\\d{6}|[1348]\\d{5}"],
  SR: ["597", "", "(?:[2-5]|[6-9]\\d)\\d{5}"],
  SS: ["211", "0", "[19]\\d{8}"],
  ST: ["239", "", "(?:22|9\\d)\\d{5}"],
  SV: ["503", "", "[25-7]\\d{7}|(?:80\\d|900)\\d{4}(?:\\d{4})?"],
  SX: ["1", "1", "(?=721)(?:7215\\d{6}|(?:[58]\\d\\d|900)\\d{7})"],
  SY: ["963", "0", "[1-359]\\d{8}|[1-5]\\d{7}"],
  SZ: ["268", "", "0800\\d{4}|(?:[237]\\d|900)\\d{6}"],
  TA: ["290", "", "(?=8)(?:8\\d{3})"],
  TC: ["1", "1", "(?=649)(?:(?:[58]\\d\\d|649|900)\\d{7})"],
  TD: ["235", "", "(?:22|[3689]\\d|77)\\d{6}"],
  TG: ["228", "", "[279]\\d{7}"],
  TH: ["66", "0", "(?:001800|[2-57]|[689]\\d)\\d{7}|1\\d{7,9}"],
  TJ: ["992", "", "(?:[0-57-9]\\d|66)\\d{7}"],
  TK: ["690", "", "[2-47]\\d{3,6}"],
  TL: ["670", "", "7\\d{7}|(?:[2-47]\\d|[89]0)\\d{5}"],
  TM: ["993", "8", "[1-7]\\d{7}"],
  TN: ["216", "", "[2-57-9]\\d{7}"],
  TO: ["676", "", "(?:0800|(?:[5-8]\\d\\d|999)\\d)\\d{3}|[2-8]\\d{4}"],
  TR: ["90", "0", "4\\d{6}|8\\d{11,12}|(?:[2-58]\\d\\d|900)\\d{7}"],
  TT: ["1", "1", "(?=868)(?:(?:[58]\\d\\d|900)\\d{7})"],
  TV: ["688", "", "(?:2|7\\d\\d|90)\\d{4}"],
  TW: ["886", "0", "[2-689]\\d{8}|7\\d{9,10}|[2-8]\\d{7}|2\\d{6}"],
  TZ: ["255", "0", "(?:[25-8]\\d|41|90)\\d{7}"],
  UA: ["380", "0", "[89]\\d{9}|[3-9]\\d{8}"],
  UG: ["256", "0", "800\\d{6}|(?:[29]0|[347]\\d)\\d{7}"],
  US: ["1", "1", "983[2-57-9]\\d{6}|(?:2(?:0[1-35-9]|1[02-9]|2[03-57-9]|3[1459]|4[08]|5[1-46]|6[0279]|7[02469]|8[13])|3(?:0[1-57-9]|1[02-9]|2[013-79]|3[0-24679]|4[167]|5[0-3]|6[01349]|8[056])|4(?:0[124-9]|1[02-579]|2[3-5]|3[0245]|4[023578]|58|6[349]|7[02589]|8[04])|5(?:0[1-57-9]|1[0235-8]|20|3[0149]|4[01]|5[179]|6[1-47]|7[0-5]|8[0256])|6(?:0[1-35-9]|1[024-9]|2[03689]|3[016]|4[0156]|5[01679]|6[0-279]|78|8[0-269])|7(?:0[1-46-8]|1[2-9]|2[04-8]|3[0-2478]|4[0378]|5[47]|6[02359]|7[0-59]|8[156])|8(?:0[1-68]|1[02-8]|2[0168]|3[0-2589]|4[03578]|5[046-9]|6[02-5]|7[028])|9(?:0[1346-9]|1[02-9]|2[0589]|3[0146-8]|4[01357-9]|5[12469]|7[0-3589]|8[04-69]))[2-9]\\d{6}|8(?:00|33|44|55|66|77|88)[2-9]\\d{6}|900[2-9]\\d{6}|52(?:3(?:[2-46-9][02-9]\\d|5(?:[02-46-9]\\d|5[0-46-9]))|4(?:[2-478][02-9]\\d|5(?:[034]\\d|2[024-9]|5[0-46-9])|6(?:0[1-9]|[2-9]\\d)|9(?:[05-9]\\d|2[0-5]|49)))\\d{4}|52[34][2-9]1[02-9]\\d{4}|5(?:00|2[125-9]|3[23]|44|66|77|88)[2-9]\\d{6}"],
  UY: ["598", "0", "0004\\d{2,9}|[1249]\\d{7}|2\\d{3,4}|(?:[49]\\d|80)\\d{5}"],
  UZ: ["998", "", "(?:20|33|[5-9]\\d)\\d{7}"],
  VA: ["39", "", "(?=06698)(?:0\\d{5,10}|3[0-8]\\d{7,10}|55\\d{8}|8\\d{5}(?:\\d{2,4})?|(?:1\\d|39)\\d{7,8})"],
  VC: ["1", "1", "(?=784)(?:(?:[58]\\d\\d|784|900)\\d{7})"],
  VE: ["58", "0", "[68]00\\d{7}|(?:[24]\\d|[59]0)\\d{8}"],
  VG: ["1", "1", "(?=284)(?:(?:284|[58]\\d\\d|900)\\d{7})"],
  VI: ["1", "1", "(?=340)(?:[58]\\d{9}|(?:34|90)0\\d{7})"],
  VN: ["84", "0", "[12]\\d{9}|[135-9]\\d{8}|[16]\\d{6,7}|7\\d{6}"],
  VU: ["678", "", "[57-9]\\d{6}|(?:[238]\\d|48)\\d{3}"],
  WF: ["681", "", "(?:40|72|8\\d{4})\\d{4}|[89]\\d{5}"],
  WS: ["685", "", "(?:[2-6]|8\\d{5})\\d{4}|[78]\\d{6}|[68]\\d{5}"],
  XK: ["383", "0", "2\\d{7,8}|3\\d{7,11}|(?:4\\d\\d|[89]00)\\d{5}"],
  YE: ["967", "0", "(?:1|7\\d)\\d{7}|[1-7]\\d{6}"],
  YT: ["262", "0", "26(?:89\\d|9(?:0[0-467]|15|5[0-4]|6\\d|[78]0))\\d{4}|(?:639(?:0[0-79]|1[019]|[267]\\d|3[09]|40|5[05-9]|9[04-79])|7093[5-7])\\d{4}|80\\d{7}|9(?:(?:39|47)8[01]|769\\d)\\d{4}"],
  ZA: ["27", "0", "[1-79]\\d{8}|8\\d{4,9}"],
  ZM: ["260", "0", "800\\d{6}|(?:21|[579]\\d|63)\\d{7}"],
  ZW: ["263", "0", "8\\d{6}(?:\\d{3})?|[235-8]\\d{8}"]
};

// src/guard/content/validators/phone-number.ts
var DIGITS_MIN = 7;
var DIGITS_MAX = 15;
var plansByCode = lazily(() => {
  const plans = /* @__PURE__ */ new Map();
  for (const [region, [code, trunk, pattern]] of Object.entries(PHONE_PLANS)) {
    const regions = plans.get(code) ?? /* @__PURE__ */ new Map();
    plans.set(code, regions.set(region, { trunk, pattern: new RegExp(`^(?:${pattern})$`) }));
  }
  return plans;
});
function isInternationalNumber(text) {
  const written2 = digitsOf(text);
  const digits2 = text.trimStart().startsWith("+") ? written2 : written2.replace(/^00/, "");
  if (digits2.length < DIGITS_MIN || digits2.length > DIGITS_MAX + 1) return false;
  for (const length of [1, 2, 3]) {
    const plans = plansByCode().get(digits2.slice(0, length));
    if (plans !== void 0) return [...plans.values()].some(gives(digits2.slice(length)));
  }
  return false;
}
function isNationalNumber(text, regions, trunk = "required") {
  const digits2 = digitsOf(text);
  if (digits2.length < DIGITS_MIN || digits2.length > DIGITS_MAX) return false;
  return regions.some((region) => {
    const plan = PHONE_PLANS[region];
    const found = plan && plansByCode().get(plan[0])?.get(region);
    if (found === void 0) return false;
    return givesAtHome(found, digits2) || trunk === "optional" && found.pattern.test(digits2);
  });
}
function givesAtHome({ trunk, pattern }, digits2) {
  if (trunk === "" || trunk === "1") return pattern.test(digits2.replace(/^1(?=[0-9]{10}$)/, ""));
  return digits2.startsWith(trunk) && pattern.test(digits2.slice(trunk.length));
}
var gives = (digits2) => ({ trunk, pattern }) => pattern.test(digits2) || trunk !== "" && digits2.startsWith(trunk) && pattern.test(digits2.slice(trunk.length));
var FICTIONAL = [
  /^(?:1?[2-9][0-9]{2})?55501[0-9]{2}$/,
  /^(?:44|0)?0?(?:20 ?79460|113 ?4960|114 ?4960|115 ?4960|116 ?4960|117 ?4960|118 ?4960|121 ?4960|131 ?4960|141 ?4960|151 ?4960|161 ?4960|191 ?4980|1632960|7700900|8081570|9098790|3069990|28 ?9649[06]|29 ?20180)[0-9]+$/,
  /^(?:61|0)?(?:[2378]5550|[2378]7010|491570|1800160|1800975707)[0-9]+$/,
  /^(?:49|0)?(?:3023125|6990009|4066969|2214710|8999998|15228817386|15228895456|15228599|17139200|17605101|17633333|17640690|1773322100)[0-9]*$/
];
function isFictionalNumber(text) {
  const digits2 = digitsOf(text).replace(/^00/, "");
  return FICTIONAL.some((pattern) => pattern.test(digits2));
}

// src/guard/content/detectors/personal/phone-number.ts
var NUMBER2 = /\+[0-9]{1,3}(?:[-. ()/\u00a0]{0,3}[0-9]){6,13}|\(0?[0-9]{2,5}\)[-. /\u00a0]?[0-9]{2,8}(?:[-. \u00a0][0-9]{2,5}){0,3}|(?:1[-. ])?[0-9]{2,6}(?:[-. /\u00a0][0-9]{2,8}){1,5}|[0-9]{7,15}/g;
var LABELS2 = labelsOf([
  ...[
    "phone",
    "phone number",
    "telephone",
    "tel",
    "mobile",
    "mobile number",
    "cell",
    "cell phone",
    "fax",
    "whatsapp",
    "whats app"
  ],
  ...[
    "call",
    "sms",
    "msisdn",
    "contact number",
    "contact",
    "dial",
    "home phone",
    "work phone",
    "hotline"
  ],
  ...[
    "telefon",
    "telefonnummer",
    "handy",
    "mobil",
    "rufnummer",
    "t\xE9l\xE9phone",
    "portable",
    "m\xF3vil",
    "tel\xE9fono",
    "celular"
  ],
  ...[
    "telefono",
    "cellulare",
    "telefoon",
    "mobiel",
    "telefone",
    "emergency contact",
    "text",
    "ring",
    "ext",
    "reach"
  ]
]);
var REGIONS = ["US", "GB", "DE", "FR", "IN", "AU"];
var LABELLED_REGIONS = [
  ...REGIONS,
  ...[
    "CA",
    "IE",
    "NL",
    "BE",
    "CH",
    "AT",
    "ES",
    "IT",
    "PT",
    "SE",
    "NO",
    "DK",
    "FI",
    "PL",
    "CZ",
    "BR",
    "MX",
    "JP",
    "CN",
    "KR",
    "ZA",
    "NZ",
    "SG"
  ]
];
var DIGITS_MIN2 = 7;
var DIGITS_MAX2 = 15;
var phoneNumber = {
  id: "personal/phone-number",
  title: "a telephone number",
  family: "personal",
  tier: "low",
  rank: 10,
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    for (const { 0: found, index } of window.matchAll(NUMBER2)) {
      const hit = numberAt(window, index, found);
      if (hit !== void 0) yield hit;
    }
  }
};
function numberAt(text, start, found) {
  const end = start + found.length;
  if (/[\w.+$#%=&?/-]$/.test(text.slice(Math.max(0, start - 1), start)) && !/(?:tel:|[a-z]=)$/i.test(text.slice(start - 4, start)))
    return void 0;
  if (/^(?:\w|[-./:+%][\w])/.test(text.slice(end, end + 2))) return void 0;
  const digits2 = digitsOf(found);
  if (digits2.length < DIGITS_MIN2 || digits2.length > DIGITS_MAX2 || isFiller(digits2))
    return void 0;
  if (isFictionalNumber(found)) return void 0;
  if (found.startsWith("+")) {
    if (isInternationalNumber(found)) return { start, end };
    return isLabelled(LABELS2, text, start, "tight") ? { start, end } : void 0;
  }
  if (isUnmistakable(found)) {
    if (isNationalNumber(found, REGIONS)) return { start, end };
  }
  if (!isLabelled(LABELS2, text, start, "tight") || isDate(found)) return void 0;
  if (isNationalNumber(found, LABELLED_REGIONS, "optional") || isInternationalNumber(found))
    return { start, end };
  return void 0;
}
function isUnmistakable(found) {
  return /^\([0-9]{2,5}\)/.test(found) || /^(?:1[-. ])?[2-9][0-9]{2}([-.])[2-9][0-9]{2}\1[0-9]{4}$/.test(found) || /^0[1-9][0-9]{0,4} [0-9]{2,4}(?: [0-9]{2,4}){1,3}$/.test(found);
}
function isFiller(digits2) {
  return new Set(digits2).size < 3 || /^(?:0123456|1234567|7654321)/.test(digits2);
}
function isDate(found) {
  return /^(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})$/.test(
    found
  );
}

// src/guard/content/detectors/personal/us-ssn.ts
var NUMBER3 = /[0-9]{3}(?:[-\u2010-\u2013][0-9]{2}[-\u2010-\u2013][0-9]{4}|[ .][0-9]{2}[ .][0-9]{4}|[0-9]{6})/g;
var LABELS3 = labelsOf([
  ...["ssn", "social security", "social security number", "social security no", "soc sec", "ss"],
  ...["itin", "taxpayer id", "taxpayer identification number", "tin", "tax id", "social"]
]);
var OTHERS = labelsOf([
  ...[
    "phone",
    "tel",
    "fax",
    "order",
    "part",
    "serial",
    "sku",
    "invoice",
    "ticket",
    "isbn",
    "model",
    "case",
    "claim"
  ],
  ...[
    "tracking",
    "reference",
    "ref",
    "lot",
    "batch",
    "policy",
    "version",
    "build",
    "date",
    "item",
    "product",
    "account"
  ]
]);
var usSsn = {
  id: "personal/us-ssn",
  title: "a social security number",
  family: "personal",
  tier: "high",
  rank: 30,
  *find(window, { text, start }) {
    const hits = /* @__PURE__ */ new Map();
    for (const { 0: found, index } of window.matchAll(NUMBER3)) {
      const hit = numberAt2(window, index, found);
      if (hit !== void 0) hits.set(index, hit);
    }
    for (const cell of namedCells(text, { start, end: start + window.length }, LABELS3.pattern)) {
      const digits2 = digitsOf(text.slice(cell.start, cell.end));
      const hit = { start: cell.start - start, end: cell.end - start };
      if (/^[0-9 -]{9,11}$/.test(text.slice(cell.start, cell.end)) && isSsn(digits2))
        hits.set(hit.start, hit);
    }
    yield* [...hits.values()].sort((one, other) => one.start - other.start);
  }
};
function numberAt2(text, start, found) {
  const end = start + found.length;
  if (/[\w.+/-]/.test(text.charAt(start - 1)) && !/[A-Za-z][-]$/.test(text.slice(start - 2, start)))
    return void 0;
  if (/^(?:\w|[-./+][\w])/.test(text.slice(end, end + 2))) return void 0;
  const digits2 = digitsOf(found);
  const isDashed = /[-\u2010-\u2013]/.test(found);
  if (isLabelled(LABELS3, text, start, isDashed ? "loose" : "tight")) {
    return isSsn(digits2) || isItin(digits2) ? { start, end } : void 0;
  }
  if (!isDashed || !isSsn(digits2) || isLabelled(OTHERS, text, start, "tight")) return void 0;
  return { start, end, tier: "medium" };
}

// src/guard/content/detectors/private-key.ts
var OPENER2 = "-----BEGIN ";
var HEADER = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
var FOOTER = /-----END (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
var PIECE = /[A-Za-z0-9+/]{40}/g;
var DISTINCT_MIN4 = 12;
var privateKey = {
  id: "private-key",
  title: "a private key",
  family: "secret",
  tier: "high",
  keywords: ["-----begin"],
  before: 0,
  after: 8192,
  rank: 20,
  *find(text) {
    let at = text.indexOf(OPENER2);
    while (at !== -1) {
      const bodyStart = endOf2(HEADER, text, at);
      if (bodyStart === void 0) {
        at = text.indexOf(OPENER2, at + OPENER2.length);
        continue;
      }
      const dashes = text.indexOf("-----", bodyStart);
      const body = text.slice(bodyStart, dashes === -1 ? text.length : dashes);
      const bodyEnd = bodyStart + body.length;
      if (isKeyMaterial(body)) yield { start: at, end: endOf2(FOOTER, text, bodyEnd) ?? bodyEnd };
      at = text.indexOf(OPENER2, bodyEnd);
    }
  }
};
function isKeyMaterial(body) {
  for (const [piece] of body.matchAll(PIECE)) {
    if (new Set(piece).size >= DISTINCT_MIN4) return true;
  }
  return false;
}
function endOf2(pattern, text, at) {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? void 0 : at + found[0].length;
}

// src/guard/content/detectors/table-secret.ts
var HEAD = /^[\s"'`*]*(?:(?:user|db|admin|initial|temp|current|old|new|root)[ _-]?)?(?:password|passwd|passwort|pwd|pass|pw|secret|(?:api|access|secret|auth|client)[ _-]?(?:key|token|secret)|token|credential|passphrase)s?[\s"'`*]*$/gi;
var CELL_CHARS_MIN = 6;
var tableSecret = {
  id: "table-secret",
  title: "a password or key in a table",
  family: "secret",
  tier: "medium",
  rank: 10,
  keywords: [
    "passw",
    "pwd",
    "pass,",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api key",
    "credential"
  ],
  before: 512,
  after: 16,
  *find(window, { text, start, file }) {
    if (file.isCode && !/values/i.test(text.slice(start, start + 4096))) return;
    for (const cell of namedCells(text, { start, end: start + window.length }, () => HEAD)) {
      const value = text.slice(cell.start, cell.end);
      const quality = valueQuality(value);
      if (value.length >= CELL_CHARS_MIN && (quality === "random" || quality === "mixed"))
        yield { start: cell.start - start, end: cell.end - start };
    }
  }
};

// src/guard/content/detectors/url-credentials.ts
var URL_PASSWORD = /:\/\/(?<=[a-z][a-z0-9+.-]{1,24}:\/\/)(?<user>[^\s:@/?#"'`<>(){}[\]|\\]{0,128}):(?<password>[^\s:/"'`<>]{1,256})@(?<host>[A-Za-z0-9[][\w.:[\]-]{0,253})?/gi;
var KEYED2 = /(?<=[;"'&?\s])(?:password|pwd|accountkey|sharedaccesskey)[ ]?=[ ]?(?<password>[^;"'&\s<>]{4,200})(?=[;"'&\s]|$)/gi;
var BEFORE_KEYED = /server|data source|host|user id|uid|accountname|endpoint|driver|jdbc:/i;
var EXAMPLES2 = /^(?:pass|password|passwd|pwd|secret|token|pw|p|x|xxx+|user|username|admin:admin|\*+|\.+|guest|changeme|[A-Z_]{3,}|<.*|\$.*|%[sdv]|\{.*|pass\w{0,2})$/;
var LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host|db|postgres|mysql|redis|mongo|example\.(?:com|org|net)|.*\.example(?:\.com)?)(?::|$)/i;
var DEFAULTS = /* @__PURE__ */ new Set([
  "postgres",
  "mysql",
  "root",
  "admin",
  "test",
  "guest",
  "rabbitmq",
  "redis",
  "mongo",
  "sa",
  "dev",
  "demo"
]);
var urlCredentials = [
  {
    id: "url-credentials",
    title: "a password in an address",
    family: "secret",
    tier: "high",
    rank: 20,
    keywords: ["://"],
    before: 28,
    after: 400,
    *find(window) {
      for (const match of window.matchAll(URL_PASSWORD)) {
        const { user = "", password = "", host = "" } = match.groups ?? {};
        const tier = tierOf2(password, user, host);
        if (tier === void 0) continue;
        const start = match.index + 3 + user.length + 1;
        yield { start, end: start + password.length, tier };
      }
    }
  },
  {
    id: "connection-string",
    title: "a password in a connection string",
    family: "secret",
    tier: "high",
    rank: 20,
    keywords: ["password=", "pwd=", "password =", "pwd =", "accountkey=", "sharedaccesskey="],
    before: 220,
    after: 210,
    *find(window) {
      for (const match of window.matchAll(KEYED2)) {
        const password = match.groups?.["password"] ?? "";
        const ahead = window.slice(Math.max(0, match.index - 220), match.index);
        const before = ahead.slice(ahead.lastIndexOf("\n") + 1);
        const tier = BEFORE_KEYED.test(before) ? tierOf2(password, "", "") : void 0;
        const start = match.index + match[0].length - password.length;
        if (tier !== void 0) yield { start, end: start + password.length, tier };
      }
    }
  }
];
function tierOf2(password, user, host) {
  if (EXAMPLES2.test(password) || isPlaceholder(password) || /[{}$]/.test(user)) return void 0;
  if (/^\d{1,5}$/.test(password)) return void 0;
  const isWeak = DEFAULTS.has(password.toLowerCase()) || password === user;
  if (LOCAL_HOST.test(host)) return isWeak ? void 0 : "medium";
  return isWeak ? "low" : "high";
}

// src/guard/content/withheld.ts
var PLACEHOLDER = /\[\[SP:[a-z0-9/-]{1,64}:[A-Z2-7]{8}\]\]/g;

// src/guard/content/detectors/withheld-value.ts
var withheldValue = {
  id: "withheld-value",
  title: "the placeholder of a value that was withheld",
  family: "secret",
  tier: "low",
  rank: 30,
  keywords: ["[[sp:"],
  before: 0,
  after: 96,
  *find(window) {
    for (const { 0: found, index } of window.matchAll(PLACEHOLDER))
      yield { start: index, end: index + found.length };
  }
};

// src/guard/content/detectors/index.ts
var DETECTORS_BY_FILE = [
  // One a line, in the order of the files.
  assignedSecret,
  authorizationHeader,
  awsAccessKeyId,
  callArgument,
  commandOption,
  commandPassword,
  configFiles,
  aiCredentials,
  amazonAndGoogleCredentials,
  businessServicesCredentials,
  cloudsCredentials,
  codeHostingCredentials,
  continuousIntegrationCredentials,
  databasesCredentials,
  developerServicesCredentials,
  identityCredentials,
  keysCredentials,
  messagingCredentials,
  microsoftAzureCredentials,
  observabilityCredentials,
  packageRegistriesCredentials,
  paymentsCredentials,
  secretManagersCredentials,
  socialAndMapsCredentials,
  workAndContentCredentials,
  declaredSecret,
  clinical,
  hl7Fields,
  records,
  usIdentifiers,
  jsonWebToken,
  documents,
  emailAddress,
  iban,
  ipAddress,
  nationalIds,
  paymentCard,
  person,
  phoneNumber,
  usSsn,
  privateKey,
  tableSecret,
  urlCredentials,
  withheldValue
];
var DETECTORS = DETECTORS_BY_FILE.flat();

// src/guard/content/finding-class.ts
var CLASSES = Object.fromEntries(
  [
    ["secret", "a secret"],
    ["personal", "personal data"],
    ["health", "health data"]
  ].flatMap(([family, title]) => [
    [family, { family, least: "low", title: `${title}, however unsure` }],
    [`${family}-medium`, { family, least: "medium", title }],
    [`${family}-high`, { family, least: "high", title: `${title}, for certain` }]
  ])
);

// src/base/path.ts
function baseName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

// src/guard/content/file-nature.ts
var TEST = /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|__fixtures__|mocks?|__mocks__|testdata)\/|[._-](?:test|spec)\.[a-z]{1,5}$|(?:^|\/)test_[^/]{1,100}\.py$/i;
var EXAMPLE2 = /(?:^|[._/-])(?:example|examples|sample|samples|template|templates|dist)(?:[._/-]|$)/i;
var LOCK = /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|cargo\.lock|poetry\.lock|pipfile\.lock|uv\.lock|gemfile\.lock|go\.sum|flake\.lock|mix\.lock|podfile\.lock)$/i;
var PROSE = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
var CODE2 = /\.(?:[cm]?[jt]sx?|py|pyi|go|java|kt|kts|scala|rb|php|rs|c|h|cc|cpp|hpp|cs|m|mm|swift|dart|lua|pl|pm|ex|exs|erl|hs|clj|vue|svelte|groovy|r|jl)$/i;
var PATH_CHARS = 400;
function fileNature(path) {
  const end = path?.slice(-PATH_CHARS) ?? "";
  const name = baseName(end);
  return {
    path,
    isTest: TEST.test(end),
    isExample: EXAMPLE2.test(name),
    isLock: LOCK.test(name),
    isProse: PROSE.test(name),
    isCode: CODE2.test(name)
  };
}

// src/base/failure.ts
function assert(condition, message) {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

// src/guard/content/keyword-search.ts
var ASCII2 = 128;
var CASE = 32;
var KIND_BITS = 5;
var KIND_MASK = (1 << KIND_BITS) - 1;
var TWO_MASK = (1 << KIND_BITS * 2) - 1;
var THREE_MASK = (1 << KIND_BITS * 3) - 1;
var FIVE_MASK = (1 << KIND_BITS * 5) - 1;
var LONG2 = 4;
var SHORT = 3;
var LISTED_MAX = 3;
var KIND_OF = Uint8Array.from({ length: ASCII2 }, (_, unit) => kindOf(unit));
function kindOf(unit) {
  const letter = unit | CASE;
  if (letter >= 97 && letter <= 122) return letter - 96;
  if (unit >= 48 && unit <= 57) return 27;
  const character = String.fromCharCode(unit);
  if ("_-".includes(character)) return 28;
  if (" 	\r\n".includes(character)) return 29;
  if (`"'=:`.includes(character)) return 30;
  return unit < 32 ? 0 : 31;
}
function keywordSearch(keywords) {
  const endings = new Int32Array(THREE_MASK + 1);
  const short = new Int32Array(TWO_MASK + 1);
  const buckets = /* @__PURE__ */ new Map();
  keywords.forEach((keyword, index) => {
    const { length } = keyword;
    assert(length >= SHORT && isFolded(keyword), "a keyword is lower-case ASCII text, 3 or more");
    const last = 1 << kindAt(keyword, length - 1);
    const two = kindAt(keyword, length - 3) << KIND_BITS | kindAt(keyword, length - 2);
    if (length >= LONG2) {
      const three = kindAt(keyword, length - LONG2) << 2 * KIND_BITS | two;
      endings[three] = (endings[three] ?? 0) | last;
      add(buckets, keyOf(three, kindAt(keyword, length - 1)), index, keyword);
      return;
    }
    short[two] = (short[two] ?? 0) | last;
    for (let three = two; three <= THREE_MASK; three += TWO_MASK + 1)
      endings[three] = (endings[three] ?? 0) | last;
    add(buckets, -keyOf(two, kindAt(keyword, length - 1)), index, keyword);
  });
  const look2 = (text, end, kinds, onKeyword) => {
    const last = kindAt(text, end - 1);
    const long = buckets.get(keyOf(kinds & THREE_MASK, last));
    if (long !== void 0 && mayEnd(long, kinds)) tell(long, keywords, text, end, onKeyword);
    if (((short[kinds & TWO_MASK] ?? 0) >>> last & 1) === 0) return;
    const shorter = buckets.get(-keyOf(kinds & TWO_MASK, last));
    if (shorter !== void 0) tell(shorter, keywords, text, end, onKeyword);
  };
  return (text, onKeyword) => {
    let kinds = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const kind = unit < ASCII2 ? KIND_OF[unit] ?? 0 : 0;
      if (((endings[kinds & THREE_MASK] ?? 0) >>> kind & 1) === 1)
        look2(text, at + 1, kinds, onKeyword);
      kinds = (kinds << KIND_BITS | kind) & FIVE_MASK;
    }
  };
}
function isFolded(keyword) {
  for (let at = 0; at < keyword.length; at += 1) {
    const unit = keyword.charCodeAt(at);
    if (unit >= ASCII2 || folded(unit) !== unit) return false;
  }
  return true;
}
function folded(unit) {
  return unit >= 65 && unit <= 90 ? unit | CASE : unit;
}
function kindAt(text, at) {
  const unit = text.charCodeAt(at);
  return unit < ASCII2 ? KIND_OF[unit] ?? 0 : 0;
}
function keyOf(kinds, last) {
  return (kinds << KIND_BITS | last) + 1;
}
function add(buckets, key, index, keyword) {
  let bucket = buckets.get(key);
  if (bucket === void 0) {
    bucket = { keywords: [], fifth: 0, sixth: 0, tree: void 0 };
    buckets.set(key, bucket);
  }
  const { length } = keyword;
  bucket.keywords.push(index);
  bucket.fifth |= length < 5 ? -1 : 1 << kindAt(keyword, length - 5);
  bucket.sixth |= length < 6 ? -1 : 1 << kindAt(keyword, length - 6);
}
function mayEnd({ fifth, sixth }, kinds) {
  return (fifth >>> (kinds >>> 3 * KIND_BITS & KIND_MASK) & 1) === 1 && (sixth >>> (kinds >>> 4 * KIND_BITS & KIND_MASK) & 1) === 1;
}
function tell(bucket, keywords, text, end, onKeyword) {
  if (bucket.keywords.length <= LISTED_MAX) {
    for (const keyword of bucket.keywords)
      if (endsWith(text, end, keywords[keyword] ?? "")) onKeyword(keyword, end);
    return;
  }
  let node = bucket.tree ??= treeOf(bucket.keywords, keywords);
  for (let at = end - 1; at >= 0; at -= 1) {
    node = node.longer.get(folded(text.charCodeAt(at)));
    if (node === void 0) return;
    for (const keyword of node.ends) onKeyword(keyword, end);
  }
}
function endsWith(text, end, keyword) {
  const start = end - keyword.length;
  if (start < 0) return false;
  for (let at = keyword.length - 1; at >= 0; at -= 1)
    if (folded(text.charCodeAt(start + at)) !== keyword.charCodeAt(at)) return false;
  return true;
}
function treeOf(indexes, keywords) {
  const root = { ends: [], longer: /* @__PURE__ */ new Map() };
  for (const index of indexes) {
    const keyword = keywords[index] ?? "";
    let node = root;
    for (let at = keyword.length - 1; at >= 0; at -= 1) {
      const unit = keyword.charCodeAt(at);
      let longer = node.longer.get(unit);
      if (longer === void 0) {
        longer = { ends: [], longer: /* @__PURE__ */ new Map() };
        node.longer.set(unit, longer);
      }
      node = longer;
    }
    node.ends.push(index);
  }
  return root;
}

// src/guard/content/prefilter.ts
var BEFORE = 64;
var AFTER = 320;
var WINDOW_CHARS_MAX = 16 * 1024;
var FILTERS = /* @__PURE__ */ new WeakMap();
function prefilter(detectors, text) {
  const { search, wanted, whole } = filterOf(detectors);
  const windows = /* @__PURE__ */ new Map();
  for (const index of whole) windows.set(index, [0, text.length]);
  search(text, (keyword, end) => {
    const { by, length } = wanted[keyword] ?? { by: [], length: 0 };
    for (const index of by) {
      const { before = BEFORE, after = AFTER } = detectors[index] ?? {};
      let own = windows.get(index);
      if (own === void 0) windows.set(index, own = []);
      widen(own, Math.max(0, end - length - before), Math.min(text.length, end + after));
    }
  });
  const watched = [];
  for (const index of [...windows.keys()].sort((one, other) => one - other)) {
    const detector = detectors[index];
    const own = windows.get(index);
    if (detector !== void 0 && own !== void 0) watched.push({ detector, windows: own });
  }
  return watched;
}
function widen(windows, start, end) {
  const last = windows.length - 1;
  const length = end - (windows[last - 1] ?? 0);
  if (last > 0 && start <= (windows[last] ?? 0) && length <= WINDOW_CHARS_MAX) {
    windows[last] = Math.max(windows[last] ?? 0, end);
    windows[last - 1] = Math.min(windows[last - 1] ?? 0, start);
    return;
  }
  windows.push(start, end);
}
function filterOf(detectors) {
  const known = FILTERS.get(detectors);
  if (known !== void 0) return known;
  const by = /* @__PURE__ */ new Map();
  const whole = [];
  detectors.forEach(({ keywords }, index) => {
    if (keywords === void 0) whole.push(index);
    for (const keyword of new Set(keywords)) {
      const wanting = by.get(keyword);
      if (wanting === void 0) by.set(keyword, [index]);
      else wanting.push(index);
    }
  });
  const words = [...by.keys()];
  const filter = {
    search: keywordSearch(words),
    wanted: words.map((word) => ({ by: by.get(word) ?? [], length: word.length })),
    whole
  };
  FILTERS.set(detectors, filter);
  return filter;
}

// src/guard/content/resolve.ts
var RANK = 20;
var CONTAINER_TIMES = 2;
function resolved(candidates, text) {
  const sorted = [...candidates].sort(
    ({ finding: one }, { finding: other }) => one.start - other.start || other.end - one.end
  );
  const kept = [];
  for (const candidate of sorted) {
    const last = kept.at(-1);
    if (last === void 0 || candidate.finding.start >= last.finding.end) kept.push(candidate);
    else kept[kept.length - 1] = joined(last, candidate);
  }
  return inBulk(kept, text);
}
function joined(first, second) {
  const [winner, loser] = isBetter(second, first) ? [second, first] : [first, second];
  const { finding: one } = winner;
  const { finding: other } = loser;
  const isHeld = one.start <= other.start && other.end <= one.end || other.start <= one.start && one.end <= other.end;
  const tier = one.family === other.family && isAtLeast(other.tier, one.tier) ? other.tier : one.tier;
  const start = isHeld ? one.start : Math.min(one.start, other.start);
  const end = isHeld ? one.end : Math.max(one.end, other.end);
  return { detector: winner.detector, finding: { ...one, tier, start, end } };
}
function isBetter(one, other) {
  if (isContainer(one, other)) return true;
  if (isContainer(other, one)) return false;
  const [rank, otherRank] = [one.detector.rank ?? RANK, other.detector.rank ?? RANK];
  if (rank !== otherRank) return rank > otherRank;
  if (one.finding.tier !== other.finding.tier)
    return isAtLeast(one.finding.tier, other.finding.tier);
  const isPlain = one.finding.decoded === void 0;
  if (isPlain !== (other.finding.decoded === void 0)) return isPlain;
  return lengthOf(one) > lengthOf(other);
}
function isContainer({ detector, finding }, { finding: inner }) {
  return (detector.rank ?? RANK) >= RANK && finding.start <= inner.start && inner.end <= finding.end && finding.end - finding.start > CONTAINER_TIMES * (inner.end - inner.start);
}
function lengthOf({ finding: { start, end } }) {
  return end - start;
}
function inBulk(kept, text) {
  const values = /* @__PURE__ */ new Map();
  for (const { detector, finding } of kept) {
    if (detector.bulk === void 0) continue;
    const seen = values.get(detector.bulk) ?? /* @__PURE__ */ new Set();
    values.set(detector.bulk, seen.add(text.slice(finding.start, finding.end).toLowerCase()));
  }
  return kept.map(({ detector: { bulk }, finding }) => {
    const isMany = bulk !== void 0 && (values.get(bulk)?.size ?? 0) >= bulk.count;
    return isMany && isAtLeast(bulk.tier, finding.tier) ? { ...finding, tier: bulk.tier } : finding;
  });
}

// src/guard/content/scan.ts
var CHARS_PER_STEP2 = 64;
var FILTERED_CHARS_PER_STEP = 512;
function scanText(text, place, options = {}) {
  const { max = FINDINGS_MAX, detectors = DETECTORS, path, steps } = options;
  const scan = {
    ...{ place, detectors, file: fileNature(path), candidates: [] },
    ...{ steps: 0, stepsMax: steps ?? scanStepsMax(text.length), isTruncated: false }
  };
  look(scan, { text, encodings: [], placeOf: (span) => span });
  const findings = inTurn(resolved(scan.candidates, text), max);
  return { findings, isTruncated: scan.isTruncated, steps: scan.steps };
}
function look(scan, layer) {
  const { text, encodings, placeOf } = layer;
  if (!spend(scan, Math.ceil(text.length / FILTERED_CHARS_PER_STEP))) return;
  for (const { detector, windows } of prefilter(scan.detectors, text)) {
    for (let at = 0; at < windows.length; at += 2) {
      const start = windows[at] ?? 0;
      const end = windows[at + 1] ?? 0;
      if (!spend(scan, Math.ceil((end - start) / CHARS_PER_STEP2))) return;
      const surroundings = { text, start, file: scan.file };
      for (const hit of detector.find(text.slice(start, end), surroundings)) {
        if (scan.candidates.length >= SCAN_FINDINGS_MAX) {
          scan.isTruncated = true;
          return;
        }
        const { id, family, tier } = detector;
        const finding = {
          ...{ detector: id, family, tier: hit.tier ?? tier, place: scan.place },
          ...placeOf({ start: start + hit.start, end: start + hit.end }),
          ...encodings.length === 0 ? {} : { decoded: encodings }
        };
        scan.candidates.push({ detector, finding });
      }
    }
  }
  if (encodings.length >= DECODED_DEPTH_MAX) return;
  for (const part of decodedParts(text)) {
    if (scan.isTruncated) return;
    look(scan, {
      text: part.text,
      encodings: [...encodings, ...part.encodings],
      placeOf: (span) => placeOf(part.placeOf(span))
    });
  }
}
function spend(scan, steps) {
  scan.steps += steps;
  if (scan.steps > scan.stepsMax) scan.isTruncated = true;
  return !scan.isTruncated;
}
function inTurn(findings, max) {
  if (findings.length <= max) return findings;
  const turns = /* @__PURE__ */ new Map();
  const turnOf = findings.map(({ detector }) => {
    const turn = turns.get(detector) ?? 0;
    turns.set(detector, turn + 1);
    return turn;
  });
  return findings.map((finding, index) => ({ finding, turn: turnOf[index] ?? 0 })).sort((one, other) => one.turn - other.turn).slice(0, max).map(({ finding }) => finding).sort((one, other) => one.start - other.start);
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  DETECTORS,
  decodedParts,
  fileNature,
  keywordSearch,
  prefilter,
  scanText
});
