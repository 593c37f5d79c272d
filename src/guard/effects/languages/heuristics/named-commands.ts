// Commands that code of any language surely names beside what starts them: a line for a shell, or a program with its words.
import { literal } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { QUOTED } from "./plain-code.ts";

/** Programs that lines begin with which do more than look. */
const PROGRAM =
  "(?:/(?:usr/)?s?bin/)?(?:rm|rmdir|unlink|shred|truncate|dd|mkfs[.\\w]*|wipefs|sudo|doas|pkexec|chmod|chown|mv|cp|ln|tee|find|xargs|cat|curl|wget|ncat|nc|socat|ssh|scp|rsync|git|(?:ba|z|da|k)?sh|env|crontab|systemctl|launchctl|kill|pkill|killall|docker|podman|kubectl|npm|pip3?|security|defaults|osascript)";

/** What starts a program, in many languages. */
const STARTS =
  "(?:system\\*?|shell[-_\\w]{0,20}|popen\\w*|p?spawn\\w*|exec\\w*|Exec\\w*|run\\w*|run-program|callCommand|callProcess|call-process|process-file|start-process|readProcess|check_\\w+|getoutput|doShellScript|Command(?:::new)?|Process(?:Builder)?|ProcessStartInfo|Process\\.\\w+|System\\.cmd|cmd|sh|proc)";

/** A line for a shell that is known whole: nothing is put behind it. */
const LINE = new RegExp(
  String.raw`\b${STARTS}(?:["']?\]?\)?)[\s(!,\[]{0,6}(${QUOTED})(?!\s*(?:\+|<>|\.\.|\.\s*[$\w]|~|&|\*|\^|%|\$))`,
  "g",
);
const IS_LINE = new RegExp(`^${PROGRAM}\\s+\\S`);

/** A program by its name, and the words behind it. */
const STARTED = new RegExp(String.raw`\b${STARTS}[\s(\[{!,"']{1,6}?(["'])(${PROGRAM})\1`, "g");
/** A library that has programs as functions: `sh.rm("-rf", ...)`. */
const AS_FUNCTION = new RegExp(String.raw`(?<![\w$-])(${PROGRAM})\(\s*(?=["']-)`, "g");
const NEXT_WORD = new RegExp(
  String.raw`^(?:[\s,()\[\]{}]|\bnil\b|\.args?\(|&\[|\bargs\s*[:=])*(${QUOTED})`,
);

const FOUND_MAX = 16;
const WORDS_MAX = 32;

/** A look at words of plain code. What starts is covered: the code may do anything besides. */
export function namedCommands(code: string): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const [, quoted = ""] of code.matchAll(LINE)) {
    const line = bare(quoted);
    if (found.length < FOUND_MAX && IS_LINE.test(line))
      found.push({ kind: "script", texts: [literal(line)], positional: [], isCovered: true });
  }
  for (const match of code.matchAll(STARTED)) note(match[2] ?? "", match.index + match[0].length);
  for (const match of code.matchAll(AS_FUNCTION))
    note(match[1] ?? "", match.index + match[0].length);
  return found;

  function note(program: string, from: number): void {
    if (found.length >= FOUND_MAX) return;
    const words = wordsFrom(code, from);
    if (words.length > 0)
      found.push({ kind: "run", argv: [program, ...words].map(literal), isCovered: true });
  }
}

/** The texts that stand beside each other from a place on, as words of a list or of a call. */
export function wordsFrom(code: string, from: number): readonly string[] {
  const words: string[] = [];
  let rest = code.slice(from, from + 2_048);
  for (let left = WORDS_MAX; left > 0; left -= 1) {
    const found = NEXT_WORD.exec(rest);
    if (found === null) break;
    words.push(bare(found[1] ?? ""));
    rest = rest.slice(found[0].length);
  }
  return words;
}

function bare(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(["'\\])/g, "$1");
}
