// yq: changes and shows YAML, JSON and XML; there are two programs of this name, and their options are taken together.
import { isSecretVariable } from "#base/secret-variables.ts";
import {
  EMPTY,
  ENVIRONMENT,
  ENVIRONMENT_FILE,
  hole,
  literal,
  SECRET_VARIABLE,
  textOf,
} from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { cannotTell, isFile, madeOf, rewrites } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

/** Operators that open further files, run something, or name variables of the environment by a computed name. */
const OPENS = /\bload|\bimport\b|\binclude\b|\binput_filename\b.*>|\bsplitDoc|\bsystem\b/;
/** Variables that an expression names. */
const NAMED = /\$ENV\.(\w+)|\benv\.(\w+)|\b(?:str)?env\s*\(\s*(\w+)\s*\)/g;
const SHOWS_ENVIRONMENT = /\$ENV\b(?!\.\w)|\benv\b(?!\s*\()(?!\.\w)/;

export const yq: CommandModel = command({
  names: ["yq", "xq", "tomlq"],
  options: {
    inPlace: flags("-i --inplace --in-place"),
    fromFile: taking("--from-file"),
    splits: taking("-s --split-exp --split-exp-file"),
    choice: taking("-p --input-format -o --output-format -I --indent --header-preprocess"),
    pairs: taking(
      "--xml-attribute-prefix --xml-content-name --csv-separator --tsv-separator --lua-prefix --lua-suffix --properties-separator --shell-key-separator --xml-root --xml-item-depth --width",
    ),
    values: maybeTaking("--yaml-compact-seq-indent --csv-auto-parse --tsv-auto-parse"),
    style: flags(
      "-C --colors -e --exit-status -M --no-colors -N --no-doc -n --null-input -0 --nul-output -P --prettyPrint -r --unwrapScalar --raw-output -v --verbose -j --tojson -y --yaml-output -Y --yaml-roundtrip -t --toml-output -x --xml-output -c --compact-output -S --sort-keys --string-interpolation --xml-strict-mode --xml-skip-proc-inst --xml-skip-directives --xml-keep-namespace --xml-raw-token --explicit-start --explicit-end --indentless-lists -V -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const first = textOf(operands[0] ?? []);
    const isVerb = /^(e|eval|ea|eval-all)$/.test(first ?? "?");
    const rest = isVerb ? operands.slice(1) : operands;
    const expression = textOf(rest[0] ?? []);
    const isFirstFile = has("fromFile") || (rest[0] !== undefined && context.isFile(rest[0]));
    const files = (isFirstFile ? rest : rest.slice(1)).filter(isFile);
    const content = [...files.flatMap((path) => context.contentOf(path)), ...(stdin ?? EMPTY)];
    const isUnclear =
      has("splits") ||
      has("fromFile") ||
      (rest.length > 0 && (expression === undefined || OPENS.test(expression)));
    const shown = expression === undefined ? undefined : shownBy(expression);
    return [
      ...[...files, ...values("fromFile")].map((path) => reads(path)),
      ...(has("inPlace") ? rewrites(files, content) : []),
      ...(isUnclear ? [cannotTell("dynamic-path", "files that an expression of yq opens")] : []),
      ...(shown === undefined ? [] : [reads(literal(ENVIRONMENT_FILE.path))]),
      prints([
        [],
        ...madeOf(content),
        ...(shown === undefined ? [] : [[hole("missing-fact", { sources: [shown] })]]),
      ]),
    ];
  },
});

/** What it shows of the environment: all of it, or a variable whose name says that it is a secret. */
function shownBy(expression: string): DataSource | undefined {
  if (SHOWS_ENVIRONMENT.test(expression)) return ENVIRONMENT;
  const isOne =
    expression.includes("envsubst") ||
    [...expression.matchAll(NAMED)].some(([, first, second, third]) =>
      isSecretVariable(first ?? second ?? third ?? ""),
    );
  return isOne ? SECRET_VARIABLE : undefined;
}
