// exiftool: shows and changes what is written about pictures and documents inside them.
import { append, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf, writesUnknown } from "../model/filter.ts";
import { madeBeside } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Options with a value that is neither a file nor code. */
const VALUED =
  /^-(?:c|coordFormat|charset|d|dateFormat|ext\+?|extension\+?|-ext|-extension|fileOrder|lang|listItem|sep|separator|x|exclude|password|echo[34]?|execute\d*|use|fast|ee|i|ignore|efile|validate|globalTimeShift|api|progress|fixBase|W\+?|separator|userParam)$/i;
/** The parts of comparisons of tags with words and numbers, which call nothing. */
const PLAIN_PART =
  /(?:\$[\w:-]+|\d+(?:\.\d+)?|\s+|[!=<>]=?|&&|\|\||\b(?:eq|ne|lt|gt|le|ge|and|or|not|defined)\b|"[\w .:/-]*"|'[\w .:/-]*'|[()])/g;
/** Options without one. Every other word with a dash is the name of what is shown. */
const CODE = /^-(?:if\d*|p\+?|printFormat|config|z|zip|stay_open|@|plot|htmldump\d*)$/i;

export const exiftool: CommandModel = command({
  names: ["exiftool"],
  own: "each tag is an option, of thousands, and the sign behind it says whether it is shown, written or read from a file: `-Artist<=x`",
  options: {},
  effects: ({ args, stdin }, context) => {
    const found: Consequence[] = [];
    const files: Text[] = [];
    let isChanging = false;
    let isMoving = false;
    let printsTo: Text | undefined;
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const start = textOf(word) ?? knownPrefix(word);
      const next = args[at + 1] ?? [];
      if (
        start === "" &&
        textOf(word) === undefined &&
        word[0]?.kind === "hole" &&
        word[0].like === undefined
      )
        found.push(cannotTell("unknown-option", "an argument of `exiftool` that may be an option"));
      if (!start.startsWith("-") || start === "-") files.push(word);
      else if (/^-(?:o|out)$/i.test(start)) {
        found.push(writes(next, "create", { reach: "tree" }));
        at += 1;
      } else if (/^-(?:tagsFromFile|geotag|addTagsFromFile|srcfile|efile)$/i.test(start)) {
        found.push(reads(next));
        at += 1;
        isChanging ||= !/^-(?:srcfile|efile)$/i.test(start);
      } else if (/^-w[+!]*$|^-textOut[+!]*$/i.test(start)) {
        printsTo = next;
        at += 1;
      } else if (CODE.test(start)) {
        found.push(...code(start, next));
        at += 1;
      } else if (VALUED.test(start))
        at += /^-(?:fast|ee|progress|validate|execute)\d*$/i.test(start) ? 0 : 1;
      else if (/^-(?:delete_original!?|restore_original)$/.test(start)) isChanging = true;
      else if (/^-(?:csv|json|j)\+?=/i.test(start)) {
        found.push(reads(valueOf(word, start)));
        isChanging = true;
      } else if (/^-[\w:*?#.-]+[-+^]?<=/.test(start)) {
        found.push(reads(valueOf(word, start.replace("<=", "="))));
        isChanging = true;
      } else if (/[=<]/.test(start)) {
        isChanging = true;
        isMoving ||= /^-(?:\w+:)*(?:directory|filename|testname|hardlink|symlink)\b/i.test(start);
      }
    }
    const named = files.filter(isFile);
    const content = madeOf([...named.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])]);
    const copies = named.map((path) => append(path, literal("_original")));
    const temporary = named.map((path) => append(path, literal("_exiftool_tmp")));
    return [
      ...named.map((path) => reads(path, "tree")),
      ...found,
      ...(isChanging
        ? [...named, ...copies, ...temporary].map((path) =>
            writes(path, "change", { reach: context.isFile(path) ? "entry" : "tree" }),
          )
        : []),
      ...(isMoving ? writesUnknown("names that files get by what is written in them") : []),
      ...(printsTo === undefined ? [] : beside(named, printsTo)),
      prints(content),
    ];
  },
});

/** What stands after the sign. */
function valueOf(word: Text, start: string): Text {
  const [first, ...more] = word;
  const at = start.indexOf("=") + 1;
  return first?.kind === "text"
    ? [...literal(first.text.slice(at + (first.text.includes("<=") ? 1 : 0))), ...more]
    : word;
}

/** Conditions and formats are expressions of Perl; settings are code of it. */
function code(option: string, value: Text): readonly Consequence[] {
  const text = textOf(value);
  if (/^-config$/i.test(option)) return text === "" ? [] : [reads(value), runsFrom("exiftool")];
  if (/^-@$/.test(option))
    return [reads(value), cannotTell("dynamic-code", "options of `exiftool` from a file")];
  if (/^-p/i.test(option) && text !== undefined && !text.includes("{"))
    return text.includes("$") ? [] : [reads(value)];
  if (/^-if/i.test(option) && text?.replaceAll(PLAIN_PART, "") === "") return [];
  return [runsFrom("exiftool", "inline")];
}

/** One file of text for each that is read. */
function beside(files: readonly Text[], ending: Text): readonly Consequence[] {
  const text = textOf(ending);
  if (text === undefined || /[%/]/.test(text))
    return writesUnknown("files that `exiftool` prints to");
  return files.map((path) => writes(madeBeside(path, text), "create"));
}
