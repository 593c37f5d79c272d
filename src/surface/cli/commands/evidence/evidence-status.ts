// `sallyport evidence status`: where the controls of a framework stand over the last days, and what changed since the last look.
import { defineCommand } from "citty";
import { EVIDENCED } from "#assure/control/catalogues.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { lastAttestation } from "#assure/evidence/attested-state.ts";
import { evidenceOf } from "../../../services/evidence/collect-evidence.ts";
import { changesOf, rememberStates } from "../../../services/evidence/control-states.ts";
import { controlsOf, evidencedNamed } from "../../../services/evidence/shipped-controls.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { periodArguments, postureArguments, readDays } from "./evidence-period.ts";
import { progressOf, progressOption } from "../../log/tell-progress.ts";
import { controlLines } from "./evidence-collect.ts";

const DAY_MS = 86_400_000;
const DAYS = { standard: 30, max: 3_660 } as const;

/** `sallyport evidence status`. */
export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `where the controls of a framework stand over the last days up to now, or over a period, without a pack

  sallyport evidence status --framework soc2
  sallyport evidence status --framework soc2 --days 90 --record     once a day, by your scheduler
  sallyport evidence status --framework soc2 --from 2026-07-01 --to 2026-09-30

With \`--record\` it remembers what it saw. A control that was evidenced the last time and is not now goes on record, and the detection
\`defense-evasion/control-lapsed\` makes an alert of it.`,
  },
  args: {
    framework: {
      type: "string",
      required: true,
      valueHint: "NAME",
      description: EVIDENCED.join(", "),
    },
    days: {
      type: "string",
      valueHint: "DAYS",
      description: `how far back (default ${DAYS.standard})`,
    },
    from: { ...periodArguments.from, required: false },
    to: { ...periodArguments.to, required: false },
    record: { type: "boolean", description: "remember it, and put on record what changed" },
    ...postureArguments,
    ...progressOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const framework = evidencedNamed(args.framework);
    const directories = directoriesIn(args.data ?? dataDirectory());
    const controls = controlsOf(framework);
    await openView(args.data);
    const { onProgress = () => undefined } = progressOf(args);
    const found = await evidenceOf(directories, {
      framework,
      controls,
      period: periodOf(args, Date.now()),
      project: args.project,
      withoutPosture: args["without-posture"] === true,
      onProgress,
      onProject: () => undefined,
    });
    const changes = changesOf(directories, framework, found.controls);
    if (args.record === true)
      await rememberStates(directories, framework, { controls: found.controls, changes });
    const bare = found.controls.filter(
      ({ status }) => status === "gap" || status === "not evidenced",
    );
    if (bare.length > 0) process.exitCode = 1;
    const told = found.controls.map((one) => {
      const { id, reference, title, status, says, gaps, checks, detections } = one;
      const attestations = one.attestations.map(({ about, needs, state, attested }) => {
        const last = lastAttestation(attested);
        return { about, needs, state, owner: last?.owner ?? null, endsMs: last?.expiresMs ?? null };
      });
      return {
        id,
        reference,
        title,
        status,
        says,
        gaps,
        checks,
        detections,
        attestations,
        notes: one.notes,
        limits: one.limits,
        evidence: one.evidence.map(({ id: name, title: what, count, groups }) => ({
          id: name,
          title: what,
          count,
          groups: groups ?? {},
        })),
      };
    });
    await tell(
      args,
      {
        outcome: bare.length === 0 ? "evidenced" : "gaps",
        framework,
        changes,
        isRecorded: args.record === true,
        controls: told,
      },
      [
        ...controlLines({ controls: told }),
        ...changes.map(
          ({ what, control, before, status }) =>
            `${what}: ${printable(control)} was ${before} and is ${status}`,
        ),
      ].join("\n"),
    );
  },
});

/** From one day to another, or the last days up to now. */
function periodOf(
  { days, from, to }: Readonly<Partial<Record<"days" | "from" | "to", string | undefined>>>,
  nowMs: number,
) {
  if (from !== undefined || to !== undefined) {
    if (from === undefined || to === undefined || days !== undefined)
      throw new Failure("usage", "a period has `--from` and `--to`, and no `--days`");
    return readDays({ from, to }, nowMs);
  }
  const count = days === undefined ? DAYS.standard : /^\d{1,4}$/.test(days) ? Number(days) : 0;
  if (count < 1 || count > DAYS.max)
    throw new Failure("usage", `\`--days\` is a number from 1 to ${DAYS.max}`);
  const sinceMs = Math.max(0, nowMs - count * DAY_MS);
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: dayOf(sinceMs), to: dayOf(nowMs), sinceMs, untilMs: nowMs, nowMs };
}
