// Where controls stood when they were looked at last, remembered for each framework; and what came of it put on record.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { type AssessedControl, type ControlStatus, STATUSES } from "#assure/evidence/assess.ts";
import { controlEvent } from "#record/event/control-events.ts";
import { type Directories, prepareDirectories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

const statesSchema = v.strictObject({
  version: v.literal(1),
  controls: v.record(v.pipe(v.string(), v.maxLength(100)), v.picklist(STATUSES)),
});

/** A control that stands otherwise than when it was looked at last. */
export type ControlChange = {
  readonly what: "lapsed" | "evidenced";
  readonly control: string;
  readonly before: ControlStatus;
  readonly status: ControlStatus;
  readonly gaps: number;
};

/** Where the controls stood at the last look; undefined where there was none, or what it left cannot be read. */
export function rememberedStates(
  directories: Directories,
  framework: string,
): Readonly<Record<string, ControlStatus>> | undefined {
  const text = readPrivateFile(fileOf(directories, framework), { secret: false }) ?? "{}";
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), statesSchema), text);
  return read.success ? read.output.controls : undefined;
}

/** What changed since the last look; nothing where there was none, or what it left cannot be read. */
export function changesOf(
  directories: Directories,
  framework: string,
  controls: readonly AssessedControl[],
): readonly ControlChange[] {
  const states = rememberedStates(directories, framework);
  if (states === undefined) return [];
  return controls.flatMap(({ id, status, gaps }): readonly ControlChange[] => {
    const before = states[id];
    if (before === undefined || isEvidenced(before) === isEvidenced(status)) return [];
    const what = isEvidenced(status) ? "evidenced" : "lapsed";
    return [{ what, control: id, before, status, gaps: gaps.length }];
  });
}

/** Puts changes on record, then remembers where controls stand. Throws a Failure where there is no log to put them into. */
export async function rememberStates(
  directories: Directories,
  framework: string,
  {
    controls,
    changes,
  }: { readonly controls: readonly AssessedControl[]; readonly changes: readonly ControlChange[] },
): Promise<void> {
  if (changes.length > 0) {
    const recorder = await openSpoolRecorder(directories);
    await recorder.append(changes.map((change) => controlEvent(recorder.stamp(), change)));
  }
  prepareDirectories(directories.root);
  mkdirSync(directories.audits, { recursive: true, mode: 0o700 });
  const states = Object.fromEntries(controls.map(({ id, status }) => [id, status]));
  writePrivateFile(
    fileOf(directories, framework),
    `${JSON.stringify({ version: 1, controls: states })}\n`,
  );
}

function isEvidenced(status: ControlStatus): boolean {
  return status === "supported" || status === "attested";
}

function fileOf({ audits }: Directories, framework: string): string {
  return join(audits, `controls-${framework}.json`);
}
