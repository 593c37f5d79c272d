// qpdf: changes the structure of PDF files.
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";

/** Options that begin a part of the call which ends with `--`; in some of them files are named. */
const PARTS =
  /^--(?:pages|overlay|underlay|encrypt|add-attachment|copy-attachments-from|set-page-labels)$/;
const NO_FILES = /^--(?:encrypt|set-page-labels)$/;
/** Options that read what their value names. */
const READ = /^--(?:password-file|job-json-file|update-from-json|replace-json|encryption-file)=/;
const STYLE =
  /^--(?:empty|json-input|linearize|decrypt|remove-restrictions|check|check-linearization|requires-password|is-encrypted|show-[\w-]+|list-attachments|filtered-stream-data|raw-stream-data|with-images|json(?:-[\w-]+)?|json-output|qdf|no-original-object-ids|compress-streams|decode-level|stream-data|object-streams|preserve-unreferenced(?:-resources)?|recompress-flate|compression-level|normalize-content|coalesce-contents|newline-before-endstream|remove-[\w-]+|flatten-[\w-]+|generate-appearances|optimize-images|oi-min-[\w-]+|externalize-inline-images|ii-min-bytes|keep-[\w-]+|keep-inline-images|rotate|collate|split-pages|min-version|force-version|deterministic-id|static-id|static-aes-iv|no-warn|warning-exit-0|verbose|progress|replace-input|password|password-is-hex-key|password-mode|suppress-password-recovery|suppress-recovery|ignore-xref-streams|allow-weak-crypto|copy-encryption|linearize-pass1|report-memory-usage|version|help|copyright|show-crypto|completion-bash|completion-zsh|preserve-[\w-]+|test-json-schema)(?:=|$)/;

export const qpdf: CommandModel = command({
  names: ["qpdf"],
  own: "`--pages a b --` begins a list of its own among the words",
  options: {},
  effects: ({ args }, context) => {
    const found: Consequence[] = [];
    const files: Text[] = [];
    const parts: Text[] = [];
    let part: string | undefined;
    let isReplacing = false;
    let isSplit = false;
    let isEmpty = false;
    for (const word of args) {
      const text = textOf(word);
      const start = text ?? knownPrefix(word);
      if (part !== undefined) {
        if (text === "--") part = undefined;
        else if (!start.startsWith("-") && !NO_FILES.test(part)) parts.push(word);
        else if (start.startsWith("--file=")) parts.push(literal(start.slice(7)));
      } else if (PARTS.test(start)) part = start;
      else if (start.startsWith("@"))
        found.push(cannotTell("dynamic-code", "options of `qpdf` from a file"));
      else if (READ.test(start)) {
        found.push(reads(literal(start.slice(start.indexOf("=") + 1))));
        if (start.startsWith("--job"))
          found.push(cannotTell("dynamic-code", "a job of `qpdf` from a file"));
      } else if (/^--(?:copy-encryption|linearize-pass1)=/.test(start)) {
        const path = literal(start.slice(start.indexOf("=") + 1));
        found.push(start.startsWith("--copy") ? reads(path) : writes(path, "create"));
      } else if (!start.startsWith("-") || start === "-") {
        if (
          text === undefined &&
          start === "" &&
          word[0]?.kind === "hole" &&
          word[0].like === undefined
        )
          found.push(cannotTell("unknown-option", "an argument of `qpdf` that may be an option"));
        files.push(word);
      } else if (!STYLE.test(start))
        found.push(
          cannotTell(
            "unknown-option",
            `\`qpdf\` has an option that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
      isReplacing ||= start === "--replace-input";
      isSplit ||= start.startsWith("--split-pages");
      isEmpty ||= start === "--empty";
    }
    // Page ranges stand among the files of a part: a name that is none is read by nobody.
    const ranges = /^(?:[-,:xrz\d.]|even|odd)*$/;
    const read = [
      ...(isEmpty ? [] : files.slice(0, 1)),
      ...parts.filter((word) => !ranges.test(textOf(word) ?? "?")),
    ];
    const written = isReplacing ? files.slice(0, 1) : files.slice(isEmpty ? 0 : 1).slice(0, 1);
    const content = madeOf(read.flatMap((path) => context.contentOf(path)));
    const names = written.filter(isFile).map((path) => {
      const name = textOf(path);
      if (!isSplit || name === undefined) return path;
      const like = name.includes("%d")
        ? name.replace("%d", "*")
        : name.replace(/(\.[^./]*)?$/, "-*$1");
      return [hole("unmodelled", { like, splits: false })];
    });
    return [
      ...found,
      ...read.filter(isFile).map((path) => reads(path)),
      ...names.map((path) => writes(path, "create", { content })),
      ...(isReplacing
        ? files
            .slice(0, 1)
            .map((path) =>
              writes([...path, hole("unmodelled", { like: ".~qpdf*", splits: false })], "create"),
            )
        : []),
      prints([[], ...content]),
    ];
  },
});
