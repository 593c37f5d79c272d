// Compiles a policy for a target: files that hold it there, what holds each rule, and what a person should know before they are used.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { ClientWish } from "#govern/library/client-wish.ts";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import type { Catalogue } from "#govern/settings/catalogue.ts";
import { appleFiles } from "./apple.ts";
import { type RuleBoundaries, boundariesOf } from "./boundaries.ts";
import { refuseGateway } from "./gateway-settings.ts";
import { outputFaults } from "./output-check.ts";
import {
  type NativeRules,
  nativeRulesFor,
  type OwnFiles,
  withoutProcesses,
} from "./permission-rules.ts";
import { allowedHosts, canContain } from "./sandbox-settings.ts";
import { hasHooks, isManaged, settingsObject } from "./settings-object.ts";
import { bedrockHost, type Site } from "./site.ts";
import { serviceFiles } from "./system-service.ts";
import { managedPath, type OutputFile, type Target } from "./target.ts";
import { windowsFiles } from "./windows.ts";

/** Where the guard of a machine keeps keys and logs of all accounts. */
const MACHINE_DATA = "/var/lib/sallyport";

/** What became of a policy. Equal input gives equal bytes. */
export type Compiled = {
  readonly files: readonly OutputFile[];
  readonly boundaries: readonly RuleBoundaries[];
  readonly notes: readonly string[];
};

export type CompileOptions = {
  readonly target: Target;
  readonly site: Site;
  readonly catalogue: Catalogue;
  /** How the policy wants sessions to be started; without it the client's own `default`. */
  readonly client?: ClientWish;
};

/**
 * Compiles and checks. Throws a Failure: `compile-rules` for parameters that would lose rules, `compile-mode` for a milder mode than the policy wants, `compile-service` where the
 * target needs parameters that are missing, `compile-hooks` for http hooks beside the sandbox, `compile-gateway` where the gateway cannot work, `compile-output` when a file is not what the client reads.
 */
export function compilePolicy(whole: Policy, options: CompileOptions): Compiled {
  const { target, site, catalogue, client = {} } = options;
  // What is only observed refuses nothing, at no boundary.
  const policy = whole.stage === "observe" ? { ...whole, rules: [] } : whole;
  refuseShutOut(target, site);
  refuseGateway(target, site, allowedHosts(policy.rules, site));
  const isContained = canContain(target, site);
  const native = policy.rules.map((rule) => {
    const found = nativeRulesFor(rule, target.scope, ownFiles(options));
    return isContained && rule.verdict === "deny" ? withoutProcesses(found) : found;
  });
  const settings = settingsObject({ policy, native, site, target, client });
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const faults = outputFaults(text, target.scope, catalogue);
  const [fault] = faults;
  if (fault !== undefined)
    throw new Failure(
      "compile-output",
      `the settings are not what the client reads, so nothing is written: ${printable(fault.message)} (${fault.id}, line ${fault.line})`,
    );
  const boundaries = boundariesOf(policy, native, options);
  return {
    files: filesOf(policy, { text, settings, ...options }),
    boundaries,
    notes: [...stageNotes(whole), ...notesOn(boundaries, native, options)],
  };
}

function stageNotes({ stage }: Policy): readonly string[] {
  if (stage === "observe")
    return ["the policy is only observed (`stage: observe`): no rule of it is compiled"];
  return stage === "ask"
    ? ["the policy asks where it would refuse (`stage: ask`), and so does what is compiled"]
    : [];
}

/** WHY refused and not only said: with both of them no call runs any more, harmless ones neither (measured). */
function refuseShutOut(target: Target, site: Site): void {
  if (!canContain(target, site) || site.hooks?.transport !== "https") return;
  throw new Failure(
    "compile-hooks",
    "`hooks` of the parameters are `transport: https` and `sandbox` is on: the client sends http hooks through its sandbox's proxy, which refuses the daemon's address, so every call would be refused; write `transport: command` with `program`, `project`, `data` and `home`, or `sandbox: { enabled: false }`",
  );
}

/** What the agent may not touch of ours, where the site says where it lies. */
function ownFiles({ target, site }: CompileOptions): OwnFiles {
  const data = site.service?.data ?? dataOf(site);
  if (target.platform === "windows") return { changed: [], read: [] };
  const managed = isManaged(target) ? [`${managedPath(target.platform, "")}**`] : [];
  if (data === undefined) return { changed: managed, read: [] };
  return { changed: [...managed, `${data}/**`], read: [`${data}/keys/**`] };
}

function dataOf({ hooks }: Site): string | undefined {
  return hooks?.transport === "machine" ? MACHINE_DATA : hooks?.data;
}

type Written = CompileOptions & { readonly text: string; readonly settings: Json };

function filesOf(policy: Policy, written: Written): readonly OutputFile[] {
  const { target, site, text, settings } = written;
  if (target.scope === "project" || target.scope === "user") {
    const home = target.scope === "user" ? "~" : "<project>";
    const path = `${home}/.claude/settings.json`;
    return [{ name: ".claude/settings.json", path, text, mode: 0o644 }];
  }
  const managed = (name: string, content: string): OutputFile => ({
    name,
    path: managedPath(target.platform, name),
    text: content,
    mode: 0o644,
  });
  return [
    managed("managed-settings.json", text),
    // WHY twice: a file of no bytes is no policy for the client, without a word; the other one still holds then (X.66).
    managed("managed-settings.d/50-sallyport.json", text),
    managed("CLAUDE.md", instructionsText(policy, site)),
    ...(target.platform === "macos" ? appleFiles(settings, site, policy.digest) : []),
    ...(target.platform === "windows" ? windowsFiles(settings, site) : []),
    ...(target.scope === "system" ? serviceFiles(target.platform, site) : []),
  ];
}

/** Who sees what the client tells of itself: a boundary that no rule of the policy speaks of. */
function telemetryNotes(target: Target, { telemetry }: Site): readonly string[] {
  if (telemetry === undefined)
    return isManaged(target)
      ? [
          "the client's telemetry is not sent anywhere: a call that ran without its hook is then found by the hooks' own records alone",
        ]
      : [];
  if (target.scope === "project")
    return [
      "telemetry is not written into a project's file: the client takes it from people's own settings and managed ones",
    ];
  const { content } = telemetry;
  const said =
    content === undefined
      ? "no prompt, command, answer or body goes along with telemetry: the switches for that are written as off"
      : `telemetry holds what people and tools say (${content.switches.join(", ")}): approved by ${content.approvedBy} on ${content.approvedOn}, because ${content.reason}`;
  return telemetry.protocol === "grpc" && telemetry.endpoint === undefined
    ? [
        said,
        "the client sends no gRPC to the daemon, because it cannot check its certificate there: write `protocol: http/protobuf`",
      ]
    : [said];
}

function notesOn(
  boundaries: readonly RuleBoundaries[],
  native: readonly NativeRules[],
  { target, site }: CompileOptions,
): readonly string[] {
  const notes: string[] = [];
  const open = boundaries.filter(({ isHeld }) => !isHeld).map(({ rule }) => rule);
  if (open.length > 0)
    notes.push(`nothing that is written here holds ${open.length} rules: ${open.join(", ")}`);
  if (!isManaged(target))
    notes.push(
      "what people or repositories write beside it may allow more: only managed settings stand above them",
    );
  if (isManaged(target) && !hasHooks(target, site))
    notes.push(
      "no hook is written, because the parameters name none (`hooks`): rules of the client hold only some ways",
    );
  if (target.scope === "project" && site.hooks !== undefined)
    notes.push(
      "no hook is written into a project's shared file: paths of one machine mean nothing on another; `sallyport init` adds them",
    );
  if (isManaged(target) && !canContain(target, site))
    notes.push(
      "no sandbox is written: commands of the project run with all rights of the person once they run",
    );
  if (canContain(target, site) && target.platform === "macos")
    notes.push("what the sandbox holds was measured on Linux alone: try it on one machine first");
  const { gateway } = site.sandbox;
  if (canContain(target, site) && gateway !== undefined)
    notes.push(
      `commands reach the registry gateway on port ${gateway.port} and nothing else: a session's start begins it, \`sallyport gateway status\` says whether it runs`,
      ...(site.proxy === undefined && site.certificates === undefined
        ? []
        : [
            "the gateway takes no proxy and no certificates from settings: say once on each machine `sallyport gateway start --proxy URL --ca FILE`",
          ]),
    );
  if (isManaged(target) && site.mcp?.allowed === undefined)
    notes.push(
      "MCP servers are not restricted: say which with `mcp.allowed`, an empty list for none",
    );
  if (isManaged(target) && site.marketplaces?.known === undefined)
    notes.push("marketplaces of plugins are not restricted: say which with `marketplaces.known`");
  if (isManaged(target) && site.proxy === undefined)
    notes.push(
      "a proxy that people set themselves no longer counts: name one with `proxy` where your network needs it",
    );
  if (isManaged(target) && site.provider.bedrock !== undefined)
    notes.push(
      `the client reaches its model at ${bedrockHost(site.provider.bedrock)}: let it through your proxy and firewall; commands in the sandbox do not get there`,
    );
  if (isManaged(target) && site.provider.helpers.apiKeyHelper === undefined)
    notes.push(
      "a command that people set themselves to get their key (`apiKeyHelper`) no longer counts: name one with `provider.helpers.apiKeyHelper` where you use one",
    );
  notes.push(...telemetryNotes(target, site));
  if (site.managedRulesOnly)
    notes.push(
      "deny rules of people and projects do not count any more: what they deny has to stand in this policy",
    );
  if (isManaged(target) && target.platform !== "linux")
    notes.push(
      "use the files or what device management installs, not both: the client takes one source, and the latter first",
    );
  if (native.every(({ rules }) => rules.length === 0))
    notes.push("no rule of the client came of it");
  return notes;
}

/** Rules that are told; the others are met when a call is refused. */
const RULES_MAX = 60;

/** The text. What it says holds whether anybody reads it or not. */
function instructionsText({ id, rules }: Policy, { organization, instructions }: Site): string {
  const told = (verdict: "deny" | "ask"): string[] => {
    const found = rules.filter((rule) => rule.verdict === verdict);
    const lines = found.slice(0, RULES_MAX).map(({ when, reason, instead }) => {
      const other = instead === undefined ? "" : ` Instead: ${instead}.`;
      return `- ${oneLine(conditionInWords(when))}: ${oneLine(reason)}.${oneLine(other)}`;
    });
    const more = found.length - lines.length;
    return more > 0 ? [...lines, `- and ${more} more`] : lines;
  };
  return [
    `# Rules of ${oneLine(organization)} for agents`,
    "",
    `The policy \`${id}\` judges every tool call by what it would do, however it is written. Do not look for another way to do what was`,
    "refused: take the alternative that the refusal names, or tell the person.",
    "",
    "## Refused",
    ...told("deny"),
    "",
    "## Asked about first",
    ...told("ask"),
    "",
    ...(instructions === undefined ? [] : [instructions.trim(), ""]),
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
