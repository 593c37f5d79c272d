// qemu-img: makes, converts and changes disk images, which may be devices.
import { type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  reads,
  writes,
} from "../model/command-model.ts";
import { cannotTell } from "../model/filter.ts";

/** Names that hold a path inside, or an address. */
const OTHER_NAMES =
  /^(json:|nbd:|fat:|blk\w+:|--image-opts|--target-image-opts|-o.)|:\/\/|^[\w.,-]+=/;
const LOOKS = /^(info|check|compare|map|measure|snapshot)$/;

export const qemuImg: CommandModel = command({
  names: ["qemu-img"],
  optionsEnd: "own",
  options: {},
  effects: ({ args }) => {
    const words = args.map((word) => textOf(word));
    const verb = words.find((word) => word?.startsWith("-") !== true) ?? "?";
    const files = args.filter((word: Text, at) => mayBeFile(words[at], verb));
    const changes =
      !LOOKS.test(verb) || words.some((word) => /^-([acdr]|-repair)/.test(word ?? "-a"));
    const isNamedOtherwise = words.some((word) => OTHER_NAMES.test(word ?? ""));
    return [
      ...(isNamedOtherwise
        ? [cannotTell("dynamic-path", "an image that is not named by a path")]
        : []),
      ...files.flatMap((path): readonly Consequence[] => [
        reads(path),
        ...(changes ? [writes(path, "change")] : []),
      ]),
    ];
  },
});

/** Words that are neither options, nor the verb, nor formats and sizes. */
function mayBeFile(word: string | undefined, verb: string): boolean {
  if (word === undefined) return true;
  return (
    !word.startsWith("-") &&
    word !== verb &&
    !/^(raw|qcow2?|vdi|vmdk|vhdx|vpc|qed|[-+]?\d+[kKMGTPE]?)$/.test(word)
  );
}
