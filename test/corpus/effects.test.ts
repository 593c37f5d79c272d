// Programs with which a mistake costs most, effect by effect: a verdict rests on one of them, and each may be the one tomorrow.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { describeEffect } from "#guard/effects/describe.ts";
import { judgeCommand, makeProject, settled } from "../judging.ts";

const Case = v.strictObject({ command: v.string(), effects: v.array(v.string()) });

const place = settled(makeProject());
afterAll(() => place.remove());

const PLACES: readonly (readonly [name: string, path: string])[] = [
  ["<project>", place.project],
  ["<outside>", `${place.root}/outside`],
  ["<home>", place.home],
  ["<above>", place.root],
];

const directory = fileURLToPath(new URL("./effects", import.meta.url));
for (const file of readdirSync(directory).sort()) {
  describe(`effects/${file}`, () => {
    for (const one of v.parse(v.array(Case), parse(readFileSync(`${directory}/${file}`, "utf8")))) {
      it(one.command, async () => {
        const command = PLACES.reduce(
          (text, [name, path]) => text.replaceAll(name, path),
          one.command,
        );
        const { effects } = await judgeCommand(place, command);
        const told = effects.map((effect) =>
          PLACES.reduce((text, [name, path]) => text.replaceAll(path, name), describeEffect(effect)),
        );
        expect(told).toEqual(one.effects);
      });
    }
  });
}
