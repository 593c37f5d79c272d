// zlib-flate: packs its input in the plain format of zlib, and unpacks it.
import { mapBinary } from "../../shell/values/bytes.ts";
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command, prints } from "../model/command-model.ts";
import { inflate } from "../../bytes/inflate.ts";
import { ABOUT, flags, maybeTaking } from "../model/option-list.ts";

export const zlibFlate: CommandModel = command({
  names: ["zlib-flate"],
  options: { unpack: flags("-uncompress"), pack: maybeTaking("-compress"), about: ABOUT },
  effects: ({ has, stdin }) => {
    const isUnpacked = has("unpack") && !has("pack");
    return [
      prints(
        mapBinary(
          stdin ?? EMPTY,
          (binary) => (isUnpacked ? inflate(binary, "zlib") : undefined),
          "unmodelled",
        ),
      ),
    ];
  },
});
