// pdftotext, pdfinfo and others that look into PDF files and turn pages into texts and pictures.
import { append, hole, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const poppler: CommandModel = command({
  names:
    "pdftotext pdfinfo pdffonts pdfimages pdftoppm pdftocairo pdftohtml pdfseparate pdfunite pdftops".split(
      " ",
    ),
  options: {
    profiles: role(
      "input",
      taking(
        "-icc -processcolorprofile -defaultgrayprofile -defaultrgbprofile -defaultcmykprofile -displayprofile",
      ),
    ),
    choice: taking(
      "-printer -printopt -paper -paperw -paperh -processcolorformat -rasterize -zoom -wbt -f -l -r -rx -ry -scale-to -scale-to-x -scale-to-y -x -y -W -H -sz -enc -eol -opw -upw -fixed -colspacing -jpegopt -tiffcompression -thinlinemode -freetype -aa -aaVector",
    ),
    style: flags(
      "-print -printdlg -setupdlg -forcenum -fullpage -level1 -level1sep -level2sep -level3sep -form -preload -noembt1 -noembtt -noembcidps -noembcidtt -passfonts -listenc -fmt -fontfullname -origpagesizes -nocrop -expand -noshrink -nocenter -duplex -opi -overprint -binary -optimizecolorspace -struct-text -sepcmyk -layout -raw -htmlmeta -bbox -bbox-layout -nopgbrk -q -v -h -help -png -jpeg -jpegcmyk -tiff -mono -gray -cropbox -singlefile -progress -list -all -j -jp2 -jbig2 -ccitt -p -box -meta -js -struct -rawdates -dests -url -isodates -subst -pdf -ps -eps -svg -s -i -c -noframes -stdout -xml -level2 -level3 --help --version -hide-annotations -tsv -print-filenames",
    ),
  },
  effects: ({ name, operands }, context) => {
    const [first = []] = operands;
    const last = operands.length > 1 ? operands.slice(-1) : [];
    const read = name === "pdfunite" ? operands.slice(0, -1) : [first];
    const content = madeOf(read.flatMap((path) => context.contentOf(path)));
    const onlyShows = /^pdf(info|fonts)$/.test(name) || operands.length === 0;
    // Without a name for the result it stands beside what was read.
    const usual = name === "pdftotext" || name === "pdftohtml" || name === "pdftops" ? [first] : [];
    const results = onlyShows ? [] : last.length > 0 ? last : usual;
    const rest: Text = [hole("unmodelled", { splits: false, like: "*" })];
    return [
      ...read.filter((path) => isFile(path) && path.length > 0).map((path) => reads(path)),
      ...results
        .filter((path) => textOf(path) !== "-")
        .flatMap((path) => [
          writes(path, "create", { content }),
          ...(name === "pdfunite" || (name === "pdftotext" && last.length > 0)
            ? []
            : [writes(append(path, rest), "create", { content })]),
        ]),
      prints([[], ...content]),
    ];
  },
});
