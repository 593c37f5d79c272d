// The words with which git starts a program that makes signatures or looks at them, in the forms that git has and no other.

/** What git wants. Files are named as git named them; what they hold came with the request. */
export type SigningWords =
  | {
      readonly kind: "ssh-sign";
      /** A file of the person's, or one that holds the public key itself. */
      readonly key: string;
      readonly isLiteral: boolean;
      readonly payload: string;
    }
  | {
      readonly kind: "ssh-look";
      readonly verb: "find-principals" | "verify";
      /** The file with the keys of those whose signatures are good. */
      readonly signers: string;
      readonly principal: string | undefined;
      readonly signature: string;
      /** An option with the time at which keys had to be good. */
      readonly time: string | undefined;
    }
  | { readonly kind: "gpg-sign"; readonly key: string }
  | { readonly kind: "gpg-look"; readonly signature: string };

const WORDS_MAX = 16;
const TIME = /^-Overify-time=\d{8,14}Z?$/;

/** Reads the words; undefined for any that git does not use (gpg-interface.c of git 2.34 to 2.50). */
export function signingWords(words: readonly string[]): SigningWords | undefined {
  if (words.length > WORDS_MAX) return undefined;
  return words[0] === "-Y" ? sshWords(words[1], words.slice(2)) : gpgWords(words);
}

function sshWords(verb: string | undefined, words: readonly string[]): SigningWords | undefined {
  if (verb === "sign") {
    const [n, namespace, f, key, ...rest] = words;
    const isLiteral = rest[0] === "-U";
    const [payload, ...more] = isLiteral ? rest.slice(1) : rest;
    const isForm = n === "-n" && namespace === "git" && f === "-f" && more.length === 0;
    return isForm && isName(key) && isName(payload)
      ? { kind: "ssh-sign", key, isLiteral, payload }
      : undefined;
  }
  const times = words.filter((word) => TIME.test(word));
  const [time] = times;
  const others = words.filter((word) => !TIME.test(word));
  if (times.length > 1) return undefined;
  if (verb === "find-principals") {
    const [f, signers, s, signature, ...more] = others;
    return f === "-f" && s === "-s" && isName(signers) && isName(signature) && more.length === 0
      ? { kind: "ssh-look", verb, signers, principal: undefined, signature, time }
      : undefined;
  }
  if (verb !== "verify") return undefined;
  const [n, namespace, f, signers, i, principal, s, signature, ...more] = others;
  // A list of keys that were taken back: the person's own is used, whatever is named here.
  const isRest = more.length === 0 || (more.length === 2 && more[0] === "-r");
  const isForm = n === "-n" && namespace === "git" && f === "-f" && i === "-I" && s === "-s";
  return isForm && isRest && isName(signers) && isName(principal) && isName(signature)
    ? { kind: "ssh-look", verb, signers, principal, signature, time }
    : undefined;
}

function gpgWords(words: readonly string[]): SigningWords | undefined {
  const [first, second, third, fourth, ...more] = words;
  if (first === "--status-fd=2" && second === "-bsau")
    return isName(third) && fourth === undefined ? { kind: "gpg-sign", key: third } : undefined;
  const isLook = first === "--keyid-format=long" && second === "--status-fd=1";
  const [dash, ...others] = more;
  return isLook && third === "--verify" && isName(fourth) && dash === "-" && others.length === 0
    ? { kind: "gpg-look", signature: fourth }
    : undefined;
}

/** WHY no dash: what begins with one is an option of the program that gets it. */
function isName(word: string | undefined): word is string {
  return word !== undefined && word !== "" && !word.startsWith("-") && !/[\0\n]/.test(word);
}
