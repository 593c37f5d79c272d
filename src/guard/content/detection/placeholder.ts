// Values that say of themselves that they are none: examples of documentation, fillers, variables to be replaced.

/** Words that no generator of secrets writes, in values that people fill in. */
const WORDS =
  /example|placeholder|change[-_]?me|redacted|your[-_]?(?:[a-z]{2,12}[-_]){0,5}(?:api|key|token|secret|pass)|insert[-_]?|replace[-_ ]?(?:with|me|this)|update[-_]?me|fill[-_]?(?:me|in)|dummy|\*{4}|\.{3}|…|•{3}|0{12}|1{12}|a{12}|123456789(?:0)?abcdef|abcdefghijkl|deadbeef.{0,4}deadbeef|JBSWY3DPEHPK3PXP/i;
/**
 * How values begin that vendors publish for everybody to try things with: reCAPTCHA's pair, the emulators of Azure's storage and
 * Cosmos DB, the accounts of Hardhat and Anvil, keys of Stripe's documentation, tokens of RFC 6749. WHY the beginning: no scanner is to find one here.
 */
const PUBLISHED =
  /^(?:6LeIxAcTAAAAA|2YotnFZFEjr1|tGzv3JOkF0XG|SplxlOBeZQQY|czZCaGRSa3F0MzpnWDFm|Eby8vdM02xNOcqFl|C2y6yDjf5\/R\+ob0N|sk_test_(?:4eC39HqLyjWD|BQokikJOvBiI)|(?:0x)?(?:ac0974bec39a17e3|59c6995e998f97a5|5de4111afa1a4b94|7c852118294e51e6|47e179ec19748859|8b3a350cf5c34c91|92db14e403b83dfe|4bbbf85ce3377467|dbda1821b80551c9|2a871d0798f97d79))/;
/** Letters in their order with digits between them: `abc123def456ghi789`. */
const COUNTED = /^(?=.*abc\d)/i;
/** Letters that stand for others, in one case: a random value may have them in both. */
const CROSSES = /x{4}|X{4}/;
/** A reference to a value that stands elsewhere. */
const REFERENCE =
  /^(?:\{(?:env|file|vault|secret):[^{}]*\}$|\$\{|\$\(|\{\{|<%|%\(|\$[A-Za-z_]|<[^>]*>$|%[A-Z_]+%$|\[\[SP:)/;
/** Of a value as long as this, fewer different characters than a quarter of it, at most 5, are a filler. */
const FILLER_CHARS_MIN = 12;
const DISTINCT_MIN = 5;
/** Characters that are looked at: a longer value is told by its beginning. */
const LOOKED_AT = 512;

/** Whether a value is a placeholder, whatever kind of value should stand there. */
export function isPlaceholder(value: string): boolean {
  const text = value.length > LOOKED_AT ? value.slice(0, LOOKED_AT) : value;
  if (REFERENCE.test(text) || WORDS.test(text) || CROSSES.test(text)) return true;
  if (PUBLISHED.test(text)) return true;
  if (COUNTED.test(text) && WORDS.test(text.replace(/\d+/g, ""))) return true;
  return text.length >= FILLER_CHARS_MIN && isOfFew(text);
}

/** Whether a text has fewer different characters than that. Most values show so many in their first ones. */
function isOfFew(text: string): boolean {
  const seen: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (seen.includes(unit)) continue;
    seen.push(unit);
    if (seen.length >= DISTINCT_MIN) return false;
  }
  return true;
}
