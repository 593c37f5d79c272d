// What `sallyport status` says of the systems that the log is delivered to: how many, how far behind, what they refused.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { exportStandings } from "../export/export-status.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";

/** The finding; undefined where the log is delivered nowhere. */
export async function checkExports({
  directories,
  nowMs,
  ours,
}: {
  readonly directories: Directories;
  readonly nowMs: number;
  ours(words: string): string;
}): Promise<Finding | undefined> {
  try {
    const standings = (await exportStandings(directories, nowMs)).filter(({ isSetUp }) => isSetUp);
    if (standings.length === 0) return undefined;
    const behind = standings.filter(({ waiting }) => waiting > 0);
    const sum = (count: (one: (typeof standings)[number]) => number) =>
      standings.reduce((total, one) => total + count(one), 0);
    const dead = sum(({ letters }) => letters.length);
    const missed = sum((one) => one.missed);
    const text = [
      `${standings.length} ${standings.length === 1 ? "target" : "targets"}`,
      behind.length === 0
        ? "all have the whole log"
        : behind
            .map(({ name, waiting }) => `${printable(name)} is ${waiting} entries behind`)
            .join(", "),
      `${dead} dead letters`,
      ...(missed === 0 ? [] : [`${missed} entries left the log before they were sent`]),
    ].join("; ");
    const needsLook = dead > 0 || standings.some(({ isLate }) => isLate);
    return needsLook
      ? { level: "found", text, repair: ours("export status --dead") }
      : { level: "ok", text };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "they cannot be read";
    return { level: "found", text, repair: ours("export list") };
  }
}
