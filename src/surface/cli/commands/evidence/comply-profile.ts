// `sallyport comply profile` and `comply status`: a framework end to end in a project, shown before it is applied, taken away again; and where each stands.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { FRAMEWORKS, type Framework } from "#govern/retention/periods.ts";
import type { RetentionOrder } from "#govern/retention/retention-order.ts";
import { userName } from "#platform/user.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openPlace } from "../../../services/archive/open-place.ts";
import {
  carryOut,
  planProfile,
  planRemoval,
  type ProfileChange,
  type ProfilePlan,
} from "../../../services/evidence/profile.ts";
import { profileStatus } from "../../../services/evidence/profile-status.ts";
import { frameworkNamed } from "../../../services/evidence/shipped-controls.ts";
import { projectsOf } from "../../../services/evidence/standing-facts.ts";
import { requireGuarding } from "../../../services/projects/guarded-project.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { orderOf } from "../record/log-retention.ts";

const projectOption = {
  project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
} as const;

/** `sallyport comply profile`. */
export const profileCommand = defineCommand({
  meta: {
    name: "profile",
    description: `apply a framework to a guarded project, end to end: its policy over the project's own, how long records are kept, and a daily look of the daemon at its controls

  sallyport comply profile hipaa                                   what would change; changes nothing
  sallyport comply profile hipaa --apply --archive /mnt/archive    does it, after a word typed at a terminal
  sallyport comply profile hipaa --remove                          takes it away again

The policy goes into \`.sallyport/policy.yaml\` of the project, where it can only make the project's policy stricter. It supports an
assessment; whether a control is met is for the assessor to decide.`,
  },
  args: {
    framework: { type: "positional", required: true, description: FRAMEWORKS.join(", ") },
    apply: { type: "boolean", description: "make the changes" },
    remove: { type: "boolean", description: "take the profile away" },
    archive: {
      type: "string",
      valueHint: "PLACE",
      description: "where entries go that leave: a folder, or s3://bucket/prefix",
    },
    ...projectOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const framework = frameworkNamed(args.framework);
    if (args.apply === true && args.remove === true)
      throw new Failure("usage", "`--apply` and `--remove` do not go together");
    const directories = directoriesIn(args.data ?? dataDirectory());
    requireInstall(directories);
    const { root } = requireGuarding(
      directories,
      namedDirectory(args.project ?? process.cwd()),
    ).project;
    const [user, nowMs] = [userName(), Date.now()];
    const plan =
      args.remove === true
        ? planRemoval(directories, { framework, root, user })
        : planProfile(directories, {
            framework,
            root,
            user,
            nowMs,
            orderOf: (frameworks, current) =>
              orderFor(directories, { frameworks, current, archive: args.archive, nowMs, user }),
          });
    const lines = planLines(plan);
    const isAsked = args.apply === true || args.remove === true;
    if (!isAsked || plan.changes.length === 0) {
      const isIdle = plan.changes.length === 0;
      if (!isIdle) process.exitCode = 1;
      const words = isIdle ? ["nothing to change", ...lines] : lines;
      return tell(
        args,
        { outcome: isIdle ? "unchanged" : "planned", framework, root, ...plan },
        words.map(printable).join("\n"),
      );
    }
    if (!(await isTyped(args, ["sallyport changes this:", ...lines].map(printable)))) return;
    await carryOut(directories, plan);
    await tell(
      args,
      { outcome: args.remove === true ? "removed" : "applied", framework, root, ...plan },
      [...plan.changes.flatMap(afterLines), "done"].map(printable).join("\n"),
    );
  },
});

/** `sallyport comply status`. */
export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description: `what of each framework is in force here, and what is missing: policy, detections, retention, checks, attestations, evidence

  sallyport comply status
  sallyport comply status --framework hipaa --project ~/shop
  sallyport comply status --without-posture --json`,
  },
  args: {
    framework: { type: "string", valueHint: "NAME", description: "one alone (default: all)" },
    project: {
      type: "string",
      valueHint: "DIR",
      description: "one project (default: every guarded one)",
    },
    "without-posture": { type: "boolean", description: "do not look at how projects are set up" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const frameworks = args.framework === undefined ? FRAMEWORKS : [frameworkNamed(args.framework)];
    const directories = directoriesIn(args.data ?? dataDirectory());
    const named = args.project === undefined ? undefined : namedDirectory(args.project);
    const projects = projectsOf(directories, named);
    const shown: { framework: Framework; parts: Awaited<ReturnType<typeof profileStatus>> }[] = [];
    for (const framework of frameworks)
      shown.push({
        framework,
        parts: await profileStatus(directories, {
          framework,
          projects,
          nowMs: Date.now(),
          withoutPosture: args["without-posture"] === true,
        }),
      });
    if (shown.some(({ parts }) => parts.some(({ missing }) => missing.length > 0)))
      process.exitCode = 1;
    if (args.json === true) return print(printableJson(shown));
    for (const { framework, parts } of shown)
      await print(
        [
          framework,
          ...parts.flatMap(({ part, inForce, missing }) => [
            `  ${part.padEnd(12)}  ${inForce}`,
            ...missing.map((one) => `    missing: ${one}`),
          ]),
        ]
          .map(printable)
          .join("\n"),
      );
  },
});

/** The order that serves all frameworks: evidence no shorter, personal content no longer than before. */
function orderFor(
  directories: Directories,
  given: {
    readonly frameworks: readonly Framework[];
    readonly current: RetentionOrder | undefined;
    readonly archive: string | undefined;
    readonly nowMs: number;
    readonly user: string;
  },
): RetentionOrder | undefined {
  const { frameworks, current, nowMs, user } = given;
  const archive = given.archive ?? current?.archive;
  if (archive === undefined) return undefined;
  openPlace(archive, { data: directories.root });
  const order = orderOf(
    { framework: frameworks.join(","), archive, daily: current?.isDaily ?? true },
    { approver: user, nowMs },
  );
  const texts = [order.textDays, current?.textDays].flatMap((one) => one ?? []);
  return {
    ...order,
    hereDays: Math.max(order.hereDays, current?.hereDays ?? 0),
    ...(texts.length === 0 ? {} : { textDays: Math.min(...texts) }),
  };
}

function planLines({ changes, byHand }: ProfilePlan): readonly string[] {
  return [...changes.flatMap(changeLines), ...byHand.map((line) => `by hand: ${line}`)];
}

function changeLines(change: ProfileChange): readonly string[] {
  switch (change.kind) {
    case "policy": {
      const { file, before, after } = change;
      if (after === undefined) return [`policy: ${file} is removed`];
      const old = (before ?? "").split("\n");
      const fresh = after.split("\n");
      return [
        `policy: ${file} is ${before === undefined ? "written" : "changed"}`,
        ...old.filter((line) => !fresh.includes(line)).map((line) => `  - ${line}`),
        ...fresh.filter((line) => !old.includes(line)).map((line) => `  + ${line}`),
      ];
    }
    case "retention": {
      const { before, after } = change;
      const words = ({ frameworks, hereDays, textDays, archive }: RetentionOrder) =>
        `${hereDays} days here${textDays === undefined ? "" : `, texts ${textDays} days`}, under ${frameworks.join(" and ") || "no framework"}, to ${archive}`;
      return [
        "retention: how long records are kept is ordered anew",
        `  - ${before === undefined ? "nothing is ordered, nothing leaves" : words(before)}`,
        `  + ${words(after)}`,
      ];
    }
    case "daily":
      return [
        `evidence: the daemon ${change.isOn ? "looks" : "no longer looks"} at the controls of ${change.profile.name} once a day for this project`,
      ];
    default:
      return change satisfies never;
  }
}

/** What is left to do after a change. */
function afterLines(change: ProfileChange): readonly string[] {
  if (change.kind !== "policy" || change.digest === undefined) return [];
  return [
    `the policy changed, which evidence says as a gap until somebody approves it: sallyport attestation add policy/${change.digest} --for 365d --reason TEXT`,
  ];
}
