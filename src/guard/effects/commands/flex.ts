// flex and bison: descriptions of languages become code, with the help of m4.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { isFile } from "../model/filter.ts";
import { unbounded } from "../languages/interpret.ts";

export const flex: CommandModel = command({
  names: ["flex", "lex", "flex++", "bison", "yacc", "byacc"],
  options: {
    about: flags("--help --version -V -h --print-localedir --print-datadir"),
    output: taking("-o --output --outfile"),
    header: maybeTaking("-d --defines --header --header-file -H"),
    report: maybeTaking(
      "-g --graph -x --xml -v --verbose -r --report --report-file --tables-file --html --backup-file",
    ),
    runs: taking("-S --skeleton"),
    named: taking(
      "-b --file-prefix -p --name-prefix -P --prefix -L --language -F --define -D --force-define -C -R --feature -f",
    ),
    style: maybeTaking(
      "-t -y --yacc -l --no-lines -k --token-table -W --warnings --color --style -w -i -I -B -7 -8 -T -s -n -c --stdout --case-insensitive --interactive --batch --fast --full --yylineno --debug --nodefault --noline --reentrant --bison-bridge --bison-locations --noyywrap --c++ -+ --always-interactive --never-interactive --nowarn --perf-report --trace --locations --update",
    ),
  },
  effects: ({ name, operands, has, values }) => {
    if (has("about") && operands.length === 0) return [];
    const isFlex = name.includes("lex");
    const outputs = values("output");
    const usual = isFlex
      ? "lex.yy.c"
      : name.endsWith("yacc")
        ? "y.tab.c"
        : `${stem(textOf(operands[0] ?? []) ?? "?")}.tab.c`;
    const named = outputs.length > 0 ? outputs : [literal(usual)];
    return [
      ...operands.filter(isFile).map((path) => reads(path)),
      ...values("runs").map((path) => reads(path)),
      ...named.map((path) => writes(path, "create")),
      // A header and reports stand beside the code, under its name.
      ...(has("header") || has("report")
        ? named.flatMap((path) => {
            const text = stem(textOf(path) ?? "?");
            return [".h", ".hpp", ".output", ".dot", ".gv", ".xml", ".html"].map((end) =>
              writes(literal(`${text}${end}`), "create"),
            );
          })
        : []),
      ...[...values("header"), ...values("report")]
        .filter((path) => path.length > 0)
        .map((path) => writes(path, "create")),
      ...(has("runs") ? unbounded("project", "m4") : []),
    ];
  },
});

function stem(path: string): string {
  return path.replace(/\.\w+$/, "");
}
