// tesseract: reads the text in pictures.
import { append, knownPrefix, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { opens } from "../projects/file-program.ts";
import { isFile, madeOf, readsUnknown } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** Settings that come with the program, and the forms of the result that they ask for. */
const SETTINGS =
  /^(?:txt|pdf|hocr|tsv|alto|page|box\.train|makebox|quiet|digits|bazaar|api_config|logfile|linebox|lstmbox|wordstrbox|get\.images|unlv|rebox|inter|kannada|strokewidth|ambigs\.train|lstm\.train|lstmdebug)$/;
const ENDINGS = [".txt", ".pdf", ".hocr", ".tsv", ".xml", ".box", ".osd", ".page.xml"];

export const tesseract: CommandModel = command({
  names: ["tesseract"],
  options: {
    reads: taking("--user-words --user-patterns"),
    folder: role("input tree", taking("--tessdata-dir")),
    choice: taking("-l --dpi --loglevel --psm -psm --oem -c"),
    style: flags(
      "--list-langs --help-extra --help-psm --help-oem --print-fonts-table --print-parameters -h -v",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, context) => {
    const [picture, base, ...settings] = operands;
    if (picture === undefined) return [prints(madeOf([]))];
    const isInput = /^(?:stdin|-)$/.test(textOf(picture) ?? "");
    const content = madeOf([...(isInput ? [] : context.contentOf(picture)), ...(stdin ?? [])]);
    const isPrinted = base === undefined || /^(?:stdout|-)$/.test(textOf(base) ?? "");
    const given = settings.filter((word) => !SETTINGS.test(textOf(word) ?? "?"));
    return [
      ...(isInput || !isFile(picture) ? [] : opens(picture, "entry")),
      // A text in the place of a picture is a list of pictures.
      ...(/\.(?:png|jpe?g|tiff?|bmp|gif|webp|p[bgnp]m|jp2)$/i.test(knownPrefix(picture)) || isInput
        ? []
        : readsUnknown("pictures that a list names")),
      ...[...values("reads"), ...given].map((path) => reads(path)),
      ...(isPrinted
        ? []
        : ENDINGS.map(
            (ending): Consequence => writes(append(base, literal(ending)), "create", { content }),
          )),
      prints(content),
    ];
  },
});
