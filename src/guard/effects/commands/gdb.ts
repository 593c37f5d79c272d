// gdb and lldb: run programs under control, look into running ones and change them.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { HARMS_GUARD, isGuardProcess } from "../services/guard-processes.ts";
import { unbounded } from "../languages/interpret.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { shellRuns } from "../model/shell-code.ts";
import { effect } from "../model/verbs.ts";

/** Commands that only look at a program that does not run, or end. */
const LOOKS =
  /^(?:q|quit|exit|bt|backtrace|where|info|list|l|disassemble|disas|show|set (?:pagination|confirm|height|width|print|logging off|disassembly-flavor|verbose)|ptype|whatis|frame|f|up|down|thread|detach|x|help|image lookup|target modules|settings set|bt all|thread backtrace|echo|directory|symbol-file|break|b|tbreak|delete|core|kill)\b/;

/** The same options with one dash and with two. */
function dashed(...names: readonly string[]): string {
  return names
    .flatMap((line) => line.split(" "))
    .map((name) => (name.length > 1 ? `-${name} --${name}` : `-${name}`))
    .join(" ");
}

/** The model of a debugger. `code`: options with a command of its own; `scripts`: with a file of them; `files`: with a program or what it left. */
function debuggerModel(
  names: readonly string[],
  lists: Readonly<Record<"code" | "scripts" | "files" | "choice" | "style", string>>,
): CommandModel {
  return command({
    names,
    options: {
      pids: taking(dashed("p pid attach-pid")),
      code: taking(dashed(lists.code)),
      scripts: role("input", taking(dashed(lists.scripts))),
      files: taking(dashed(lists.files)),
      choice: taking(dashed(lists.choice)),
      style: flags(dashed(lists.style)),
      given: takingWords("to-end", "--args -args"),
      about: flags(dashed("h v help version")),
    },
    effects: ({ name, args, operands, behindDashes, has, values, stdin }, context) => {
      if (args.length > 0 && args.every((word) => ABOUT.test(textOf(word) ?? "?"))) return [];
      const ahead = operands.slice(0, operands.length - (behindDashes?.length ?? 0));
      const programs = [...values("files"), ...ahead];
      // A number after the program is a process.
      const second = ahead[1];
      const pids = [
        ...values("pids"),
        ...(second !== undefined && /^\d+$/.test(textOf(second) ?? "0") ? [second] : []),
      ];
      const argv = has("given") ? values("given") : (behindDashes ?? programs.slice(0, 1));
      const lines = [
        ...values("code").map((text) => textOf(text)),
        ...(stdin ?? []).flatMap((text) => textOf(text)?.split("\n") ?? [undefined]),
      ];
      return [
        ...compresses(["iconv"]),
        ...pids.flatMap(attached),
        ...(has("scripts") ? unbounded("project", name) : []),
        ...programs.filter((path) => !/^\d+$/.test(textOf(path) ?? "")).map((path) => reads(path)),
        ...lines.flatMap((line) => oneCommand(line?.trim(), name, argv)),
        prints(madeOf(programs.flatMap((path) => context.contentOf(path)))),
      ];
    },
  });
}

const ABOUT = /^--?(?:version|help|v|h)$/;

export const gdb: CommandModel = debuggerModel(["gdb", "gdb-multiarch", "rust-gdb"], {
  code: "ex eval-command iex init-eval-command eiex early-init-eval-command",
  scripts: "x command ix init-command eix early-init-command",
  files: "se s symbols exec e core c",
  choice: "cd d directory data-directory D interpreter i ui tty t baud b annotate l",
  style:
    "batch batch-silent q quiet silent nx n nh nw w return-child-result fullname f write tui dbx readnow r readnever configuration statistics",
});

export const lldb: CommandModel = debuggerModel(["lldb", "rust-lldb"], {
  code: "o one-line O one-line-before-file k one-line-on-crash",
  scripts: "s source S source-before-file K source-on-crash local-lldbinit",
  files: "f file c core",
  choice: "arch a n attach-name name wait-for l script-language language r repl repl-language D",
  style: "batch b Q source-quietly x no-lldbinit X no-use-colors e editor w",
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
