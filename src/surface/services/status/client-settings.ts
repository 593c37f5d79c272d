// What `sallyport status` says of the client's settings around a project: managed ones that are missing, dead ones, uncommitted ones.
import { printable } from "#base/printable.ts";
import { deadPlaces } from "#govern/settings/lint/file.ts";
import {
  type MachinePlaces,
  thisMachine,
  uncommittedSettings,
  unmanagedPolicy,
} from "../settings/lint-surroundings.ts";
import { deadFiles } from "../settings/managed-places.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";

/** One check for each thing that somebody should look at; none where all is well. */
export async function checkClientSettings(
  root: string,
  { environment, ours }: Pick<Surroundings, "environment" | "ours">,
  machine?: MachinePlaces,
): Promise<readonly Check[]> {
  const policy = unmanagedPolicy(machine ?? (await thisMachine()));
  const uncommitted = await uncommittedSettings(root, environment);
  const found = (about: string, text: string, repair: string): Check => ({
    about,
    level: "found",
    text: printable(text),
    repair,
  });
  return [
    ...(policy === undefined
      ? []
      : [
          found(
            "managed",
            `${policy} is in force, and the client has no managed settings: its hooks can be taken out`,
            ours(`policy compile ${shellWord(policy)} --target managed --out managed`),
          ),
        ]),
    ...deadFiles().map((file) => {
      const [remark] = deadPlaces(file);
      const text = `${file}: ${remark?.message ?? "nobody reads it"}; it belongs to ${remark?.fix ?? "another place"}`;
      return found("dead file", text, ours(`policy lint ${shellWord(file)}`));
    }),
    ...(uncommitted === undefined
      ? []
      : [
          found(
            "repository",
            `${uncommitted} is not committed: its rules hold for whoever wrote it`,
            `git -C ${shellWord(root)} add ${shellWord(uncommitted)}`,
          ),
        ]),
  ];
}
