// `sallyport policy deploy`: a policy written to where the client reads it, after a person saw all of it and approved; and taken back.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  type Deployment,
  DEPLOY_SCOPES,
  type DeployScope,
  inForceAt,
  rollbackTarget,
} from "#govern/deploy/deployment.ts";
import { diffOf, isChange } from "#govern/deploy/plan.ts";
import type { FileChange } from "#govern/deploy/write-all.ts";
import { loginAccounts } from "#platform/accounts.ts";
import { userName } from "#platform/user.ts";
import { type MachineHook, tryAccounts } from "../../../services/machine/try-accounts.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { ensureInstall, type Install } from "../../../services/installation/install.ts";
import { approvedDeployment, carryOut } from "../../../services/deploy/carry-out.ts";
import {
  type DeploymentPlan,
  type MachinePlaces,
  machinePlaces,
  planDeployment,
  planRollback,
} from "../../../services/deploy/deployment-plan.ts";
import { changePerson, personSettings } from "../../../services/deploy/person-hooks.ts";
import { openDeployments } from "../../../services/deploy/records.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import type { DeploymentReceipt } from "../../../services/deploy/deployment-receipt.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { placeOf } from "../../policy/deploy-place.ts";
import { refuseIdle } from "../../policy/idle-rules.ts";
import { type ProofRecord, prove, refusableCalls } from "../../policy/deploy-proof.ts";
import {
  requireTerminal,
  typedAtTerminal,
} from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { refused, startDaemon } from "../../operator/operator-orders.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { readPlacedSite } from "../../policy/site-file.ts";
import { requireGuarded } from "../../policy/site-project.ts";
import { openTerminal, paintDiff, print } from "../../../foundation/terminal/terminal.ts";

const WORDS_CHARS_MAX = 300;
const SCOPE_WORDS = {
  managed: "for everybody on this machine",
  user: "for you",
  project: "for everybody who works in the project",
} as const;

/** `sallyport policy deploy`. */
export const deployCommand = defineCommand({
  meta: {
    name: "deploy",
    description: `Writes a policy to where the client reads it: all files or none, after showing every line that changes. A person approves it
at a terminal, never the agent; approval and files are on record, and each deployment can be taken back byte for byte. Before managed files
are put in force, the real client is asked under them: a read, a commit, \`npm test\` and a push have to go well, and a call that touches the
guard must not. Otherwise nothing is written, and the message names the call, the reason and the line.

  sallyport policy deploy team --scope managed --site site.yaml --dry-run   show what would be written
  sudo sallyport policy deploy team --scope managed --site site.yaml --reason "rollout 7"
  sudo sallyport policy deploy reviewer --scope managed --site site.yaml --may-refuse commit,push --reason "readers"
  sallyport policy deploy policy.yaml --scope project --reason "rules of the shop"
  sallyport policy deploy --list                                            what was deployed, and what is in force
  sallyport policy deploy --rollback --scope managed --reason "broke CI"    take the last one back`,
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: false,
      description: "a file, or the name of a pack",
    },
    scope: {
      type: "enum",
      options: [...DEPLOY_SCOPES],
      description: "whose settings (default: project; with --rollback: any)",
    },
    site: { type: "string", valueHint: "FILE", description: "parameters of your site (YAML)" },
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    "leave-person": {
      type: "boolean",
      description: "with --scope managed: do not put the hooks into the person's own settings too",
    },
    client: {
      type: "string",
      valueHint: "FILE",
      description: "with --scope managed: the client that is asked (default: on PATH)",
    },
    "may-refuse": {
      type: "string",
      valueHint: "CALLS",
      description: "harmless calls that the policy is meant to refuse: commit, test, push",
    },
    "without-proof": {
      type: "boolean",
      description: "with --scope managed: ask no client; it is said on record",
    },
    rollback: { type: "boolean", description: "take the last deployment back, or the one of --id" },
    id: { type: "string", valueHint: "ID", description: "the deployment to take back" },
    list: { type: "boolean", description: "the deployments of this installation" },
    "dry-run": { type: "boolean", description: "show what would be written and stop" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const data = args.data ?? dataDirectory();
    const isJson = args.json === true;
    if (args.list === true) return printList(data, isJson);
    const machine = machinePlaces();
    const { plan, asking, hook } = await planFor(args, machine, data);
    const outcome = await runPlan(plan, {
      ...args,
      data,
      isDry: args["dry-run"] === true,
      machine,
      proving: asking,
      hook,
    });
    if (isJson) await print(printableJson(asJson(plan, outcome)));
    else openTerminal().print(closingLine(outcome));
    if (outcome.kind === "declined") process.exitCode = exitCodes.found;
  },
});

type Wanted = {
  readonly policy?: string | undefined;
  readonly scope?: DeployScope | undefined;
  readonly site?: string | undefined;
  readonly project?: string | undefined;
  readonly "leave-person"?: boolean | undefined;
  readonly rollback?: boolean | undefined;
  readonly id?: string | undefined;
  readonly client?: string | undefined;
  readonly "may-refuse"?: string | undefined;
  readonly "without-proof"?: boolean | undefined;
};

/** How the proof of a plan is come by; undefined for plans that need none. */
type Proving = (() => ReturnType<typeof prove>) | "without" | undefined;
type Planned = {
  readonly plan: DeploymentPlan;
  readonly asking: Proving;
  readonly hook?: MachineHook | undefined;
};

async function planFor(wanted: Wanted, machine: MachinePlaces, data: string): Promise<Planned> {
  const { policy, scope, rollback, id } = wanted;
  const mayRefuse = refusableCalls(wanted["may-refuse"]);
  const records = openDeployments(directoriesIn(data));
  if (rollback === true || id !== undefined) {
    if (policy !== undefined)
      throw new Failure("usage", "`--rollback` takes no policy: it puts back what was there");
    const scopes = scope === undefined ? DEPLOY_SCOPES : [scope];
    const places = await Promise.all(scopes.map((one) => placeOf(one, wanted.project)));
    // WHY no proof: what was there before was in force, and the way back must never be barred.
    const target = rollbackTarget(records.all(), { id, places });
    return { plan: await planRollback(target, { machine, records }), asking: undefined };
  }
  if (policy === undefined)
    throw new Failure("usage", "name a policy: a pack such as `team`, or a file by its path");
  const at = await placeOf(scope ?? "project", wanted.project);
  const leavesPerson = wanted["leave-person"] === true;
  const placed = readPlacedSite(wanted.site);
  const { site, place } = placed;
  if (requireGuarded(site, place) === "unseen")
    throw new Failure(
      "site-project",
      "`hooks.data` names no installation of this machine, so every call would be refused: run `sallyport init` in a project, and take the id that `sallyport policy project` prints",
      { at: place(["hooks", "data"]) },
    );
  const named = namedPolicy(policy);
  refuseIdle(named);
  const plan = await planDeployment(named, { at, site, place, machine, records, leavesPerson });
  if (plan.scope !== "managed") return { plan, asking: undefined };
  const hook = site.hooks?.transport === "machine" ? site.hooks : undefined;
  if (wanted["without-proof"] === true) return { plan, asking: "without", hook };
  const { client } = wanted;
  return {
    plan,
    hook,
    asking: () => prove({ plan, machine, placed, policy: named, client, mayRefuse }),
  };
}

type Outcome =
  | { readonly kind: "unchanged" | "planned" | "declined" }
  | { readonly kind: "deployed" | "rolled-back"; readonly deployment: Deployment };

async function runPlan(
  plan: DeploymentPlan,
  how: {
    readonly reason?: string | undefined;
    readonly owner?: string | undefined;
    readonly json?: boolean | undefined;
    readonly isDry: boolean;
    readonly machine: MachinePlaces;
    readonly data: string;
    readonly proving: Proving;
    /** The hook of the machine's guard, where the parameters name it. */
    readonly hook: MachineHook | undefined;
  },
): Promise<Outcome> {
  const terminal = openTerminal();
  if (how.json !== true) {
    const diff = diffOf(plan.files) + (plan.person?.diff ?? "");
    if (diff !== "") terminal.print(paintDiff(terminal, diff.trimEnd()));
    for (const note of plan.notes) terminal.print(`note: ${printable(note)}`);
  }
  // A rollback that has nothing to write still ends the deployment.
  if (plan.what === "deploy" && !plan.files.some(isChange) && plan.person === undefined)
    return { kind: "unchanged" };
  if (how.isDry) return { kind: "planned" };
  const approver = userName();
  const approval = {
    reason: words(how.reason, "reason"),
    owner: words(how.owner ?? approver, "owner"),
    approver,
  };
  requireTerminal();
  await requireJudged(how.hook, "nothing is put in force");
  const { proof, lines } = await proofOf(how.proving);
  if (how.json !== true) for (const line of lines) terminal.print(printable(line));
  const shown = [...linesOf(plan, approval), ...(proof?.kind === "without" ? lines : [])];
  if (!(await typedAtTerminal(shown.map(printable)))) return { kind: "declined" };
  const install = await ensureInstall({ root: how.data });
  const { directories } = install;
  const records = openDeployments(directories);
  const deployment = approvedDeployment(
    plan,
    { ...approval, ...(proof === undefined ? {} : { proof }) },
    Date.now(),
  );
  await startDaemon(install);
  const tell = (what: "begin" | "failed", receipt: DeploymentReceipt) =>
    record(install, what, receipt);
  const at = { machine: how.machine, directories, records, tell };
  await carryOut(deployment, plan, at);
  await requireJudged(how.hook, "it is taken back").catch(async (cause: unknown) => {
    const back = await planRollback(deployment, { machine: how.machine, records });
    await carryOut(approvedDeployment(back, approval, Date.now()), back, at);
    throw cause;
  });
  changePersonOf(plan);
  return { kind: plan.what === "deploy" ? "deployed" : "rolled-back", deployment };
}

/** WHY each account and not the administrator's alone: its judge, its home and its rights are its own. */
async function requireJudged(hook: MachineHook | undefined, then: string): Promise<void> {
  if (hook === undefined) return;
  const bad = (await tryAccounts(loginAccounts(), hook)).flatMap(({ account, fault }) =>
    fault === undefined ? [] : [`${account.name}: ${fault}`],
  );
  if (bad.length === 0) return;
  throw new Failure(
    "proof",
    `${then}: the machine's guard does not judge ${bad.length === 1 ? "an account" : `${bad.length} accounts`} (${printable(bad.slice(0, 4).join("; "))}); \`sudo sallyport machine try\` says more`,
  );
}

async function proofOf(
  proving: Proving,
): Promise<{ readonly proof: ProofRecord | undefined; readonly lines: readonly string[] }> {
  if (proving === undefined) return { proof: undefined, lines: [] };
  if (proving === "without")
    return {
      proof: { kind: "without" },
      lines: ["WITHOUT PROOF: no client is asked whether sessions start and harmless calls run"],
    };
  const { record: proof, lines } = await proving();
  return { proof, lines };
}

/** The person's settings after the managed files: those are in force whatever becomes of these, and it is said. */
function changePersonOf({ person, what }: DeploymentPlan): void {
  if (person === undefined) return;
  const outcome = changePerson(person, what === "deploy" ? "init" : "uninstall", { isDry: false });
  if (outcome.kind === "refused")
    throw new Failure(
      "deployment",
      `the managed files are ${what === "deploy" ? "in place" : "taken back"}, but \`${personSettings(person)}\` was not changed: ${outcome.why}; \`sallyport ${what === "deploy" ? "init" : "uninstall"} --scope user\` as that person does it`,
    );
}

async function record(
  install: Install,
  what: "begin" | "failed",
  receipt: DeploymentReceipt,
): Promise<void> {
  const answer = await giveOrder(install, { order: "deployment", what, receipt });
  if (answer.kind !== "recorded") throw refused(answer);
}

function words(text: string | undefined, option: string): string {
  if (!text) throw new Failure("usage", `\`--${option}\` is missing: say why this is deployed`);
  if (text.length <= WORDS_CHARS_MAX) return text;
  throw new Failure("usage", `\`--${option}\` has at most ${WORDS_CHARS_MAX} characters`);
}

/** What a person approves, in words. WHY again: the difference may have gone to another place than the terminal. */
function linesOf(
  { what, of, scope, policy, files, person }: DeploymentPlan,
  { reason, owner }: { readonly reason: string; readonly owner: string },
): readonly string[] {
  const head =
    what === "rollback"
      ? `sallyport takes the deployment ${of ?? ""} back, ${SCOPE_WORDS[scope]}:`
      : `sallyport deploys ${policy?.id ?? ""} (${policy?.digest.slice(0, 12) ?? ""}), ${SCOPE_WORDS[scope]}:`;
  return [
    head,
    ...files.map((file) => `  ${changeWord(file)} ${file.path}`),
    ...(person === undefined ? [] : [`  hooks in ${personSettings(person)}`]),
    `because ${reason}; owner ${owner}`,
  ];
}

function changeWord(file: FileChange): string {
  if (!isChange(file)) return "leaves  ";
  if (file.after === undefined) return "removes ";
  return file.before === undefined ? "makes   " : "replaces";
}

function closingLine(outcome: Outcome): string {
  switch (outcome.kind) {
    case "deployed":
      return `deployed: ${outcome.deployment.id}; \`sallyport policy verify\` asks the client, \`sallyport policy deploy --rollback --id ${outcome.deployment.id}\` takes it back`;
    case "rolled-back":
      return `taken back: ${outcome.deployment.of ?? ""}`;
    case "unchanged":
      return "nothing to change: this is what is there";
    case "planned":
      return "nothing was written (--dry-run)";
    case "declined":
      return "the word was not typed; nothing was written";
    default:
      return outcome satisfies never;
  }
}

function asJson(plan: DeploymentPlan, outcome: Outcome) {
  const { what, of, scope, place, policy, files, notes, person } = plan;
  return {
    outcome: outcome.kind,
    what,
    of,
    scope,
    place,
    policy,
    notes,
    id: "deployment" in outcome ? outcome.deployment.id : null,
    proof: ("deployment" in outcome ? outcome.deployment.proof : undefined) ?? null,
    files: files.map((file) => ({ path: file.path, change: changeWord(file).trimEnd() })),
    person: person === undefined ? null : personSettings(person),
    diff: diffOf(files) + (person?.diff ?? ""),
  };
}

async function printList(data: string, isJson: boolean): Promise<void> {
  const all = openDeployments(directoriesIn(data)).all();
  const states = all.map((one) => ({ ...one, state: stateOf(one, all) }));
  if (isJson) return print(printableJson(states));
  const lines = states.map(
    ({ id, what, of, scope, place, policy, createdMs, approver, state, proof }) =>
      `${id}  ${new Date(createdMs).toISOString()}  ${what}${of === null ? "" : ` of ${of}`} ${scope} ${place}  ${policy?.id ?? "nothing"}, by ${approver}${proofWords(proof)}: ${state}`,
  );
  return print(lines.length === 0 ? "nothing was deployed" : lines.map(printable).join("\n"));
}

function proofWords(proof: Deployment["proof"]): string {
  if (proof === undefined) return "";
  return proof.kind === "without" ? ", without proof" : `, proven with the client ${proof.client}`;
}

function stateOf(one: Deployment, all: readonly Deployment[]): string {
  if (one.what === "rollback") return "done";
  const standing = inForceAt(all, one).map(({ id }) => id);
  if (standing[0] === one.id) return "in force";
  return standing.includes(one.id) ? "replaced" : "taken back";
}
