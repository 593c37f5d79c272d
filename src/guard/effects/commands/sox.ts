// sox, soxi, play and rec: change, show and play sound.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { opens } from "../projects/file-program.ts";
import { cannotTell, madeOf, readsUnknown } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { numbered } from "../arguments/generated-names.ts";

const FLAGS =
  /^(?:-[dnpDGhioqRSNXxLB]+|-V\d?|-[mMT]|--(?:default-device|null|sox-pipe|clobber|no-clobber|no-dither|guard|help|i|info|magic|multi-threaded|single-threaded|norm(?:=.*)?|no-show-progress|show-progress|version|ignore-length|reverse-nibbles|reverse-bits|no-glob))$/;
const VALUED =
  /^(?:-[vtebcrC]|--(?:volume|type|encoding|bits|endian|channels|rate|compression|add-comment|comment|buffer|combine|dft-min|input-buffer|plot|replay-gain|help-effect|help-format|play-rate-arg))$/;
const EFFECTS = new Set(
  "allpass band bandpass bandreject bass bend biquad chorus channels compand contrast dcshift deemph delay dither divide downsample earwax echo echos equalizer fade fir firfit flanger gain highpass hilbert input ladspa loudness lowpass mcompand noiseprof noisered norm oops output overdrive pad phaser pitch rate remix repeat reverb reverse riaa silence sinc speed speexdsp spectrogram splice stat stats stretch swap synth tempo treble tremolo trim upsample vad vol newfile restart".split(
    " ",
  ),
);
/** Effects whose words may name a file that is read or written, or a plugin. */
const WITH_FILES = new Set([
  "noiseprof",
  "noisered",
  "fir",
  "firfit",
  "ladspa",
  "spectrogram",
  "newfile",
]);

export const sox: CommandModel = command({
  names: ["sox", "soxi", "play", "rec"],
  own: "an option belongs to the file behind it, and effects with numbers of either sign stand behind the files without a dash",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const found: Consequence[] = [];
    const files: Text[] = [];
    let at = 0;
    for (; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const start = textOf(word) ?? knownPrefix(word);
      if (EFFECTS.has(start) && files.length > 0) break;
      if (start === "-n" || start === "-p" || start === "-d" || start === "--null")
        files.push(literal("-"));
      else if (/^--(?:effects|comment)-file$/.test(start)) {
        found.push(reads(args[at + 1] ?? []));
        if (start.startsWith("--effects"))
          found.push(cannotTell("dynamic-code", "effects of `sox` from a file"));
        at += 1;
      } else if (VALUED.test(start)) at += 1;
      else if (/^--[\w-]+=/.test(start) && VALUED.test(start.replace(/=.*$/s, ""))) continue;
      else if (FLAGS.test(start)) continue;
      else if (start.startsWith("-") && start !== "-")
        found.push(
          cannotTell(
            "unknown-option",
            `\`sox\` has an option that sallyport does not know: \`${start.slice(0, 40)}\``,
          ),
        );
      else files.push(word);
    }
    const effects = args.slice(at).map((word) => textOf(word));
    if (effects.some((word) => word === undefined || WITH_FILES.has(word)))
      found.push(...readsUnknown("an effect of `sox` that may open files"));
    const isInfo =
      name === "soxi" ||
      name === "play" ||
      args.some((word) => /^--i(?:nfo)?$/.test(textOf(word) ?? ""));
    const written = isInfo || files.length < 2 ? (name === "rec" ? files : []) : files.slice(-1);
    const read = files.slice(0, files.length - written.length);
    const content = madeOf([...read.flatMap((path) => context.contentOf(path)), ...(stdin ?? [])]);
    return [
      ...found,
      ...read.flatMap(input),
      ...written
        .filter((path) => textOf(path) !== "-")
        .map((path) => writes(numbered(path), "create", { content })),
      prints([[], ...content]),
    ];
  },
});

/** A file, an address, or what a command prints. */
function input(word: Text): readonly Consequence[] {
  const text = textOf(word);
  const start = text ?? knownPrefix(word);
  if (text === "-") return [];
  if (start.startsWith("|"))
    return text === undefined
      ? [cannotTell("dynamic-code", "a command that gives the sound")]
      : shellRuns(text.slice(1));
  return opens(word, "entry");
}
