// convert, magick, identify, mogrify and others of ImageMagick: make, change and show pictures; some formats are programs.
import { hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { opens } from "../projects/file-program.ts";
import { cannotTell, isFile, madeOf, readsUnknown } from "../model/filter.ts";
import { madeBeside, numbered } from "../arguments/generated-names.ts";
import { runsFrom } from "../projects/project-scripts.ts";

const FLAGS = new Set(
  "adjoin antialias black-point-compensation matte moments monitor ping quiet regard-warnings synchronize taint verbose auto-gamma auto-level auto-orient clamp clip contrast despeckle enhance equalize fft flip flop identify ift magnify monochrome negate normalize render strip transform transpose transverse trim unique-colors append clut coalesce combine compare composite deconstruct flatten hald-clut layers-merge mosaic separate reverse help version respect-parenthesis respect-parentheses noop bordercolor-none fuzz-none mattes unmap".split(
    " ",
  ),
);
const VALUED = new Set(
  "affine alpha attenuate background bias blue-primary bordercolor caption channel channel-fx colors colorspace comment compose compress define delay density depth direction dispose dissolve dither encoding endian family fill filter format fuzz gravity green-primary highlight-color lowlight-color intensity intent interlace interline-spacing interpolate interword-spacing kerning label loop mattecolor metric orient page pointsize precision preview quality red-primary repage sampling-factor scene seed shadow size stretch stroke strokewidth style subimage-search similarity-threshold support tile-offset title transparent-color treedepth undercolor units virtual-pixel weight white-point adaptive-blur adaptive-resize adaptive-sharpen black-threshold blend blue-shift blur border brightness-contrast canny cdl charcoal chop clahe clip-path colorize color-matrix color-threshold connected-components contrast-stretch convolve crop cycle deskew draw edge emboss evaluate-sequence extent extract features frame fx gamma gaussian-blur geometry grayscale hough-lines implode interpolative-resize kuwahara lat layers level level-colors linear-stretch liquid-rescale local-contrast mean-shift median mode modulate morph motion-blur noise opaque ordered-dither paint perceptible poly polaroid posterize print quantize radial-blur raise random-threshold range-threshold region resample resize roll rotate rotational-blur sample scale segment selective-blur sepia-tone shade sharpen shave shear sigmoidal-contrast sketch smush solarize sort-pixels splice spread swirl threshold thumbnail tint transparent type unsharp vignette watermark wave wavelet-denoise white-balance white-threshold clone delete duplicate insert swap list crop-gravity debug log auto-threshold".split(
    " ",
  ),
);
/** With two values, the second of which may stand for a file. */
const TWO_VALUED = new Set(
  "annotate limit copy distort evaluate floodfill function morphology set sparse-color statistic".split(
    " ",
  ),
);
/** With a plus most options take no value; these do. */
const VALUED_PLUS = new Set(
  "define set distort level level-colors opaque transparent sigmoidal-contrast noise random-threshold floodfill".split(
    " ",
  ),
);
const READ = new Set(
  "remap map texture tile mask clip-mask read-mask write-mask profile font".split(" "),
);
/** Endings of formats that are pictures and nothing else. */
const RASTER =
  "png|png8|png24|png32|jpe?g|jpe|jfif|gif|webp|tiff?|bmp|ico|cur|p[bgnp]m|pam|avif|hei[cf]|jxl|jp2|j2k|tga|dds|exr|hdr|pcx|qoi|xbm|xpm|farbfeld|ff";
const PICTURE = new RegExp(`\\.(?:${RASTER})(?:\\[[^\\]]*\\])?$`, "i");
/** Formats and made-up pictures that may stand in front of a colon. */
const PREFIX = new RegExp(
  `^(?:${RASTER}|xc|canvas|gradient|radial-gradient|plasma|pattern|hald|null|info|json|histogram|rgba?|gray|cmyk|logo|rose|wizard|granite|netscape|label|caption|mpc|miff):`,
  "i",
);
const MADE =
  /^(?:xc|canvas|gradient|radial-gradient|plasma|pattern|hald|null|info|json|histogram|logo|rose|wizard|granite|netscape|label|caption):/i;

export const imagemagick: CommandModel = command({
  names: [
    ...["magick", "convert", "identify", "mogrify", "montage", "composite", "compare", "stream"],
    ...["convert-im6", "identify-im6", "mogrify-im6", "gm"],
  ],
  own: "`+x` is an option too, parentheses nest, and a setting holds for the images behind it: `-write` stands anywhere among them",
  options: {},
  effects: ({ name, args }, context) => {
    const [first] = args;
    const called = /^(?:magick|gm)$/.test(name) ? textOf(first ?? []) : name.replace(/-im6.*$/, "");
    const isNamed = /^(?:convert|identify|mogrify|montage|composite|compare|stream)$/.test(
      called ?? "",
    );
    const tool = isNamed ? (called ?? "") : "convert";
    const words = isNamed && /^(?:magick|gm)$/.test(name) ? args.slice(1) : args;
    const { operands, found, folder, format } = parsed(words);
    if (/^-(?:version|help|list)$/.test(textOf(words[0] ?? []) ?? "")) return [prints(madeOf([]))];
    const isShown = tool === "identify" || operands.length < 2;
    const isChanged = tool === "mogrify";
    const pictures = isShown || isChanged ? operands : operands.slice(0, -1);
    const results = isShown || isChanged ? [] : operands.slice(-1);
    const content = madeOf(pictures.flatMap((path) => context.contentOf(path)));
    const changed = isChanged ? pictures.map((path) => placed(path, folder, format)) : [];
    return [
      ...found,
      ...pictures.flatMap(input),
      ...[...results, ...changed].flatMap((path) => output(path, content)),
      prints([[], ...content]),
    ];
  },
});

type Parsed = {
  readonly operands: readonly Text[];
  readonly found: readonly Consequence[];
  /** Where results of `mogrify` go, and the format that they get. */
  readonly folder: Text | undefined;
  readonly format: Text | undefined;
};

function parsed(words: readonly Text[]): Parsed {
  const operands: Text[] = [];
  const found: Consequence[] = [];
  let folder: Text | undefined;
  let format: Text | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? [];
    const start = textOf(word) ?? knownPrefix(word);
    const next = words[at + 1] ?? [];
    const option = start.slice(1);
    if (start === "(" || start === ")" || start === "{" || start === "}") continue;
    if (!/^[-+][a-z]/i.test(start)) operands.push(word);
    else if (start.startsWith("+")) at += VALUED_PLUS.has(option) ? 1 : 0;
    else if (FLAGS.has(option)) continue;
    else {
      at += 1;
      if (option === "path") folder = next;
      else if (option === "write") found.push(...output(next, madeOf([])));
      else if (TWO_VALUED.has(option)) {
        found.push(...text(option, words[at + 1] ?? []));
        at += 1;
      } else if (READ.has(option)) {
        // Names of fonts, and how many pictures stand beside each other.
        const isWord = option === "font" ? /^[\w -]+$/ : /^(?:\d*x\d*[!<>^]?|\d+)$/;
        if (!isWord.test(textOf(next) ?? "/")) found.push(...input(next));
      } else if (VALUED.has(option)) {
        if (option === "format") format = next;
        found.push(...text(option, next));
      } else {
        at -= 1;
        found.push(
          cannotTell(
            "unknown-option",
            `an option of ImageMagick that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
      }
    }
  }
  return { operands, found, folder, format };
}

/** A value that stands for the content of a file, or a drawing that takes a picture in. */
function text(option: string, value: Text): readonly Consequence[] {
  const known = textOf(value);
  if (known?.startsWith("@") === true) return [reads(literal(known.slice(1)))];
  if (option === "draw" && /\bimage\b|@/i.test(known ?? "@"))
    return readsUnknown("a drawing that takes in a picture");
  return [];
}

/** A picture that is read. What is no plain picture is read by another program, or is one. */
function input(word: Text): readonly Consequence[] {
  const name = textOf(word);
  if (!isFile(word)) return [];
  if (name === undefined)
    return PICTURE.test(suffixOf(word)) ? [reads(word)] : [reads(word), runsFrom("magick")];
  if (/^(?:label|caption):@/i.test(name)) return [reads(literal(name.replace(/^\w+:@/, "")))];
  if (MADE.test(name)) return [];
  const path = literal(name.replace(PREFIX, "").replace(/\[[^\]]*\]$/, ""));
  if (/^(?:https?|ftp):/i.test(name)) return opens(word, "entry");
  const isPlain = !/^[a-z][\w-]+:/i.test(name) || PREFIX.test(name);
  return [
    reads(isPlain ? path : literal(name.replace(/^[\w-]+:/, ""))),
    ...(isPlain && (PICTURE.test(name) || PREFIX.test(name)) ? [] : [runsFrom("magick")]),
  ];
}

/** The known end of a word that is not known as a whole. */
function suffixOf(word: Text): string {
  const last = word.at(-1);
  return last?.kind === "text" ? last.text : last?.kind === "glob" ? last.glob : (last?.like ?? "");
}

function output(word: Text, content: readonly Text[]): readonly Consequence[] {
  const name = textOf(word);
  if (name !== undefined && (/^(?:-|[a-z0-9]+:-)$/i.test(name) || MADE.test(name))) return [];
  if (name === undefined) return [writes(word, "create", { content })];
  const path = name.replace(PREFIX, "");
  // Pages and frames are numbered.
  const ending = /\.[^./]*$/.exec(path)?.[0] ?? "";
  const isPlain =
    !/^[a-z][\w-]+:/i.test(path) &&
    (PICTURE.test(name) || PREFIX.test(name) || /\.(?:pdf|txt|json|miff|mpc)$/i.test(name));
  return [
    writes(numbered(literal(path)), "create", { content }),
    writes(madeBeside(literal(path), ending), "create", { content }),
    ...(isPlain ? [] : [runsFrom("magick")]),
  ];
}

/** Where `mogrify` puts what it made of a picture. */
function placed(path: Text, folder: Text | undefined, format: Text | undefined): Text {
  if (folder === undefined && format === undefined) return path;
  const name = textOf(path);
  const into =
    folder === undefined ? (name ?? "").replace(/[^/]*$/, "") : `${textOf(folder) ?? ""}/`;
  if (name === undefined || (folder !== undefined && textOf(folder) === undefined))
    return [hole("dynamic-path")];
  const base = name.replace(/^.*\//, "");
  const kind = textOf(format ?? []);
  return literal(
    into + (kind === undefined || kind === "" ? base : base.replace(/\.[^.]*$/, `.${kind}`)),
  );
}
