// A value of the same shape in place of a secret: letters for letters, digits for digits, with the prefix that tells programs what it is.

/** Numbers from 0 to 255 that depend on a value and on what only this machine knows; as many as asked for. */
export type Stream = (value: string, count: number) => Uint8Array;

/** Beginnings by which programs know a key of an issuer. They tell nobody anything about the key. */
const ISSUED =
  /^(?:(?:sk|pk|rk)_(?:live|test)_|sk-(?:ant-|proj-)?|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|xapp-|AKIA|ASIA|AIza|ya29\.|npm_|pypi-|SG\.|dop_v1_|hf_|shp(?:at|ss|ca|pa)_|whsec_|eyJ|hvs\.|dckr_pat_|(?:[Bb]earer|[Bb]asic) )/;
const NUMBER = /^\d+$/;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
/** Lines around a key, which programs look for. */
const ARMOUR = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g;

/** A text of the same length and shape in which no letter and no digit is as it was, but for what says whose key it is. */
export function disguised(value: string, stream: Stream): string {
  const kept = new Set<number>();
  for (const found of value.matchAll(ARMOUR))
    for (let at = found.index; at < found.index + found[0].length; at++) kept.add(at);
  const prefix = ISSUED.exec(value)?.[0].length ?? 0;
  const isHex = value.length >= 8 && HEX.test(value);
  const isNumber = NUMBER.test(value);
  const bytes = stream(value, value.length);
  let shown = "";
  for (let at = 0; at < value.length; at++) {
    const one = value.charAt(at);
    if (at < prefix || kept.has(at)) shown += one;
    else if (isNumber && at === 0) shown += other(one, "123456789", bytes[at] ?? 0);
    else shown += otherOf(one, bytes[at] ?? 0, isHex);
  }
  return shown;
}

const DIGITS = "0123456789";
const SMALL = "abcdefghijklmnopqrstuvwxyz";
const LARGE = SMALL.toUpperCase();

function otherOf(one: string, byte: number, isHex: boolean): string {
  if (one >= "0" && one <= "9") return other(one, DIGITS, byte);
  if (one >= "a" && one <= "z") return other(one, isHex ? "abcdef" : SMALL, byte);
  if (one >= "A" && one <= "Z") return other(one, isHex ? "ABCDEF" : LARGE, byte);
  return one > "\u007f" ? "x" : one;
}

/** Another one of the alphabet than `one`. */
function other(one: string, alphabet: string, byte: number): string {
  const others = alphabet.replace(one, "");
  return others.charAt(byte % others.length);
}
