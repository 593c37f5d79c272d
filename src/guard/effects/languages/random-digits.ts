// Programs of one line that print a new random value in hexadecimal digits, as people put into settings.
import { type TextSet, unknownDigits } from "../../shell/values/text.ts";

/** By language: the whole program, whose first group says how many bytes, and how many where it says nothing. */
const PROGRAMS: Readonly<Record<string, { readonly code: RegExp; readonly bytes: number }>> = {
  "python code": {
    code: /^import secrets\s*[;\n]\s*print\(secrets\.token_hex\((\d{1,3})?\)\)$/,
    bytes: 32,
  },
  "JavaScript code": {
    code: /^(?:console\.log\()?(?:require\((?:"|')(?:node:)?crypto(?:"|')\)|crypto)\.randomBytes\((\d{1,3})\)\.toString\((?:"|')hex(?:"|')\)\)?$/,
    bytes: 0,
  },
  "ruby code": {
    code: /^(?:require\s*(?:"|')securerandom(?:"|')\s*[;\n]\s*)?(?:print|puts)[ (]SecureRandom\.hex(?:\((\d{1,3})?\))?\)?$/,
    bytes: 16,
  },
  "PHP code": { code: /^(?:echo|print)[ (]bin2hex\(random_bytes\((\d{1,3})\)\)\)?$/, bytes: 0 },
};

/** What such a program prints; undefined of any other. */
export function randomDigits(code: string, language: string): TextSet | undefined {
  const program = Object.hasOwn(PROGRAMS, language) ? PROGRAMS[language] : undefined;
  const found = program?.code.exec(code.trim().replace(/;$/, ""));
  if (program === undefined || found === null || found === undefined) return undefined;
  const bytes = found[1] === undefined ? program.bytes : Number(found[1]);
  return bytes === 0 ? undefined : unknownDigits(2 * bytes);
}
