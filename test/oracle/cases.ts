// The commands of the kernel oracle: by family in files, and combinations of them that a seed chooses.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parse } from "yaml";
import { findCommand } from "#guard/effects/commands/index.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import { BUILTINS } from "#guard/shell/builtins/builtins.ts";
import { PROFILES, type ProfileName } from "./profiles.ts";

export type KernelCase = {
  readonly family: string;
  readonly command: string;
  readonly profiles: readonly ProfileName[];
  /** Why something that it does is not predicted yet: it is run and counted, and in no sample. */
  readonly open?: string;
};

const text = v.pipe(v.string(), v.minLength(1));

/** A case is a command, or a command with the profiles in which it makes sense and what is still missed of it. */
const kernelCase = v.union([
  text,
  v.strictObject({
    run: text,
    profiles: v.optional(v.array(v.picklist(PROFILES)), [...PROFILES]),
    open: v.optional(text),
  }),
]);

const caseFile = v.strictObject({
  about: v.pipe(v.string(), v.minLength(10)),
  cases: v.pipe(v.array(kernelCase), v.minLength(1)),
});

/** All cases of the files, by family. Throws on a file that is not well formed. */
export function readCases(): readonly KernelCase[] {
  const directory = fileURLToPath(new URL("../corpus/kernel", import.meta.url));
  return readdirSync(directory)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((file) => {
      const { cases } = v.parse(caseFile, parse(readFileSync(`${directory}/${file}`, "utf8")));
      const family = basename(file, ".yaml");
      return cases.map((one) =>
        typeof one === "string"
          ? { family, command: one, profiles: PROFILES }
          : {
              family,
              command: one.run,
              profiles: one.profiles,
              ...(one.open === undefined ? {} : { open: one.open }),
            },
      );
    });
}

/** The modelled programs that stand as commands in the text. */
export function programsOf(command: string): readonly string[] {
  return outlineCommand(command)
    .filter((piece) => piece.kind === "program")
    .map((piece) => command.slice(piece.start, piece.end))
    .filter((name) => findCommand(name) !== undefined && !BUILTINS.has(name));
}

/** Whether a program is where the jail looks for programs. */
export function isInstalled(name: string): boolean {
  return ["/usr/bin", "/bin"].some((folder) => existsSync(`${folder}/${name}`));
}

/** Takes `count` of the elements, the same ones for the same seed. */
export function sample<Element>(
  elements: readonly Element[],
  count: number,
  seed: number,
): readonly Element[] {
  const draw = random(seed);
  return elements
    .map((element) => ({ element, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ element }) => element);
}

/** Numbers from 0 to 1, the same row for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
