// pyftsubset, ttx and others of fontTools: change fonts.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { dropKnown, knownPrefix } from "../../shell/values/text.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { madeBeside } from "../arguments/generated-names.ts";

/** Options that add to a list of their own, or take from it, with a sign at their end: `--drop-tables+=GSUB`. */
const LISTS =
  "layout-features layout-scripts name-IDs name-languages hinting-tables drop-tables no-subset-tables";
const STYLE =
  "unicodes text glyphs gids flavor with-zopfli harfbuzz-repacker notdef-glyph notdef-outline recommended-glyphs retain-gids ignore-missing-glyphs ignore-missing-unicodes glyph-names legacy-kern legacy-cmap symbol-cmap name-legacy obfuscate-names hinting desubroutinize passthrough-tables recalc-bounds recalc-average-width recalc-timestamp recalc-max-context prune-unicode-ranges prune-codepage-ranges update-name-table canonical-order font-number bidi-closure timing verbose xml lazy drop-variations";

export const fonttools: CommandModel = command({
  names: ["pyftsubset", "pyftmerge", "woff2_compress", "woff2_decompress", "sfnt2woff"],
  options: {
    read: role(
      "input",
      taking("--glyphs-file --gids-file --unicodes-file --text-file --glyph-names-file"),
    ),
    output: taking("--output-file"),
    style: maybeTaking(
      ...STYLE.split(" ").map((name) => `--${name} --no-${name}`),
      ...LISTS.split(" ").map((name) => `--${name} --${name}+ --${name}-`),
    ),
    about: flags("--help --version -h -v"),
  },
  effects: ({ operands, values }, context) => {
    const words = operands.map((word) => knownPrefix(word));
    const files = operands.filter((word, at) => isFile(word) && !/^U\+|^@/.test(words[at] ?? ""));
    const content = madeOf(files.flatMap((path) => context.contentOf(path)));
    const outputs = values("output");
    const results = outputs.length > 0 ? outputs : files.map((path) => madeBeside(path));
    return [
      ...files.map((path) => reads(path)),
      ...operands
        .filter((_, at) => /^@./.test(words[at] ?? ""))
        .map((word) => reads(dropKnown(word, 1))),
      ...results.map((path) => writes(path, "create", { content })),
      prints(madeOf([])),
    ];
  },
});
