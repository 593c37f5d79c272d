// Names of variables and settings that hold secrets: which words say so, and which say that it is something about a secret instead.

/** How much a name says that its value is a secret: `strong` names nothing else; `weak` ones name other things as often. */
export type NameStrength = "strong" | "password" | "weak" | "none";

const PASSWORD = new Set(
  "password passwd passwort pwd pass passphrase passcode pw mdp clave parola kennwort contrasena senha motdepasse passe userpass dbpass wachtwoord haslo heslo sifre losenord senord passord adgangskode salasana jelszo lozinka".split(
    " ",
  ),
);
const STRONG = new Set(
  "secret secrets apikey authkey accesskey secretkey privatekey credential credentials apitoken authtoken accesstoken refreshtoken bearertoken clientsecret appsecret signingkey encryptionkey masterkey sharedkey licensekey apisecret webhooksecret presharedkey psk secreta segreta secrete geheim".split(
    " ",
  ),
);
/** Words that make a `key` or `token` before them a secret one. */
const STRONG_PAIRS =
  /(?:^|_)(?:api|access|secret|private|auth|account|storage|master|encryption|signing|signature|session|service|admin|deploy|bot|oauth2?|bearer|refresh|personal|client|app|application|security|csrf|jwt|license|hmac|shared|consumer|user|webhook|gitlab|github|slack|npm|pypi|registry|vault|root|subscription|crypto|cipher|aes|des)_(?:key|token|pat)s?(?:_|$)/;
const WEAK = new Set(
  "key token auth authorization credential creds salt cookie pat chiave".split(" "),
);
/** Words after which a name is about a secret and not the secret: its length, its place, its name, its form on a page. */
const ABOUT =
  /_(?:id|ids|name|names|path|file|filename|dir|url|uri|link|type|types|kind|length|len|size|count|min|max|field|label|title|text|hint|placeholder|message|msg|error|errors|regex|pattern|policy|policies|rule|rules|expiry|expires|expiration|ttl|timeout|age|date|time|at|on|version|format|status|state|enabled|disabled|required|valid|invalid|validator|validation|strength|reset|change|changed|confirmation|prompt|page|form|input|button|column|table|index|ref|reference|arn|resource|provider|manager|store|storage|service|server|endpoint|host|port|algorithm|alg|encryption|hashing|stdin|ttl|method|mode|scheme|prefix|suffix|separator|delimiter|template|env|var|variable|mount|volume|class|factory|builder|generator|handler|callback|listener|request|response|limit|limits|usage|budget|cost|bucket|ring|word|words|map|set|list|array|code|codes|event|frame|board|up|down|press|binding|bindings|bind|stroke|stone|note|pair|space|check|info|icon|image|css|test|doc|docs|param|params|parameter|query|header|headers|attr|attrs|model|models|view|views|route|routes|attribute|attributes|filter|dn|hash|hashes|hashed|digest|fingerprint|checksum|strategy|selector|toast|modal|dialog|option|options|result|backup|v\d)$/;
/** Keys that are shown to everybody. */
const PUBLIC =
  /(?:^|_)(?:site|public|publishable|pub|anon|measurement|tracking|host)_(?:key|token)$|(?:^|_)(?:public|pub)_(?:\w{1,24}_)?keys?$|^(?:(?:segment|analytics)_)?write_key$|^(?:file|document|sheet|board|issue)_key$|^x_(?:amz|goog)_credential$|(?:^|_)(?:expected|known_host|verify|verification|trusted|peer|authorized)_keys?$/;
const NOT_FIRST =
  /^(?:no|not|has|have|is|are|was|use|uses|using|with|without|show|hide|toggle|forgot|forget|reset|change|update|validate|verify|check|confirm|enable|disable|allow|require|requires|get|find|parse|format|encode|decode|hash|encrypt|decrypt|generate|gen|new_|public|primary|foreign|partition|sort|cache|object|json|dict|map|i18n|translation|locale|idempoten(?:cy|ce)|routing|sync|delta|cursor|continuation|pagination|resume|order|s3(?!_(?:secret|access))|row|column|group|query|data|html|css|next|prev|page|cancellation|stop|start|end|eos|bos|pad|unk|sep|cls|mask|special|design|csrf|xsrf|lexer|syntax|max|min|total|prompt|completion|input|output|project)_/;

/** `requirepass`, `smtppass`; and no `bypass`, no `lowpass`. */
const GLUED =
  /^(?!.{0,12}(?:by|com|sur|tres|encom|over|under|band|high|low|multi|single|first|last|one|two|shadow|render|out)pass$)[a-z]{2,12}pass$|^(?:root|user|admin|db|my)pw$/;

/** What a name says, written in any style: `dbPassword`, `DB_PASSWORD`, `db-password`, `db.password`. */
export function nameStrength(name: string): NameStrength {
  const words = snakeCase(lastPartOf(name));
  if (words === "" || ABOUT.test(words) || PUBLIC.test(words)) return "none";
  const parts = words.split("_");
  const ending = parts.at(-1) ?? "";
  const plain = /^\d+$/.test(ending) ? (parts.at(-2) ?? "") : ending;
  const isLed = NOT_FIRST.test(words);
  if (parts.some((part) => PASSWORD.has(part))) return isLed ? "weak" : "password";
  if (isLed) return "none";
  if (parts.some((part) => STRONG.has(part)) || STRONG_PAIRS.test(words)) return "strong";
  if (/(?:secret|passw(?:or)?d|apikey|passphrase)$/.test(plain)) return "strong";
  if (GLUED.test(plain)) return "password";
  if (WEAK.has(plain) || /(?:key|token)$/.test(plain)) return "weak";
  return "none";
}

/** What a name says behind its last dot, and before it too where that says what the key is of: `shop.api.key`. */
function lastPartOf(name: string): string {
  const parts = name.split(/[.[\]$]/).filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const before = parts.at(-2) ?? "";
  const isOf = /^(?:key|token)$/i.test(last) && /(?:api|access|secret|private|auth)$/i.test(before);
  return isOf ? `${before}_${last}` : last;
}

/** The last word of a name, in lower case and without digits behind it. */
export function lastWordOf(name: string): string {
  const last = name.split(/[.[\]$]/).findLast((part) => part !== "") ?? "";
  return (snakeCase(last).split("_").at(-1) ?? "").replace(/\d+$/, "");
}

/** Words in lower case with one `_` between them. A word begins behind a sign, and at a capital letter that begins one. */
function snakeCase(name: string): string {
  let words = "";
  let isApart = false;
  for (let at = 0; at < name.length; at += 1) {
    const unit = name.charCodeAt(at);
    if (!isLower(unit) && !isUpper(unit) && !isDigit(unit)) {
      isApart = true;
      continue;
    }
    const before = name.charCodeAt(at - 1);
    const isFirst =
      isUpper(unit) &&
      (isLower(before) || isDigit(before) || (isUpper(before) && isLower(name.charCodeAt(at + 1))));
    if ((isApart || isFirst) && words !== "") words += "_";
    isApart = false;
    words += name.charAt(at);
  }
  return words.toLowerCase();
}

function isLower(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
