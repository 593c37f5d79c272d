// The data directory of the demo: guarded projects in a scratch folder, a month on record, and what people ordered about it.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { putRequests } from "../../services/privacy/requests.ts";
import { openHolds } from "../../services/exceptions/holds.ts";
import { openExceptions } from "../../services/exceptions/store.ts";
import { openIncidents } from "../../services/incidents/incident-store.ts";
import { giveOrder } from "../../services/daemon-process/daemon-client.ts";
import { ensureInstall, type Install } from "../../services/installation/install.ts";
import { judgingPolicy } from "../../services/evaluation/judging-policy.ts";
import type { Terminal } from "../../foundation/terminal/terminal.ts";
import { guardProject } from "../guard/guard-project.ts";
import { runAudit } from "../../services/posture/audit.ts";
import { rememberAudit } from "../../services/posture/trend.ts";
import { loadPlaybook } from "../../foundation/product/shipped-data.ts";
import { DEMO_PROJECTS } from "./company.ts";
import { askInDemo } from "./demo-approvals.ts";
import { keepDemoRuns } from "./demo-attacks.ts";
import { recordDemoTasks } from "./demo-fleet.ts";
import { isolateInDemo } from "./demo-isolation.ts";
import { enterDemoServers } from "./demo-servers.ts";
import { liveMonth } from "./lived-month.ts";

const DAY_MS = 86_400_000;
const DAYS = 30;
const SEED = 26;
const PLAYBOOK = "credential-exposure";
const STEPS_DONE = 3;
/** The project whose deployments need a second person. */
const DEPLOYING = "platform";
/** The project whose client has MCP servers, mods and a container. */
const SERVED = "shop";

const nothing = () => undefined;

/** Where the demo is. `home` stands for the home directory of its people. */
export type DemoRoom = { readonly install: Install; readonly home: string };

/** Makes it in an empty folder. */
export async function makeDemoRoom(
  folder: string,
  { terminal, nowMs, onDay }: MakeOptions,
): Promise<DemoRoom> {
  const home = join(folder, "home");
  const data = join(folder, "data");
  const install = await ensureInstall({ root: data });
  const environment = { ...process.env, HOME: home, SALLYPORT_HOME: data };
  const audited = async (root: string, daysAgo: number) => {
    const about = { directory: root, environment, data, profile: undefined, families: [] };
    const atMs = nowMs - daysAgo * DAY_MS;
    const { report, root: real } = await runAudit({ ...about, nowMs: atMs, onProgress: nothing });
    rememberAudit(install.directories, real, report);
  };
  for (const [place, { name, files }] of DEMO_PROJECTS.entries()) {
    const root = join(home, "work", name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    // One project is looked at as it grows up: bare, guarded, and with what leaks no longer tracked.
    const isAudited = place === 0;
    if (isAudited) await audited(root, DAYS - 1);
    await guardProject({
      directory: root,
      yes: true,
      showsDiff: false,
      mode: undefined,
      profile: undefined,
      terminal,
      data,
      environment,
    });
    if (!isAudited) continue;
    await audited(root, 19);
    writeFileSync(
      join(root, ".gitignore"),
      "node_modules\ndist\n.env\n.claude/settings.local.json\n",
    );
    await audited(root, 7);
  }
  const projects = readProjectRegister(install.directories.projectsFile).map(({ id, root }) => ({
    id,
    root,
  }));
  await liveMonth({
    directories: install.directories,
    home,
    projects,
    seed: SEED,
    days: DAYS,
    nowMs,
    ...(onDay === undefined ? {} : { onDay: (done: number) => onDay(done, DAYS) }),
  });
  return { install, home };
}

type MakeOptions = {
  readonly terminal: Terminal;
  readonly nowMs: number;
  readonly onDay?: (done: number, of: number) => void;
};

/** What people of the company ordered, given to its daemon: playbooks in work, holds, exceptions, requests of people. */
export async function orderInDemo({ install, home }: DemoRoom, nowMs: number): Promise<void> {
  const { directories } = install;
  await workOnIncidents(install);
  const holds = openHolds(directories);
  const kept = { owner: "barbara", approver: "barbara", createdMs: nowMs - 3 * DAY_MS };
  for (const hold of [
    { reason: "case 4711", scope: { of: "subject", name: "linus" } },
    {
      reason: "incident review of the profiler",
      scope: { of: "period", fromMs: nowMs - 12 * DAY_MS, untilMs: nowMs - 6 * DAY_MS },
    },
  ] as const) {
    const receipt = holds.sign({ ...kept, ...hold, id: randomBytes(8).toString("hex") });
    await given(install, { order: "hold", receipt });
  }
  const guarded = readProjectRegister(directories.projectsFile);
  const [first] = guarded;
  const shop = guarded.find(({ root }) => root.endsWith(`/${SERVED}`));
  if (shop !== undefined) {
    const place = { root: shop.root, home, nowMs };
    const receipts = [
      ...enterDemoServers(directories, place),
      ...(await isolateInDemo(directories, place)),
    ];
    for (const receipt of receipts) await given(install, { order: "state", receipt });
  }
  for (const receipt of recordDemoTasks(directories, nowMs))
    await given(install, { order: "state", receipt });
  const platform = guarded.find(({ root }) => root.endsWith(`/${DEPLOYING}`));
  if (platform === undefined) throw new Failure("demo", `no project is called \`${DEPLOYING}\``);
  for (const receipt of await askInDemo(install, { root: platform.root, home, nowMs }))
    await given(install, { order: "approval-receipt", receipt });
  if (first !== undefined) {
    const { policy } = await judgingPolicy(first.root, undefined, { root: directories.root });
    keepDemoRuns(directories, { root: first.root, policy: policy.digest, nowMs });
    for (const [reason, days, effects] of [
      ["uploads to the finance share", 20, ["egress"]],
      ["clean-up of build folders", 2, ["delete"]],
    ] as const) {
      const rules = policy.rules.flatMap(({ id, verdict }) => (verdict === "ask" ? [id] : []));
      const receipt = openExceptions(directories).sign({
        id: randomBytes(8).toString("hex"),
        reason,
        owner: "grace",
        approver: "ada",
        createdMs: nowMs,
        expiresMs: nowMs + days * DAY_MS,
        rules: rules.slice(0, 1),
        verdict: "allow",
        scope: { effects: [...effects] },
        project: first.root,
        uses: 20,
        policy: policy.digest,
      });
      await given(install, { order: "grant", receipt });
    }
  }
  putRequests(directories, requestsAt(nowMs));
}

type Order = Parameters<typeof giveOrder>[1];

async function given(install: Install, order: Order): Promise<void> {
  const answer = await giveOrder(install, order);
  if (answer.kind === "refused")
    throw new Failure("demo", `the demo's daemon refused \`${order.order}\`: ${answer.why}`);
  if (answer.kind === "approval-refused")
    throw new Failure("demo", `the demo's daemon took no approval: ${answer.fault}`);
}

/** The oldest incident is closed, one is in work with a playbook, the newest wait. */
async function workOnIncidents(install: Install): Promise<void> {
  const all = openIncidents(install.directories).all().incidents;
  const [oldest, second] = all.toSorted((one, other) => one.openedMs - other.openedMs);
  const order = (id: string, what: string, more: object = {}) =>
    given(install, { order: "incident", id, what, by: "grace", ...more } as Order);
  if (oldest !== undefined) {
    await order(oldest.id, "take");
    await order(oldest.id, "note", { note: "Asked the author; the key was revoked." });
    await order(oldest.id, "close", { note: "key revoked", outcome: "user-approved" });
  }
  if (second !== undefined) {
    await order(second.id, "take");
    const playbook = loadPlaybook(PLAYBOOK);
    await order(second.id, "playbook", { playbook: PLAYBOOK });
    for (const { id } of playbook?.steps.slice(0, STEPS_DONE) ?? [])
      await order(second.id, "step", { playbook: PLAYBOOK, step: id, note: "done" });
  }
}

function requestsAt(nowMs: number): Parameters<typeof putRequests>[1] {
  const common = { fields: "user=pseudonym", ranges: "40-58", isCertain: true, subjects: [] };
  const period = { firstMs: nowMs - 25 * DAY_MS, lastMs: nowMs - 9 * DAY_MS };
  return [
    {
      erasure: "er-2f1c",
      target: "siem",
      to: "splunk",
      destination: "https://siem.example",
      ...common,
      ...period,
      entries: 19,
      askedMs: nowMs - 4 * DAY_MS,
      state: "outstanding",
      settledMs: null,
      note: "",
    },
    {
      erasure: "er-11d0",
      target: "lake",
      to: "s3",
      destination: "s3://logs.example/agents",
      ...common,
      ...period,
      entries: 7,
      askedMs: nowMs - 16 * DAY_MS,
      state: "attested",
      settledMs: nowMs - 11 * DAY_MS,
      note: "objects deleted by barbara",
    },
  ];
}
