// cloc, scc and tokei: count lines by language; they print no line of what they count.
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  valued,
} from "../model/command-model.ts";
import { counts, prints } from "../model/consequences.ts";
import { literal, textOf } from "../../shell/values/text.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const cloc: CommandModel = command({
  names: ["cloc", "scc", "tokei"],
  options: {
    report: role("output", valued("--out", "--report-file")),
    choice: valued(
      ...["--exclude-dir", "--include-lang", "--exclude-lang", "--include-ext", "--exclude-ext"],
      ...["--not-match-d", "--not-match-f", "--match-f", "--match-d", "--fullpath", "--timeout"],
      ...["-e", "--exclude", "-s", "--sort", "-t", "--types", "-i", "--format"],
      ...["--columns", "--num-format", "--exclude-file", "--count-as"],
      ...["--processes", "--progress-rate", "--max-file-size", "--include-content", "--force-lang"],
      ...["-M", "--not-match", "-x", "--count-ext", "--by", "--read-lang-def", "--skip-leading"],
    ),
    style: flag(
      ...[
        "--quiet",
        "--by-file",
        "--by-file-by-lang",
        "--json",
        "--csv",
        "--md",
        "--yaml",
        "--xml",
      ],
      ...["--hide-rate", "--sum-one", "--no-cocomo", "-w", "--wide", "--files", "-C"],
      ...["--compact", "--hidden", "--no-ignore", "--no-complexity", "--no-duplicates", "-d", "-z"],
      ...[
        "--skip-uniqueness",
        "--follow-links",
        "--use-sloccount",
        "--sum-reports",
        "--by-percent",
      ],
      ...["--show-lang", "--show-ext", "--no-recurse", "--no-gitignore", "-p", "-a"],
    ),
    // Anything but the name of a version control system is a command that prints names.
    vcs: valued("--vcs"),
    about: ABOUT,
  },
  effects: ({ name, operands, values }) => [
    ...values("vcs").flatMap((value): Consequence[] =>
      /^(?:auto|git|svn)$/.test(textOf(value) ?? "")
        ? []
        : [{ kind: "script", texts: [value], positional: [] }],
    ),
    ...(operands.length === 0 && name !== "cloc" ? [literal(".")] : operands).map((path) =>
      counts(path, "tree"),
    ),
    prints(madeOf([])),
  ],
});
