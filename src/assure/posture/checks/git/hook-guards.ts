// Guards among git's hooks whose answer does not stop a commit, or that pass over files they are meant to look at.
import type { Fault } from "../../check.ts";
import { lineFault, linesOf } from "../../looking.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { isBrokenGrep, isBrokenIn, isBrokenInProgram } from "./hook-patterns.ts";

export const ABOUT_SECRETS =
  /secret|credential|password|api[_-]?key|token|AKIA|PRIVATE|gh[opsu]_|github_pat_|glpat-|xox[abp]|sk_live|sk-ant|gitleaks|trufflehog|detect-secrets|git-secrets|talisman|ggshield|noseyparker|ripsecrets|kingfisher|whispers|sallyport/i;

export const SCANNERS =
  /gitleaks|trufflehog|detect-secrets|git[- ]secrets|secretlint|sallyport|ggshield|talisman|noseyparker|ripsecrets|kingfisher|whispers/i;
/** Whether a hook looks at what is committed for secrets. */
export const scansIn = (text: string): boolean =>
  SCANNERS.test(text.replaceAll(/^[ \t]*#.*$/gm, ""));

export const passes = (file: SeenFile, line: number): Fault =>
  lineFault(
    file,
    line,
    "whatever is found, the commit goes on",
    "let it end with `exit 1` where something is found, or take the scan out and run `sallyport git-hooks install`",
  );

/** Lines that look for secrets and forgive what they find, or do not wait for it. */
export function forgivenLines(file: SeenFile): readonly number[] {
  return linesOf(file)
    .filter(({ text }) => !/^\s*#/.test(text) && ABOUT_SECRETS.test(text))
    .filter(({ text }) => {
      const command = text.replace(/["']?[\s,]*$/, "").trim();
      if (isToothless(command, file.text ?? "")) return true;
      const [scan = "", ...then] = command.split("||");
      if (then.length === 0) return SCANNERS.test(scan) && /[^&>]&$/.test(command);
      return /^\s*(?:true|:|exit\s+0|(?:echo|printf)\b(?!.*exit [1-9]))/.test(then.join("||"));
    })
    .map(({ line }) => line);
}

/** A scanner that is told to end well whatever it finds, or whose status something behind it hides. */
export function isToothless(command: string, whole: string): boolean {
  if (!SCANNERS.test(command)) return false;
  if (/--exit-code[= ]0\b|--no-fail\b|--exit-zero\b|--soft-fail\b/.test(command)) return true;
  if (/;\s*(?:exit\s+0|true|:)\s*["']?,?\s*$/.test(command)) return true;
  // Without `--fail` it only tells.
  if (
    /\btrufflehog\s+(?:git|filesystem|github|docker)\b/.test(command) &&
    !/--fail\b/.test(command)
  )
    return true;
  const isLast = new RegExp(`${escaped(command)}[^\\n]*\\s*$`).test(whole.trimEnd());
  return (
    isLast &&
    /\b(?:gitleaks|trufflehog|detect-secrets\S*|git-secrets|secretlint|ggshield)\b[^|]*\|\s*(?:tee|cat|sed|tail|head|less|jq|awk|sort)\b[^|&;]*$/.test(
      command,
    ) &&
    !/pipefail|PIPESTATUS/.test(whole)
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Scanners of lefthook that are always passed over, and of pre-commit that are given no file. */
export function leftOutLines(file: SeenFile): readonly number[] {
  const lines = linesOf(file);
  const depthOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;
  return lines.flatMap(({ text, line }, at) => {
    const isOff =
      /^\s+(?:-\s+)?skip:\s*true\s*(?:#.*)?$|^\s*skip\s*=\s*true\b|^\s+(?:-\s+)?enabled:\s*false\b/.test(
        text,
      ) || /^\s+(?:files:\s*["']?\^\$["']?|exclude:\s*["']?(?:\^?\.\*\$?|\^)["']?)\s*$/.test(text);
    if (!isOff) return [];
    const depth = depthOf(text);
    const before = lines.slice(0, at).toReversed();
    const after = lines.slice(at + 1);
    const isOwn = ({ text: one }: { text: string }) => one.trim() === "" || depthOf(one) >= depth;
    const isTable = /^\s*\[/;
    const ownBefore = before.slice(
      0,
      Math.max(
        0,
        before.findIndex((one) => !isOwn(one) || isTable.test(one.text)),
      ) + 1,
    );
    const end = after.findIndex((one) => !isOwn(one) || isTable.test(one.text));
    const own = [...ownBefore, ...(end === -1 ? after : after.slice(0, end))];
    return own.some(({ text: one }) => SCANNERS.test(one)) ? [line] : [];
  });
}

/** A loop behind a bar is a process of its own: what it ends with is not what the hook ends with, where more follows. */
export function endsInsidePipe(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (/pipefail|^[ \t]*set\s+-\w*e|^#![^\n]*\s-\w*e|\$\?|PIPESTATUS|lastpipe/m.test(text))
    return [];
  const loop = /\|\s*while\b[^]*?^[ \t]*done\b([^\n]*)/m.exec(text);
  if (loop === null || !/\bexit\s+[1-9]/.test(loop[0]) || /\|\||&&/.test(loop[1] ?? "")) return [];
  const rest = `${text.slice(0, loop.index)}${text.slice(loop.index + loop[0].length)}`;
  const isLast = text.slice(loop.index + loop[0].length).trim() === "";
  if (isLast || /\bexit\s+[1-9]/.test(rest)) return [];
  return [passes(file, text.slice(0, loop.index).split("\n").length)];
}

/** An expression of a hook that pre-commit itself looks for, which it reads as Python does. */
export function isBrokenEntry(text: string, whole: string): boolean {
  return /language:\s*pygrep/.test(whole) && /[\]\w)]\\\{\d+(?:,\d*)?\\\}|\w\\\|\w/.test(text);
}

/** A hook of a list that is told to warn alone. */
export function warnsOnly(file: SeenFile): readonly number[] {
  if (!/overcommit/.test(file.path)) return [];
  const lines = linesOf(file);
  return lines.flatMap(({ text, line }, at) => {
    if (
      !/^\s+on_(?:fail|warn):\s*(?:warn|pass|ignore)\b/.test(text) ||
      /on_warn:\s*warn/.test(text)
    )
      return [];
    const depth = /^\s*/.exec(text)?.[0].length ?? 0;
    const own = lines
      .slice(Math.max(0, at - 8), at + 8)
      .filter(({ text: one }) => (/^\s*/.exec(one)?.[0].length ?? 0) >= depth);
    return own.some(({ text: one }) => SCANNERS.test(one)) ? [line] : [];
  });
}

/** A hook that finds something and lets the commit go on all the same. */
export function neverFails(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
  const [swallowed] = forgivenLines(file);
  if (swallowed !== undefined) return [passes(file, swallowed)];
  // What is taken back, or ends every run well, stops nothing.
  const isTakenBack =
    /^[ \t]*trap\s+["']?exit 0["']?\s+(?:EXIT|0)\b/m.test(text) ||
    (/^[ \t]*set\s+\+e\b/m.test(text) &&
      !/\$\?|\bexit\s+[1-9]/.test(text) &&
      text.lastIndexOf("set +e") > text.lastIndexOf("set -e") &&
      /^\s*(?:echo|printf|exit 0)\b/.test(
        lines.findLast(({ text: one }) => one.trim() !== "")?.text ?? "",
      ));
  if (isTakenBack) return [passes(file, lines.at(-1)?.line ?? 1)];
  const fails =
    /\bexit\s+(?:[1-9]|"?\$)|\breturn\s+[1-9]|set -\w*e|set -o errexit|^#![^\n]*sh\s+-\w*e|sys\.exit\((?!0)|process\.exit\((?!0)/.test(
      text,
    );
  const last = lines.filter(({ text: one }) => one.trim() !== "").at(-1);
  const isTool =
    last !== undefined &&
    // What a hook ends with is what its last command ends with; these end well, and blocks are looked into by their lines.
    !/^\s*(?:(?:echo|printf|exit|true|:|rm|unset|date|cd|export|return|read|sleep|logger|fi|done|esac|else|then)(?=\s|;|$)|[)}\]]|\w+=)/.test(
      last.text,
    ) &&
    /^#!.*sh\b|^(?!#!)/.test(text) &&
    !/\|\|/.test(last.text);
  if (fails || isTool) {
    const undone = /\bexit\s+[1-9]/.test(text)
      ? undefined
      : lines.find(
          ({ text: one }) =>
            /^\s*exit\s+0\s*$/.test(one) && /set -\w*e/.test(text) === false && !isTool,
        );
    return undone === undefined ? [] : [passes(file, undone.line)];
  }
  return [passes(file, last?.line ?? 1)];
}

/** A scanner whose status another command's takes the place of. WHY not of husky's: it runs them with `sh -e`. */
export function passedOver(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (/(?:^|\/)\.husky\//.test(file.path) || !/^#![^\n]*sh\b/.test(text)) return [];
  if (/^[ \t]*set\s+-\w*e|^#![^\n]*\s-\w*e|\$\?|\berrexit\b|\btrap\b/m.test(text)) return [];
  const lines = linesOf(file).filter(({ text: one }) => !/^\s*(?:#|$)/.test(one));
  const [found] = lines
    .slice(0, -1)
    .filter(({ text: one }) =>
      /^(?:npx\s+(?:-\S+\s+)*)?(?:gitleaks|trufflehog|detect-secrets\S*|git[- ]secrets|secretlint|ggshield)\s[^|&;]*$/.test(
        one,
      ),
    );
  return found === undefined || /^\s*exit\s+[1-9]/.test(lines.at(-1)?.text ?? "")
    ? []
    : [passes(file, found.line)];
}

/** A script of the repository's own that a hook calls last, and that finds something and ends well all the same. */
export function callsToothless(file: SeenFile, { repository }: AuditInputs): readonly Fault[] {
  return linesOf(file).flatMap(({ line, text }) => {
    const called =
      /^\s*(?:exec\s+)?(?:(?:python3?|node|ruby|bash|sh|perl)\s+)?["']?(?:\.\/|\$\(git rev-parse --show-toplevel\)\/)?((?:[\w.-]+\/)*[\w.-]+\.(?:py|js|mjs|cjs|sh|rb|pl))\b/.exec(
        text,
      )?.[1];
    const script = called === undefined ? undefined : repository.files.get(called)?.text;
    if (script === undefined || !ABOUT_SECRETS.test(script)) return [];
    const fails =
      /exit\s*\(?\s*(?!0\b|\)|$)["'\w$(]|exitCode\s*=|\braise\b|\bthrow\b|\bdie\b|\babort\b|set -\w*e|assert\b|check_call|check=True|execFileSync|execSync/m.test(
        script,
      );
    return fails ? [] : [passes(file, line)];
  });
}

/** Scanners that a list of hooks starts by hand only. */
export function onlyByHand(file: SeenFile): readonly number[] {
  if (!/pre-commit-config/.test(file.path)) return [];
  const lines = linesOf(file);
  const starts = lines.flatMap(({ text }, at) => (/^\s*-\s+id:/.test(text) ? [at] : []));
  return starts.flatMap((from, index) => {
    const own = lines.slice(from, starts[index + 1] ?? lines.length);
    const said = own.map(({ text }) => text).join("\n");
    const isManual = /^[ \t]*stages:\s*(?:\[\s*manual\s*\]|\n\s*-\s*manual\s*$(?!\n\s*-))/m.test(
      said,
    );
    const isTold = /--exit-code["']?[=,\s]+["']?0\b|--exit-zero\b|--soft-fail\b|--no-fail\b/.test(
      said,
    );
    return (isManual || isTold) && SCANNERS.test(said) ? [own[0]?.line ?? 1] : [];
  });
}

/** Patterns that were measured to miss what they are for (X.21, X.22). */
export function isBrokenPattern(text: string, whole: string): boolean {
  if (isBrokenGrep(text) || isBrokenInProgram(text)) return true;
  const isGrep =
    /grep|PATTERN|REGEX|=~|'[^']*\|[^']*'|"[^"]*\|[^"]*"/i.test(text) ||
    // A list of patterns that a later line gives to grep.
    (/grep/.test(whole) && /'[^']*(?:\.\*|\\[sd]|[+\]{])[^']*'/.test(text));
  if (!isGrep) return false;
  // A list of patterns that grep is given without being told to read it as extended.
  const listed = /^\s*(?:\w+=\(?\s*)?(?:'([^']+)'|"([^"]+)")\s*\)?\s*$/.exec(text);
  if (listed !== null && readsAsBasic(whole) && isBrokenIn("basic", listed[1] ?? listed[2] ?? ""))
    return true;
  const isPerl = /grep\s+(?:-\w+\s+)*-\w*P|--perl-regexp|\brg\b|python|node/.test(whole);
  // Without `-E` a plain brace is a brace: `{16}` counts nothing.
  const basic =
    /\bgrep\s+((?:-[\w-]+(?:=\S+)?\s+)*)(?:"([^"]*)"|'([^']*)')/.exec(text) ?? undefined;
  const isBasic =
    basic !== undefined && !/(?:^|\s)-\w*[EPF]|--(?:extended|perl|fixed)/.test(basic[1] ?? "");
  const given = basic?.[2] ?? basic?.[3] ?? "";
  if (isBasic && /[\]\w)](?<!\\)\{\d+(?:,\d*)?\}|\](?<!\\)[+?](?=$|[^\]])/.test(given)) return true;
  // As a fixed text it is looked for with its signs.
  const isFixed = /(?:^|\s)-\w*F|--fixed/.test(basic?.[1] ?? "");
  if (isFixed && /\.\*|\[[^\]]+\](?:[+*{]|$)|\\[sdwb]|\}\d/.test(given)) return true;
  // Lines of a diff begin with a sign.
  if (/\bgit\s+diff\b[^\n]*\|/.test(text) && /^\^[A-Za-z]/.test(given)) return true;
  return (
    /mongodb\+srv:/.test(text.replaceAll("\\+", "")) ||
    (!isPerl && /\[[^\]]*\\s[^\]]*\]/.test(text)) ||
    (!isPerl && /\\d[{+*]/.test(text)) ||
    // A plain `|` is a bar there, and the words on both sides are looked for as one.
    (isBasic && /\w(?<!\\)\|\w/.test(basic[2] ?? basic[3] ?? "")) ||
    /PRIVATE\.\*KEY/.test(text) ||
    (!isPerl && /\(\?[:=!<i]/.test(text))
  );
}

/** Whether every grep of a script is given a variable, and none is told which kind of pattern it holds. */
function readsAsBasic(whole: string): boolean {
  const calls = [...whole.matchAll(/\bgrep\s+((?:-[\w-]+\s+)*)["']?\$/g)];
  return (
    calls.length > 0 &&
    calls.every(
      ([, options = ""]) => !/(?:^|\s)-\w*[EPFf]|--(?:extended|perl|fixed|file)/.test(options),
    )
  );
}
