// gs (Ghostscript) and its scripts (ps2pdf, pdf2ps): turn PostScript and PDF, which are programs, into pages.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { madeIn, numbered } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** What the scripts call, each other among them. */
const SCRIPTS =
  "sh gs basename dirname ps2pdf12 ps2pdf13 ps2pdf14 ps2pdfwr ps2ps ps2ps2 rm mktemp".split(" ");
/** Switches that only say how pages are made. */
const STYLE =
  /^-(?:d\w[\w.]*(?:=.*)?|[sS]\w[\w.]*=.*|[rgq].*|h|v|\?|-help|-version|dSAFER|f|P|p.*|u\w+|K\d+|T)$/s;
/** Switches that lift the bounds within which a document runs. */
const UNSAFE = /^-d(?:NOSAFER|DELAYSAFER|ALLOWPSTRANSPARENCY.*|WRITESYSTEMDICT)(?:=.*)?$/;

export const gs: CommandModel = command({
  names: [
    ...["gs", "ghostscript", "gsc", "gsnd"],
    ...[
      "ps2pdf",
      "ps2pdf12",
      "ps2pdf13",
      "ps2pdf14",
      "ps2ps",
      "ps2ps2",
      "pdf2ps",
      "ps2ascii",
      "eps2eps",
    ],
  ],
  own: "`-sOutputFile=x` defines any name, and each definition holds for the files behind it alone",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const isScript = !/^gs|^ghost/.test(name);
    const found: Consequence[] = isScript ? [...compresses(SCRIPTS)] : [];
    const files: Text[] = [];
    const outputs: Text[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const text = textOf(word);
      const start = text ?? knownPrefix(word);
      const result = /^(?:-sOutputFile[=#]|-o)/.exec(start)?.[0];
      if (result !== undefined) {
        const isGlued = start.length > result.length || text === undefined;
        outputs.push(isGlued ? rest(word, result.length) : (args[at + 1] ?? []));
        if (!isGlued) at += 1;
      } else if (start === "-c") {
        // Program text in the call, up to the next switch; it runs within the same bounds as a document.
        while (at + 1 < args.length && !knownPrefix(args[at + 1] ?? []).startsWith("-")) at += 1;
      } else if (/^(?:-I|-sFONTPATH[=#]|--permit-file-(?:read|all)=)/.test(start))
        found.push(
          reads(
            start === "-I"
              ? (args[++at] ?? [])
              : rest(word, /^(?:-I|[^=#]*[=#])/.exec(start)?.[0].length ?? 0),
            "tree",
          ),
        );
      else if (/^--permit-file-(?:write|control)=/.test(start))
        found.push(writes(rest(word, start.indexOf("=") + 1), "create", { reach: "tree" }));
      else if (UNSAFE.test(start) || (text === undefined && start.startsWith("-d")))
        found.push(runsFrom("gs"));
      else if (/^(?:@|--?$|-[-@+]$)/.test(start) && start !== "-") found.push(runsFrom("gs"));
      else if (!start.startsWith("-") || start === "-") files.push(word);
      else if (!STYLE.test(start))
        found.push(
          cannotTell(
            "unknown-option",
            `\`gs\` has an option that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
    }
    const [first, second] = files;
    const read = (isScript ? files.slice(0, 1) : files).filter(isFile);
    const written = isScript ? [second ?? madeIn([], first ?? [])] : outputs;
    const texts = [...read.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])];
    const content = madeOf(texts);
    return [
      ...found,
      ...read.map((path) => reads(path)),
      ...(name === "ps2ascii" && second === undefined
        ? []
        : written.flatMap((path) => output(path, content))),
      prints([[], ...content]),
    ];
  },
});

function rest(word: Text, count: number): Text {
  const [first, ...more] = word;
  if (first?.kind !== "text") return word;
  return [...literal(first.text.slice(count)), ...more];
}

/** A file, numbered files, or a command that gets the pages. */
function output(path: Text, content: readonly Text[]): readonly Consequence[] {
  const text = textOf(path);
  const piped = /^(?:%pipe%|\|)(.*)$/s.exec(text ?? knownPrefix(path))?.[1];
  if (piped !== undefined)
    return text === undefined
      ? [cannotTell("dynamic-code", "a command that gets the pages")]
      : shellRuns(piped);
  if (/^(?:-|%stdout%?|%stderr%?|nul|\/dev\/null|)$/.test(text ?? "?")) return [];
  return [writes(numbered(path), "create", { content })];
}
