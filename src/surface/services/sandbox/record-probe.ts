// The event of a probe, written as hooks write: with or without a daemon that has the log.
import { Failure } from "#base/failure.ts";
import { userName } from "#platform/user.ts";
import type { ProbeReport } from "#govern/sandbox/probe-report.ts";
import { isolationEvent } from "#record/event/isolation-events.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

/** Records it; resolves when it is durable. Throws a Failure where the keys of the log cannot be read from here. */
export async function recordProbe(
  directories: Directories,
  { trials, tier, verdict }: ProbeReport,
  { where, root }: { readonly where: "here" | "inside"; readonly root: string },
): Promise<void> {
  const recorder = await openSpoolRecorder(directories).catch((cause: unknown) => {
    throw new Failure(
      "probe-record",
      "the keys of the log cannot be read from in here, as it should be: record from outside with `--via`",
      { cause },
    );
  });
  const count = (wanted: string) => trials.filter(({ outcome }) => outcome === wanted).length;
  const broken = trials.filter((trial) => trial.verdict === "broken");
  const event = isolationEvent(recorder.stamp(), {
    what: verdict,
    where,
    tier,
    root,
    user: userName(),
    areas: [...new Set(broken.map(({ area }) => area))],
    reachable: count("reachable"),
    refused: count("refused"),
    absent: count("absent"),
    unknown: count("unknown"),
  });
  await recorder.append([event]);
}
