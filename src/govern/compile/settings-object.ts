// The settings of a target as one object: rules, modes, sandbox, hooks, variables and lists.
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import {
  buildCommandInsertion,
  buildInsertion,
  buildMachineInsertion,
  groupOf,
  type HookEntry,
  type Insertion,
} from "#govern/settings/hook-entries.ts";
import { LOOPBACK_ADDRESS } from "#govern/settings/hook-environment.ts";
import { type ClientWish, milderThan } from "#govern/library/client-wish.ts";
import { identityBehind } from "#govern/mcp/wrapped.ts";
import { managedEnvironment, siteTelemetry } from "./environment.ts";
import type { NativeRules } from "./permission-rules.ts";
import { canContain, sandboxSettings } from "./sandbox-settings.ts";
import type { Site } from "./site.ts";
import type { Target } from "./target.ts";

type JsonObject = Readonly<Record<string, Json>>;

/** What the settings are made of. `native`: the client's rules for each rule of the policy, in its order. */
export type Ingredients = {
  readonly policy: Policy;
  readonly native: readonly NativeRules[];
  readonly site: Site;
  readonly target: Target;
  /** How the policy wants sessions to be started. */
  readonly client: ClientWish;
};

/** Whether a target has hooks of ours in it. WHY never a project: its file is shared, and paths of a machine are not. */
export function hasHooks({ scope }: Target, { hooks }: Site): boolean {
  return hooks !== undefined && scope !== "project";
}

/** Whether a target stands above what people and projects set. */
export function isManaged({ scope }: Target): boolean {
  return scope === "managed" || scope === "system";
}

/** Builds the object. Throws a Failure `compile-rules` where rules of others may not be dropped. */
export function settingsObject(from: Ingredients): JsonObject {
  const { target, site } = from;
  const insertion = hasHooks(target, site) ? insertionOf(site) : undefined;
  const events = byEvent(insertion?.hooks ?? [], isManaged(target) ? site.ownHooks : []);
  const hooks = Object.keys(events).length === 0 ? {} : { hooks: events };
  const permissions = permissionSettings(from);
  if (!isManaged(target)) {
    const own = Object.fromEntries((insertion?.env ?? []).map(({ name, value }) => [name, value]));
    // WHY not a project's: the client (2.1.328) takes telemetry from people's own settings and from managed ones alone.
    const env = { ...own, ...(target.scope === "user" ? siteTelemetry(site) : {}) };
    return { permissions, ...hooks, ...(Object.keys(env).length === 0 ? {} : { env }) };
  }
  return {
    permissions,
    ...clientSettings(from),
    ...(canContain(target, site) ? { sandbox: sandboxSettings(from.policy.rules, site) } : {}),
    ...serverLists(site),
    ...marketplaceLists(site),
    ...hooks,
    env: managedEnvironment(site),
  };
}

/**
 * WHY no ask rules beside hooks: the hook asks with a reason, and an approved exception could not lift a rule of the client.
 */
function permissionSettings({ policy, native, site, target, client }: Ingredients): Json {
  const lists: Record<"deny" | "ask" | "allow", Set<string>> = {
    deny: new Set(),
    ask: new Set(),
    allow: new Set(),
  };
  for (const [index, rule] of policy.rules.entries()) {
    if (rule.verdict === "allow" && !policy.automaticApproval) continue;
    if (rule.verdict === "ask" && hasHooks(target, site)) continue;
    for (const text of native[index]?.rules ?? []) lists[rule.verdict].add(text);
  }
  const { mode = "default", autoMode = true } = clientFor(client, site);
  return {
    deny: [...lists.deny],
    // What a stricter list says already would stand here for nothing.
    ask: [...lists.ask].filter((text) => !lists.deny.has(text)),
    allow: [...lists.allow].filter((text) => !lists.deny.has(text) && !lists.ask.has(text)),
    ...(isManaged(target) ? { defaultMode: mode } : {}),
    disableBypassPermissionsMode: "disable",
    ...(autoMode ? {} : { disableAutoMode: "disable" }),
  };
}

/** What the policy wants, made stricter by the site where that says so. */
function clientFor(wanted: ClientWish, { client: { mode, autoMode } }: Site): ClientWish {
  const own = {
    ...(mode === undefined ? {} : { mode }),
    ...(autoMode === undefined ? {} : { autoMode }),
  };
  const milder = milderThan(own, [wanted]);
  if (milder === undefined) return { ...wanted, ...own };
  throw new Failure(
    "compile-mode",
    `${milder}, which the policy wants: \`client\` of the parameters can only be as strict or stricter`,
  );
}

function clientSettings({ site, target }: Ingredients): JsonObject {
  const { minimum, maximum, model } = site.client;
  const { loginMethod, organizations, helpers } = site.provider;
  const isGuarded = hasHooks(target, site);
  // WHY: deny rules of projects are dropped too, so all must be here, and no hook of theirs may answer allow (X.65).
  if (site.managedRulesOnly && !isGuarded)
    throw new Failure(
      "compile-rules",
      "`managedRulesOnly` needs `hooks`: rules of the client hold only some of what the policy denies, and a project's hook could allow the rest",
    );
  return {
    ...(isGuarded ? { allowManagedHooksOnly: true } : {}),
    ...(site.managedRulesOnly ? { allowManagedPermissionRulesOnly: true } : {}),
    // WHY not with our hooks: they judge such lines, and a colleague's command that shows `git status` goes on working.
    ...(isGuarded ? {} : { disableSkillShellExecution: true }),
    // WHY: code inside of the client stands before every hook and rule that is not managed, and can start processes itself.
    pluginConfigs: { [MODS_PLUGIN]: { options: { allowManagedModsOnly: true } } },
    // WHY also an empty one: a repository's would run when the client starts, whether anybody trusts it or not.
    apiKeyHelper: helpers.apiKeyHelper ?? "",
    requiredMinimumVersion: minimum,
    ...(maximum === undefined ? {} : { requiredMaximumVersion: maximum }),
    ...(loginMethod === undefined ? {} : { forceLoginMethod: loginMethod }),
    ...(organizations.length === 0 ? {} : { forceLoginOrgUUID: organizations }),
    ...(model === undefined ? {} : { model }),
    ...plainEntry(helpers),
    ...httpHookUrls(site),
  };
}

/** The plugin of the client (2.1.330) that holds the organization's word on mods. */
export const MODS_PLUGIN = "cc-plugin-sec-default@builtin";

/** WHY our own among them: a list without the daemon's address would switch the guard's hooks off. */
function httpHookUrls({ hooks, allowedHttpHookUrls }: Site): JsonObject {
  if (allowedHttpHookUrls === undefined) return {};
  const own = hooks?.transport === "https" ? [`https://${LOOPBACK_ADDRESS}:${hooks.port}/*`] : [];
  return { allowedHttpHookUrls: [...new Set([...own, ...allowedHttpHookUrls])] };
}

function insertionOf({ hooks, client }: Site): Insertion | undefined {
  // No older one starts there.
  const clientVersion = client.minimum;
  switch (hooks?.transport) {
    case undefined:
      return undefined;
    case "command": {
      const { program: hookPath, project: projectId, data: dataDirectory, home } = hooks;
      const places = { hookPath, projectId, dataDirectory, home };
      return buildCommandInsertion({ ...places, clientVersion }, () => undefined);
    }
    case "machine": {
      const { node, program: hookPath } = hooks;
      return buildMachineInsertion({ node, hookPath, clientVersion }, () => undefined);
    }
    case "https": {
      const { port, token, authority, program, data } = hooks;
      const lockFile = `${data}/daemon.lock`;
      return buildInsertion(
        { port, token, caBundlePath: authority, commandPath: program, lockFile, clientVersion },
        () => undefined,
      );
    }
    default:
      return hooks satisfies never;
  }
}

/** WHY ours first: what others do beside it is told after the call was judged. */
function byEvent(entries: readonly HookEntry[], own: Site["ownHooks"]): Record<string, Json[]> {
  const events: Record<string, Json[]> = {};
  for (const entry of entries) (events[entry.event] ??= []).push(groupOf(entry));
  for (const { event, matcher, program, arguments: args, timeoutSeconds } of own) {
    const handler = { type: "command", command: program, args, timeout: timeoutSeconds };
    // Before a call a failing hook must not let it run: after it there is nothing left to hold.
    const before = event === "PreToolUse" ? { onFailure: "block" } : {};
    (events[event] ??= []).push({ matcher, hooks: [{ ...handler, ...before }] });
  }
  return events;
}

type Server = NonNullable<NonNullable<Site["mcp"]>["allowed"]>[number];

/**
 * WHY both keys: people's own settings add to a managed list unless that is ruled out (X.72). WHY no skills of servers (clients since
 * 2.1.330; older ones ignore the key): no pin holds them. Behind the gateway alone they are held, so there they stay.
 */
function serverLists({ mcp }: Site): JsonObject {
  if (mcp === undefined) return {};
  const entry = (server: Server): Json =>
    "url" in server ? { serverUrl: server.url } : { serverCommand: server.command };
  return {
    ...(mcp.allowed === undefined
      ? {}
      : {
          allowManagedMcpServersOnly: true,
          ...(mcp.allowed.every(isGateway) ? {} : { disableDirectMcpSkills: true }),
          allowedMcpServers: mcp.allowed.map(entry),
        }),
    ...(mcp.denied.length === 0 ? {} : { deniedMcpServers: mcp.denied.map(entry) }),
  };
}

function isGateway(server: Server): boolean {
  if ("url" in server) return false;
  const [command = "", ...args] = server.command;
  return identityBehind({ command, args }, []) !== undefined;
}

function marketplaceLists({ marketplaces }: Site): JsonObject {
  if (marketplaces === undefined) return {};
  const { known, blocked, sideload = known === undefined, only } = marketplaces;
  return {
    // WHY: a plugin that a command line names goes past every list of marketplaces.
    ...(sideload ? {} : { disableSideloadFlags: true }),
    ...(only === undefined ? {} : { strictPluginOnlyCustomization: only }),
    ...(known === undefined ? {} : { strictKnownMarketplaces: known.map(plainEntry) }),
    ...(blocked.length === 0 ? {} : { blockedMarketplaces: blocked.map(plainEntry) }),
  };
}

function plainEntry(source: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(source).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
