// What of a framework is in force here and what is missing: policy by project, detections, retention, attestations, the daily look and what it found.
import { Failure } from "#base/failure.ts";
import { attestedState, objectionWords } from "#assure/evidence/attested-state.ts";
import type { Framework } from "#govern/retention/periods.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { readDetections } from "../log/detections.ts";
import { loadPack } from "../policy/policy-source.ts";
import { rememberedStates } from "./control-states.ts";
import { appliedProfiles } from "./profile.ts";
import { controlsOf } from "./shipped-controls.ts";
import { attestedIn, postureNow } from "./standing-facts.ts";

/** One part of a profile. `missing` is what a person can do something about, each in words. */
export type ProfilePart = {
  readonly part: "policy" | "detections" | "retention" | "checks" | "attestations" | "evidence";
  readonly inForce: string;
  readonly missing: readonly string[];
};

/** How a framework stands in some projects. */
export async function profileStatus(
  directories: Directories,
  asked: {
    readonly framework: Framework;
    readonly projects: readonly string[];
    readonly withoutPosture: boolean;
    readonly nowMs: number;
  },
): Promise<readonly ProfilePart[]> {
  const { framework, projects } = asked;
  const controls = controlsOf(framework);
  const named = (of: (one: (typeof controls)[number]) => readonly string[]) => [
    ...new Set(controls.flatMap(of)),
  ];
  return [
    await policyPart(directories, framework, projects),
    detectionsPart(
      directories,
      named((one) => one.detections),
    ),
    retentionPart(directories, framework),
    ...(asked.withoutPosture
      ? []
      : [
          await checksPart(directories, {
            ...asked,
            checks: named((one) => one.checks),
          }),
        ]),
    attestationsPart(
      directories,
      asked.nowMs,
      named((one) => one.attestations.map(({ about }) => about)),
    ),
    evidencePart(directories, framework, projects),
  ];
}

async function policyPart(
  directories: Directories,
  framework: Framework,
  projects: readonly string[],
): Promise<ProfilePart> {
  const wanted = loadPack(framework).rules.filter(({ verdict }) => verdict !== "allow");
  const missing: string[] = [];
  let count = 0;
  for (const project of projects) {
    try {
      const { policy, isGuarded } = await judgingPolicy(project, undefined, {
        root: directories.root,
      });
      const ids = new Set(policy.rules.map(({ id }) => id));
      const lacking = wanted.filter(({ id }) => !ids.has(id)).length;
      if (!isGuarded) missing.push(`${project} is not guarded: \`sallyport init\` there`);
      else if (lacking > 0)
        missing.push(`${lacking} of ${wanted.length} rules of the pack do not hold in ${project}`);
      else count += 1;
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      missing.push(`${project}: ${cause.message}`);
    }
  }
  if (projects.length === 0) missing.push("no project is guarded here");
  return {
    part: "policy",
    inForce: `the pack holds in ${count} of ${projects.length} projects`,
    missing,
  };
}

function detectionsPart(directories: Directories, wanted: readonly string[]): ProfilePart {
  const { rules, lists } = readDetections(directories.root);
  const known = new Map(rules.map(({ rule }) => [rule.meta.name, rule]));
  const missing = wanted.flatMap((name) => {
    const rule = known.get(name);
    if (rule === undefined) return [`${name} is not among the detections`];
    const empty = rule.meta.lists.filter((list) => lists.get(list)?.values.length === 0);
    return empty.length === 0
      ? []
      : [`${name} finds nothing while the list ${empty.join(" and ")} is empty`];
  });
  const inForce = `${wanted.length - missing.length} of ${wanted.length} detections`;
  return { part: "detections", inForce, missing };
}

function retentionPart(directories: Directories, framework: Framework): ProfilePart {
  const order = openRetentionFile(directories).current();
  if (order === undefined)
    return {
      part: "retention",
      inForce: "nothing is ordered: nothing is removed",
      missing: ["personal content stays without an end: `sallyport log retention set`"],
    };
  const names = order.frameworks.includes(framework);
  return {
    part: "retention",
    inForce: `${order.hereDays} days here, archived to ${order.archive}`,
    missing: names ? [] : [`the order does not name ${framework}`],
  };
}

async function checksPart(
  directories: Directories,
  asked: {
    readonly checks: readonly string[];
    readonly projects: readonly string[];
    readonly nowMs: number;
  },
): Promise<ProfilePart> {
  const outcomes = await postureNow(directories, asked.projects, {
    checks: asked.checks,
    nowMs: asked.nowMs,
    onProject: () => undefined,
  });
  const passed = outcomes.filter(({ outcome }) => outcome === "pass").length;
  return {
    part: "checks",
    inForce: `${passed} of ${outcomes.length} checks pass`,
    missing: outcomes
      .filter(({ outcome }) => outcome === "fail")
      .map(({ check, project, says }) => `${check} fails in ${project}: ${says}`),
  };
}

function attestationsPart(
  directories: Directories,
  nowMs: number,
  wanted: readonly string[],
): ProfilePart {
  const attested = attestedIn(directories, nowMs);
  const states = wanted.map((about) => ({ about, ...attestedState(attested, about, nowMs) }));
  const missing = states.filter(({ state }) => state !== "in force");
  return {
    part: "attestations",
    inForce: `${wanted.length - missing.length} of ${wanted.length} attested`,
    missing: missing.map(({ about, state, against }) =>
      state === "contradicted"
        ? `${about} is attested, and ${objectionWords(against)} attests the contrary`
        : `nobody attests ${about} now`,
    ),
  };
}

function evidencePart(
  directories: Directories,
  framework: Framework,
  projects: readonly string[],
): ProfilePart {
  const applied = appliedProfiles(directories).filter(
    ({ name, root }) => name === framework && projects.includes(root),
  );
  const states = rememberedStates(directories, framework);
  const statuses = Object.values(states ?? {});
  const evidenced = statuses.filter((one) => one === "supported" || one === "attested").length;
  return {
    part: "evidence",
    inForce:
      states === undefined
        ? "the controls were not looked at yet"
        : `${evidenced} of ${statuses.length} controls were evidenced at the last look`,
    missing: [
      ...(applied.length === 0
        ? [
            `the daemon does not look at the controls: \`sallyport comply profile ${framework} --apply\``,
          ]
        : []),
      ...Object.entries(states ?? {})
        .filter(([, status]) => status === "gap" || status === "not evidenced")
        .map(([control, status]) => `${control}: ${status}`),
    ],
  };
}
