// gdb and lldb: run programs under control, look into running ones and change them.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { HARMS_GUARD, isGuardProcess } from "../services/guard-processes.ts";
import { unbounded } from "../languages/interpret.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { shellRuns } from "../model/shell-code.ts";
import { effect } from "../model/verbs.ts";

/** Options without a value, and with one that is no file. */
const FLAGS =
  /^--?(?:batch|batch-silent|q|quiet|silent|nx|n|nh|nw|w|return-child-result|fullname|f|write|tui|dbx|readnow|readnever|h|help|v|version|configuration|statistics|x-off|X|source-quietly|no-lldbinit|no-use-colors|b|e)$/;
const VALUED =
  /^--?(?:cd|d|directory|data-directory|D|l|interpreter|i|ui|tty|t|baud|annotate|arch|a|wait-for|n|name|repl|r)$/;
const FILES = /^--?(?:se|s|symbols|exec|core|c|file|f)$/;
const SCRIPT =
  /^--?(?:x|command|ix|init-command|eix|early-init-command|s|source|S|source-before-file|local-lldbinit)$/;
const COMMAND =
  /^--?(?:ex|eval-command|iex|init-eval-command|eiex|o|one-line|O|one-line-before-file|k|one-line-on-crash)$/;
/** Commands that only look at a program that does not run, or end. */
const LOOKS =
  /^(?:q|quit|exit|bt|backtrace|where|info|list|l|disassemble|disas|show|set (?:pagination|confirm|height|width|print|logging off|disassembly-flavor|verbose)|ptype|whatis|frame|f|up|down|thread|detach|x|help|image lookup|target modules|settings set|bt all|thread backtrace|echo|directory|symbol-file|break|b|tbreak|delete|core|kill)\b/;

export const gdb: CommandModel = command({
  names: ["gdb", "lldb", "gdb-multiarch", "rust-gdb", "rust-lldb"],
  own: "`--args` makes the other words those of another program",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const words = args.map((word) => textOf(word));
    if (args.length > 0 && words.every((word) => /^--?(?:version|help|v|h)$/.test(word ?? "")))
      return [];
    const found: Consequence[] = [];
    const commands: Text[] = [];
    const programs: Text[] = [];
    const inferior = words.findIndex(
      (word) => word === "--args" || word === "-args" || word === "--",
    );
    const end = inferior < 0 ? args.length : inferior;
    const isLldb = /lldb/.test(name);
    for (let at = 0; at < end; at += 1) {
      const word = args[at] ?? [];
      const start = words[at] ?? knownPrefix(word);
      const next = args[at + 1] ?? [];
      if (/^--?(?:p|pid|attach-pid)$/.test(start)) {
        found.push(...attached(next));
        at += 1;
      } else if (COMMAND.test(start)) {
        commands.push(next);
        at += 1;
      } else if (SCRIPT.test(start) && !(isLldb && start === "-x")) {
        found.push(reads(next), ...unbounded("project", name));
        at += 1;
      } else if (FILES.test(start)) {
        programs.push(next);
        at += 1;
      } else if (
        /^--?(?:pid|command|ex|eval-command|cd|core|exec|symbols|se|tty|data-directory|interpreter|x)=/.test(
          start,
        )
      ) {
        const value = literal(start.slice(start.indexOf("=") + 1));
        if (/^--?pid/.test(start)) found.push(...attached(value));
        else if (/^--?(?:ex|eval)/.test(start) && !start.startsWith("--exec="))
          commands.push(value);
        else if (/^--?(?:command|x)/.test(start))
          found.push(reads(value), ...unbounded("project", name));
      } else if (FLAGS.test(start)) continue;
      else if (VALUED.test(start)) at += 1;
      else if (start.startsWith("-"))
        found.push(
          cannotTell(
            "unknown-option",
            `\`${name}\` has an option that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
      else programs.push(word);
    }
    // A number after the program is a process.
    const [, second] = programs;
    if (second !== undefined && /^\d+$/.test(textOf(second) ?? "0"))
      found.push(...attached(second));
    const argv = inferior < 0 ? programs.slice(0, 1) : args.slice(inferior + 1);
    const lines = [
      ...commands.map((text) => textOf(text)),
      ...(stdin ?? []).flatMap((text) => textOf(text)?.split("\n") ?? [undefined]),
    ];
    return [
      ...compresses(["iconv"]),
      ...found,
      ...programs.filter((path) => !/^\d+$/.test(textOf(path) ?? "")).map((path) => reads(path)),
      ...lines.flatMap((line) => oneCommand(line?.trim(), name, argv)),
      prints(madeOf(programs.flatMap((path) => context.contentOf(path)))),
    ];
  },
});

/** A process is stopped and may be changed. */
function attached(pid: Text): readonly Consequence[] {
  return [
    ...(isGuardProcess(pid) ? [HARMS_GUARD] : []),
    effect<"deploy">({ kind: "deploy", system: "processes", operation: "attach" }),
  ];
}

/** What stands behind `python` is run by the debugger's own interpreter, as `python3 -c` would run it. */
function ofPython(line: string): readonly Consequence[] {
  const code = /^(?:python|py|script)\s+(?!-)(\S.*)$/s.exec(line)?.[1];
  return code === undefined
    ? []
    : [{ kind: "run", argv: [literal("python3"), literal("-c"), literal(code)], isCovered: true }];
}

function oneCommand(
  line: string | undefined,
  name: string,
  argv: readonly Text[],
): readonly Consequence[] {
  if (line === undefined)
    return [cannotTell("dynamic-code", `commands of \`${name}\` that are not known`)];
  const shell = /^(?:!|shell\s+|platform shell\s+|pipe\b[^|]*\|)\s*(.*)$/s.exec(line)?.[1];
  if (shell !== undefined) return shellRuns(shell);
  const file =
    /^(?:source|command source|generate-core-file|gcore|save|dump|append|tee)\s+(?:\w+\s+)?(\S+)/.exec(
      line,
    );
  if (file !== null)
    return /^(?:source|command)/.test(line)
      ? [reads(literal(file[1] ?? "")), ...unbounded("project", name)]
      : [writes(literal(file[1] ?? ""), "create")];
  const pid = /^(?:attach|process attach)\s+(?:-p\s+|--pid\s+)?(\S+)/.exec(line)?.[1];
  if (pid !== undefined) return attached(literal(pid));
  if (
    /^(?:r|run|start|starti|process launch|target create|continue|c|n|next|s|step|finish)\b/.test(
      line,
    )
  )
    return argv.length === 0 ? [] : [{ kind: "run", argv }, ...unbounded("project", name)];
  if (line === "" || LOOKS.test(line)) return [];
  return [...unbounded(obeysNetwork(line) ? "download" : "inline", name), ...ofPython(line)];
}
