// Detours of programs in Perl, and what they come to.
import { bare, type Folding, fromNumbers, NUMBERS, of, quoted } from "./folding.ts";
import { PERL_LISTS } from "./perl-lists.ts";

/** Functions that variables hold or names stand for, and texts that are put together. */
export const PERL: readonly Folding[] = [
  // A function that a variable holds, called later.
  of(
    String.raw`(?:\bmy\s+)?\$(NAME)\s*=\s*(?:(?:\b[\w:]{1,60}|TEXT)\s*->\s*can\(\s*(TEXT)\s*\)|\\?&\s*\{?\s*["']?(?:CORE::(?:GLOBAL::)?|main::)?([\w:]{1,60})["']?\s*\}?)\s*;([\s\S]{0,800}?)(?:\$\1\s*->\s*\(|&\s*\{?\s*\$\1\s*\}?\s*\()`,
    (_name, called, direct, rest) => `${rest}${called === undefined ? direct : bare(called)}(`,
  ),
  of(
    String.raw`\bjoin\s*\(?\s*(?:''|""),\s*map\s*\{\s*chr\s*(?:\(?\$_\)?)?\s*\}\s*\(?${NUMBERS}\)?`,
    fromNumbers,
  ),
  of(
    String.raw`\$(NAME)\s*=\s*(TEXT)\s*;\s*\$\1\s*=\s*"\$\1([^"\\$@]{0,200})"`,
    (name, text, rest) => `$${name} = ${quoted(bare(text) + rest)}`,
  ),
  // Functions that are taken by their names.
  of(
    String.raw`(?:\b[\w:]{1,60}|TEXT)\s*->\s*can\(\s*(TEXT)\s*\)\s*->\s*\(`,
    (name) => `${bare(name)}(`,
  ),
  of(String.raw`&\s*\{\s*["'](?:CORE::|main::)?([\w:]{1,60})["']\s*\}\s*\(`, (name) => `${name}(`),
  of(String.raw`\(\s*\\&(?:CORE::|main::)?([\w:]{1,60})\s*\)\s*->\s*\(`, (name) => `${name}(`),
  of(String.raw`</([^<>$]{1,400})>`, (path) => `glob("/${path}")`),
  of(
    String.raw`\b(system|exec)\s*\{\s*(TEXT)\s*\}\s*TEXT\s*,`,
    (verb, program) => `${verb} ${program},`,
  ),
  of(
    String.raw`(?:^|;)\s*\$_\s*=\s*(TEXT)\s*;\s*(system|exec|unlink)(?:\s*\(?\s*\$_\s*\)?)?\s*(?=;|$)`,
    (text, verb) => `;${verb} ${text}`,
  ),
  of(
    String.raw`\(?\s*(?:my\s*)?\$(\w{1,40})\s*=\s*(TEXT)\s*\)\s*=~\s*s\/([^/\\$]{1,80})\/([^/\\$]{0,80})\/g?`,
    (name, text, from, to) => `$${name} = ${quoted(bare(text).replaceAll(from, () => to))}`,
  ),
  of(
    String.raw`\bfind(?:depth)?\s*\(?\s*(?:sub\s*\{[^{}]{0,200}\b(?:unlink|rmdir|rmtree)\b[^{}]{0,200}\}|\{[^{}]{0,80}\{[^{}]{0,200}\b(?:unlink|rmdir)\b[^{}]{0,200}\}[^{}]{0,80}\})\s*,\s*(TEXT)\s*\)?`,
    (path) => `remove_tree(${path})`,
  ),
  of(
    String.raw`\bopendir\b[^;]{0,40}(TEXT)\s*\)?;[^;]{0,40}\b(unlink|rmdir)\s*\(?\s*"[^"\n]{0,80}\$_"`,
    (path, verb) => `${verb} glob(${quoted(`${bare(path)}/*`)})`,
  ),
  of(
    String.raw`\bforeach\s+(?:my\s+)?(\$\w{1,40})\s*\(\s*(glob\(TEXT\))\s*\)\s*\{\s*(unlink|rmdir)\s+\1;?\s*\}`,
    (_name, list, verb) => `${verb} ${list}`,
  ),
  ...PERL_LISTS,
];
