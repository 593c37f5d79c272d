// Archives: what unpacking one may do below a directory, and the programs that archivers run to compress.
import { hole, literal, type Text, type TextSet } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";

/** Consequence: files whose names are in an archive appear below a directory. */
export function unpacksInto(directory: Text, archive: TextSet): Consequence {
  return writes(directory, "create", { reach: "tree", content: madeOf(archive) });
}

/** Consequence: files whose names are in an archive appear anywhere. */
export function unpacksAnywhere(archive: TextSet): Consequence {
  return writes([hole("dynamic-path")], "create", { content: madeOf(archive) });
}

/** Consequence: programs that only compress or unpack what flows through them may run. */
export function compresses(programs: readonly string[]): readonly Consequence[] {
  return programs.map((program) => ({
    kind: "effect",
    effect: { kind: "execute", program, origin: "system", reach: "modelled" },
  }));
}

/** The working directory. */
export const HERE: Text = literal(".");
