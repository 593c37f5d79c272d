// command-password: a password behind `-u user:` of a command, and one that a sentence tells.
import type { Detector, Hit } from "../detection/detector.ts";
import { valueQuality } from "../detection/value-quality.ts";

/** `-u user:password` and `--user` of curl and programs like it; what stands behind the word in a sentence. */
const FORMS: readonly RegExp[] = [
  /(?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?[\w.@+-]{1,64}:(?<value>[^\s"'@:/]{6,128})/g,
  /(?<![\w$-])(?:pass(?:word|phrase|wd|wort)?|pw|mot[ ]de[ ]passe|contrase(?:n|ñ)a|kennwort|wachtwoord|senha)[*_`"']{0,3}(?:[ ](?:for|of|on|de|del|du|des|von|zum|für)[ ](?:(?:the|el|la|le|den)[ ])?[\w.@/-]{1,64}(?:[ ][\w.-]{1,24})?)?(?:[ ]?[:=]|[ ](?:is|was|to|=|est|es|ist|lautet|c'est)[:]?)?[ ]+[`"'*]{0,2}(?<value>[^\s`"'*,;]{8,64})(?![^\s`"'*,;])/gi,
  /(?<![\w-])(?:api[ -]?key|access[ ]key|secret[ ]key|token|secret)(?:[ ](?:for|of|to)[ ](?:the[ ])?[\w.@/-]{1,64})?[ ](?:is|was|=)[:]?[ ]+[`"'*]{0,2}(?<value>[^\s`"'*,;]{16,128})(?![^\s`"'*,;])/gi,
];
/** In prose only what nobody takes for a word: letters with digits. */
const MIXED = /[A-Za-z].{0,64}\d|\d.{0,64}[A-Za-z]/;

/** The verb, where nothing says that a value follows: `pass utf8-encoded names`, `options to pass to …`, `pass --strict=1`. */
const VERB = /^pass\s+(?:to\s|-|[A-Za-z]\w{0,40}[-_./=]\w)/i;

/** A model of a device, where nothing says that a value follows: `password DIR-825/B1`. */
const MODEL =
  /^[a-z ]{2,16} (?:[A-Z]{2,6}-?[A-Z]?\d{2,5}[A-Z]{0,3})(?:[-/.][A-Za-z]{0,2}\d{0,3}){0,2}$/;

/** A value without quotes in a line of code that is no comment. */
function isExpression(window: string, start: number): boolean {
  if (/["'`]/.test(window[start - 1] ?? "")) return false;
  const before = window.slice(Math.max(0, start - 200), start);
  return !/\/\/|#|\*|--|["'`]/.test(before.slice(before.lastIndexOf("\n") + 1));
}

export const commandPassword: Detector = {
  id: "command-password",
  title: "a password in a command or a sentence",
  family: "secret",
  tier: "medium",
  rank: 11,
  keywords: [
    ...["-u ", "--user", "--proxy-user", "passw", "passphrase", " pw ", "pw:", " pass ", "pass:"],
    ...["mot de passe", "contrase", "kennwort", "wachtwoord", "senha", "key is", "token is"],
    ...["secret is", "key for", "token for", "secret for"],
  ],
  before: 80,
  after: 320,
  *find(window, { file }) {
    if (file.isLock) return;
    const hits: Hit[] = [];
    // Hostile texts say the same thousands of times.
    const told = new Map<string, boolean>();
    const isOne = (value: string): boolean => {
      const known = told.get(value);
      if (known !== undefined) return known;
      const quality = valueQuality(value);
      const is = quality === "random" || (quality === "mixed" && MIXED.test(value));
      told.set(value, is);
      return is;
    };
    for (const form of FORMS) {
      for (const match of window.matchAll(form)) {
        const value = (match.groups?.["value"] ?? "").replace(/[.)\]}!?]+$/, "");
        if (/^[{<[(]/.test(value) || !isOne(value) || VERB.test(match[0])) continue;
        if (MODEL.test(match[0])) continue;
        const start = match.index + match[0].lastIndexOf(value);
        if (file.isCode && isExpression(window, start)) continue;
        hits.push({ start, end: start + value.length });
      }
    }
    yield* hits.sort((one, other) => one.start - other.start);
  },
};
