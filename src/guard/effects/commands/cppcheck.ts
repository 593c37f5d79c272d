// cppcheck: looks for mistakes in C and C++ files; addons and rules are programs of others.
import { append, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { fileProgram } from "../projects/file-program.ts";

export const cppcheck: CommandModel = fileProgram({
  names: ["cppcheck"],
  operands: "given-trees",
  sources: "c h cc cp cpp cxx c++ C H hh hpp hxx h++ inl ipp tpp txx ixx cl m mm cppcheck",
  inputs:
    "--config-excludes-file --exitcode-suppressions --file-list --includes-file --include --project --rule-file --suppressions-list --suppress-xml --library --platform",
  trees: "-I",
  outputs: "--output-file --cppcheck-build-dir --plist-output --checkers-report",
  runs: "--addon --addon-python --clang",
  choices:
    "--config-exclude --disable -D --enable --error-exitcode --file-filter -i -j -l --language -x --max-configs --max-ctu-depth --project-configuration -rp --relative-paths --rule --std --suppress --template --template-location -U --performance-valueflow-max-time --showtime --executor",
  flags:
    "--check-config --check-library --dump -E --errorlist -f --force -h --inconclusive --inline-suppr -q --quiet --report-progress -v --verbose --xml --fsigned-char --funsigned-char --no-check-headers",
  more: ({ args, operands }, context) => [
    ...operands.flatMap((path) => included(path, context)),
    ...(args.some((word) => textOf(word) === "--dump")
      ? operands.map((path) => writes(append(path, [NAME]), "create"))
      : []),
  ],
});

/** Files that a source takes in, as far as its text tells, and the headers beside it, which may take in others. */
function included(path: Text, context: ModelContext): readonly Consequence[] {
  const folder = (textOf(path) ?? "").replace(/[^/]*$/, "");
  const named = context
    .textAt(path)
    .flatMap((text) => [
      ...(textOf(text) ?? "").matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm),
    ])
    .map(([, name = ""]) => reads(literal(folder + name)));
  return [...named, reads(literal(folder === "" ? "." : folder), "tree", "*.h*")];
}

/** What a dump is called beside its source. */
const NAME = hole("unmodelled", { like: "**.dump", splits: false });
