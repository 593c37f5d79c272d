// pyftsubset, ttx and others of fontTools: change fonts.
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { knownPrefix, literal, textOf } from "../../shell/values/text.ts";
import { madeBeside } from "../arguments/generated-names.ts";

/** Options that name a file; each other one says how the font is cut. */
const READ = /^--(?:glyphs-file|gids-file|unicodes-file|text-file|glyph-names-file)=/;

const STYLE =
  /^--(?:no-)?(?:output-file|unicodes|text|glyphs|gids|flavor|with-zopfli|harfbuzz-repacker|notdef-glyph|notdef-outline|recommended-glyphs|retain-gids|ignore-missing-glyphs|ignore-missing-unicodes|glyph-names|legacy-kern|layout-features[+-]?|layout-scripts[+-]?|legacy-cmap|symbol-cmap|name-IDs[+-]?|name-legacy|name-languages[+-]?|obfuscate-names|hinting|hinting-tables[+-]?|desubroutinize|drop-tables[+-]?|no-subset-tables[+-]?|passthrough-tables|recalc-bounds|recalc-average-width|recalc-timestamp|recalc-max-context|prune-unicode-ranges|prune-codepage-ranges|update-name-table|canonical-order|font-number|bidi-closure|timing|verbose|xml|help|version|lazy|drop-variations)(?:=|$)|^-[hv]$/;

export const fonttools: CommandModel = command({
  names: ["pyftsubset", "pyftmerge", "woff2_compress", "woff2_decompress", "sfnt2woff"],
  own: "options may have a sign at their end: `--drop-tables+=GSUB`",
  options: {},
  effects: ({ args }, context) => {
    const words = args.map((word) => textOf(word) ?? knownPrefix(word));
    const files = args.filter((word, at) => isFile(word) && !/^-|^U\+|^@/.test(words[at] ?? ""));
    const content = madeOf(files.flatMap((path) => context.contentOf(path)));
    const outputs = words.filter((word) => word.startsWith("--output-file="));
    const results =
      outputs.length > 0
        ? outputs.map((word) => literal(word.slice(14)))
        : files.map((path) => madeBeside(path));
    const strange = words.filter(
      (word) => word.startsWith("-") && !STYLE.test(word) && !READ.test(word),
    );
    return [
      ...strange.map(() =>
        cannotTell("unknown-option", "an option of fontTools that sallyport does not know"),
      ),
      ...files.map((path) => reads(path)),
      ...words
        .filter((word) => READ.test(word) || /^@./.test(word))
        .map((word) => reads(literal(word.replace(/^(?:[^=]*=|@)/, "")))),
      ...results.map((path) => writes(path, "create", { content })),
      prints(madeOf([])),
    ];
  },
});
