// Safer forms of commands: what people run instead when a command is refused, as edits of its words. Each is only a proposal.
import { taking, flags } from "../effects/model/option-list.ts";
import { besideTheSecret } from "./beside-secrets.ts";
import { formEdits } from "./forms.ts";
import { FORMS } from "./milder-forms.ts";
import { modelOptions } from "./model-options.ts";
import { type ReadWord, readWords } from "./read-words.ts";
import type { Cause, Rewrite } from "./rewrite.ts";
import { dropped, type Edit, inserted, type SimpleCommand } from "./simple-commands.ts";

/** Proposals for one simple command, the nearest to what was wanted first. */
export function rewritesOf(command: SimpleCommand, cause: Cause): readonly Rewrite[] {
  const [first] = command.words;
  if (first?.value === undefined) return [];
  const program = first.value.replace(/^.*\//, "");
  return [
    ...withoutPrivilege(program, command),
    ...withoutSettings(program, command),
    ...besideTheSecret(program, command, cause),
    ...toAFile(program, command),
    ...inAnotherForm(program, command),
    ...withoutCopying(program, command),
    ...treeInside(program, command),
    ...onThisMachine(program, command),
    ...noOption(program, command, cause),
  ];
}

/** `sudo ls` -> `ls`. */
function withoutPrivilege(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const [first, next] = words;
  if (!["sudo", "doas"].includes(program) || first === undefined) return [];
  if (next?.value === undefined || next.value.startsWith("-") || next.value.includes("="))
    return [];
  return [{ edits: [{ start: first.start, end: next.start, text: "" }] }];
}

const GIT_FRONT = {
  directory: taking("-C"),
  setting: taking("-c"),
  style: flags("-P --no-pager"),
};
/** Settings that name programs, or lift a check: without them git does what the person set up. */
const PROGRAM_SETTING =
  /^(?:core\.(?:hookspath|fsmonitor|pager|editor|sshcommand|askpass|gitproxy)|sequence\.editor|diff\.external|credential\.helper|http\.sslverify)=/i;

/** `git -c core.hooksPath=/dev/null commit` -> `git commit`. */
function withoutSettings(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  if (program !== "git") return [];
  const read = readWords(words.slice(1), GIT_FRONT, "first-operand");
  const edits = (read ?? []).flatMap((one): readonly Edit[] => {
    const isProgram =
      one.kind === "option" && one.values.some(({ value }) => PROGRAM_SETTING.test(value ?? ""));
    return isProgram ? [one.word, ...one.values].map(dropped) : [];
  });
  return edits.length === 0 ? [] : [{ edits }];
}

/** The table of forms. */
function inAnotherForm(program: string, command: SimpleCommand): readonly Rewrite[] {
  return FORMS.filter(({ programs }) => programs.includes(program)).flatMap((form) => {
    const edits = formEdits(form, command);
    if (edits === undefined) return [];
    return [{ edits, ...(form.onlySays === true ? { onlySays: form.onlySays } : {}) }];
  });
}

const SHELLS: ReadonlySet<string> = new Set([
  "sh",
  "bash",
  "zsh",
  "dash",
  "python3",
  "python",
  "node",
  "perl",
  "ruby",
]);
const SCRIPT = "/tmp/script-to-read";

/** `curl URL | sh` -> `curl URL -o /tmp/script-to-read`, to be read first. */
function toAFile(program: string, command: SimpleCommand): readonly Rewrite[] {
  const { words, end, pipesInto } = command;
  const last = words.at(-1);
  if (!["curl", "wget"].includes(program) || last === undefined || !SHELLS.has(pipesInto ?? ""))
    return [];
  const read = readWords(words.slice(1), modelOptions(program) ?? {});
  // Of several addresses only the first would go to the file.
  if (read?.filter(({ kind }) => kind === "operand").length !== 1) return [];
  if (read.some(({ kind }) => kind === "dashes")) return [];
  const outputs = read.filter(isOutput);
  const edits = outputs.flatMap(intoScript);
  // What already goes to a file is not what the shell was given.
  if (edits.length !== outputs.length) return [];
  const option = program === "curl" ? "-o" : "-O";
  const tail =
    outputs.length === 0
      ? { start: last.end, end, text: ` ${option} ${SCRIPT}` }
      : { start: last.end, end, text: "" };
  // An edit of the last word and one that begins where it ends are put in this order.
  return [{ edits: [tail, ...edits], makes: SCRIPT }];
}

function isOutput(read: ReadWord): boolean {
  return read.kind === "option" && /^(?:-\w*[oO]\b|-\w*O-$|--output)/.test(read.word.value ?? "");
}

/** `-O -`, `-qO-`: to the output becomes to the file. */
function intoScript(read: ReadWord): readonly Edit[] {
  if (read.kind !== "option") return [];
  const [value, ...others] = read.values;
  const { start, end, value: word = "" } = read.word;
  if (value?.value === "-" && others.length === 0)
    return [{ start: value.start, end: value.end, text: SCRIPT }];
  if (read.values.length > 0 || !/^-q?[oO]-$/.test(word)) return [];
  return [{ start, end, text: `${word.slice(0, -1)} ${SCRIPT}` }];
}

/** `rsync -a src/ /srv/x` -> `rsync --dry-run -a src/ /srv/x`. */
function withoutCopying(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const [first] = words;
  if (program !== "rsync" || first === undefined) return [];
  const read = readWords(words.slice(1), modelOptions(program) ?? {});
  const saysAlready = read?.some((one) => one.kind === "option" && one.keys.includes("dry"));
  if (read === undefined || saysAlready === true) return [];
  return [{ edits: [inserted(first.end, " --dry-run")], onlySays: true }];
}

const TREE = {
  branch: taking("-b"),
  style: flags("-d --detach", "-q --quiet"),
};

/** `git worktree add ../fix main` -> `git worktree add .worktrees/fix main`. */
function treeInside(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  if (program !== "git" || words[1]?.value !== "worktree" || words[2]?.value !== "add") return [];
  const operands = readWords(words.slice(3), TREE)?.filter(({ kind }) => kind === "operand") ?? [];
  const [tree] = operands;
  if (tree === undefined || operands.length > 2) return [];
  const { start, end, value } = tree.word;
  const name = /^(?:\.\.?|~)?\/(?:.*\/)?([\w.@+-]*\w)\/?$/.exec(value ?? "")?.[1];
  if (name === undefined) return [];
  const place = `.worktrees/${name}`;
  return [{ edits: [{ start, end, text: place }], makes: place }];
}

const SERVER = { directory: taking("-d --directory"), protocol: taking("-p --protocol") };

/** `python3 -m http.server` -> `python3 -m http.server --bind 127.0.0.1`. */
function onThisMachine(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const [, option, server] = words;
  const last = words.at(-1);
  if (!/^python3?$/.test(program) || option?.value !== "-m" || server?.value !== "http.server")
    return [];
  // One that says where it listens has an option that is not listed.
  const read = readWords(words.slice(3), SERVER);
  if (read === undefined || last === undefined) return [];
  if (read.some(({ kind }) => kind === "dashes")) return [];
  return [{ edits: [inserted(last.end, " --bind 127.0.0.1")] }];
}

/** Programs that take every word behind `--` for an operand, and keep the meaning of those that were operands before. */
const CLOSED_BY_DASHES: ReadonlySet<string> = new Set(
  "grep egrep fgrep rg cat head tail wc sort cut nl ls stat du basename dirname readlink realpath md5sum sha256sum cmp comm diff".split(
    " ",
  ),
);

/** `grep -w "$name" src` -> `grep -w -- "$name" src`, where what a variable holds may be an option. */
function noOption(program: string, { words }: SimpleCommand, { kind }: Cause): readonly Rewrite[] {
  if (kind !== "unknown" || !CLOSED_BY_DASHES.has(program)) return [];
  const read = readWords(words.slice(1), modelOptions(program) ?? {});
  const at = read?.findIndex(({ word }) => word.value === undefined) ?? -1;
  const unknown = read?.[at];
  if (read === undefined || unknown?.kind !== "operand") return [];
  // An option behind it would be none any more.
  if (read.some((one, index) => one.kind === "dashes" || (index > at && one.kind === "option")))
    return [];
  return [{ edits: [inserted(unknown.word.start, "-- ")] }];
}
