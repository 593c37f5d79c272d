// What settings and servers of a repository would run before anyone trusts it: hooks, helpers, display commands, modes, plugins.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { isSet, itemsAt, scalarOf, spotFault, spotsAt, textsIn } from "../../looking.ts";
import { isOfGuard } from "../../own-hook.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { clonedLayers, ofKeys, ofProject, TAKE_OUT } from "./looking.ts";

/** Whether managed settings start only what they list; a name says nothing of a program, so such an entry lists none. */
function isHeld(auditInputs: AuditInputs): boolean {
  const listed = itemsAt(auditInputs, ["allowedMcpServers"], ["managed"]);
  return (
    isSet(auditInputs, ["allowManagedMcpServersOnly"], true, ["managed"]) &&
    spotsAt(auditInputs, ["allowedMcpServers"], ["managed"]).length > 0 &&
    listed.every(({ node }) => memberOf(node, "serverName") === undefined)
  );
}

/** Functions of settings and servers. */
export const settingsLooks: Looks = {
  hooks: ofProject((auditInputs) => {
    if (isSet(auditInputs, ["allowManagedHooksOnly"], true, ["managed"])) return [];
    return spotsAt(auditInputs, ["hooks"], clonedLayers(auditInputs)).flatMap((spot) => {
      const handlers = auditInputs.hooks.filter(
        (hook) =>
          (hook.layer === "project" || hook.layer === "local") &&
          hook.from === "settings" &&
          !isOfGuard(hook, auditInputs),
      );
      return handlers.length === 0
        ? []
        : [
            spotFault(
              spot,
              `${handlers.length} ${handlers.length === 1 ? "hook runs" : "hooks run"} in headless sessions in a clone that nobody trusted yet`,
              {
                fix: 'put `"allowManagedHooksOnly": true` into managed settings, with the hooks that are needed',
              },
            ),
          ].map((fault) => ({ ...fault, severity: "medium" }));
    });
  }),
  "api-key-helper": ofKeys(
    ["apiKeyHelper"],
    "the repository runs a command of its choice, unasked",
  ),
  "credential-command": ofKeys(
    [
      "awsAuthRefresh",
      "awsCredentialExport",
      "gcpAuthRefresh",
      "otelHeadersHelper",
      "proxyAuthHelper",
      "policyHelper",
      "processWrapper",
    ],
    "the repository runs a command of its choice, unasked",
  ),
  "mcp-servers": (auditInputs) => {
    const servers = auditInputs.servers.filter(({ from }) => from === "project");
    if (servers.length === 0) return notApplicable("the repository lists no server");
    return verdict(
      [...new Set(servers.map(({ file }) => file.shown))],
      servers
        .filter(({ command }) => command !== undefined && !isHeld(auditInputs))
        .map(({ file, line, column, name }) => ({
          file: file.shown,
          line,
          column,
          evidence: `"${name.slice(0, 60)}"`,
          message: "the program starts in headless sessions without approval",
          fix: "managed `allowManagedMcpServersOnly` with `allowedMcpServers` stops what is not listed",
          severity: "medium",
        })),
    );
  },
  "display-command": ofProject((auditInputs) =>
    ["statusLine", "subagentStatusLine", "fileSuggestion"].flatMap((key) =>
      spotsAt(auditInputs, [key], clonedLayers(auditInputs))
        .filter(({ node }) => textsIn(memberOf(node, "command")).length > 0)
        .map((spot) =>
          spotFault(spot, `by \`${key}\` the repository runs a command of its choice`, {
            fix: "take it out; each person sets it in `~/.claude/settings.json`",
          }),
        ),
    ),
  ),
  "permissive-mode": ofProject((auditInputs) =>
    spotsAt(auditInputs, ["permissions", "defaultMode"], clonedLayers(auditInputs))
      .filter(
        ({ node }) =>
          /^(?:acceptEdits|bypassPermissions|auto|dontAsk)$/.test(String(scalarOf(node))) &&
          scalarOf(node) !== "dontAsk",
      )
      .map((spot) =>
        spotFault(
          spot,
          "the mode holds in a clone that nobody trusted yet, and edits are not asked about",
          { fix: 'write `"defaultMode": "default"`' },
        ),
      ),
  ),
  "sandbox-off": ofProject((auditInputs) =>
    [
      ...(
        [
          ["enabled", false],
          ["failIfUnavailable", false],
          ["allowUnsandboxedCommands", true],
          ["enableWeakerNestedSandbox", true],
        ] as const
      ).flatMap(([key, bad]) =>
        spotsAt(auditInputs, ["sandbox", key], clonedLayers(auditInputs))
          .filter(({ node }) => scalarOf(node) === bad)
          .map((spot) =>
            spotFault(spot, "the repository switches the sandbox off or opens it", {
              fix: TAKE_OUT,
            }),
          ),
      ),
      ...itemsAt(auditInputs, ["sandbox", "excludedCommands"], clonedLayers(auditInputs)).map(
        (spot) =>
          spotFault(spot, "the repository takes commands out of the sandbox", { fix: TAKE_OUT }),
      ),
      ...itemsAt(auditInputs, ["sandbox", "filesystem", "allowWrite"], clonedLayers(auditInputs))
        .filter(({ node }) =>
          textsIn(node).some((path) => /^(?:\/|~|\$HOME)/.test(path) && !path.startsWith("/tmp/")),
        )
        .map((spot) =>
          spotFault(spot, "the repository opens places outside of it for writing", {
            fix: TAKE_OUT,
          }),
        ),
      ...itemsAt(auditInputs, ["sandbox", "network", "allowedDomains"], clonedLayers(auditInputs))
        .filter(({ node }) => textsIn(node).some((host) => /^\*+(?:\.\w+)?$/.test(host)))
        .map((spot) =>
          spotFault(spot, "the repository opens the network of the sandbox", { fix: TAKE_OUT }),
        ),
      ...spotsAt(
        auditInputs,
        ["sandbox", "network", "allowAllUnixSockets"],
        clonedLayers(auditInputs),
      )
        .filter(({ node }) => scalarOf(node) === true)
        .map((spot) =>
          spotFault(spot, "the repository opens all sockets to the sandbox", { fix: TAKE_OUT }),
        ),
    ].slice(0, 10),
  ),
  marketplace: ofProject((auditInputs) => {
    if (spotsAt(auditInputs, ["strictKnownMarketplaces"], ["managed"]).length > 0) return [];
    const enabled = spotsAt(auditInputs, ["enabledPlugins"], clonedLayers(auditInputs)).flatMap(
      ({ node }) =>
        node.kind === "object"
          ? node.members
              .filter(({ value }) => scalarOf(value) === true || value.kind === "array")
              .map(({ key }) => key)
          : textsIn(node),
    );
    return ["extraKnownMarketplaces", "additionalMarketplaces"].flatMap((key) =>
      spotsAt(auditInputs, [key], clonedLayers(auditInputs)).flatMap(({ document, node }) => {
        const names = node.kind === "object" ? node.members : [];
        return names
          .filter(({ key: name }) => enabled.some((plugin) => plugin.endsWith(`@${name}`)))
          .map(({ key: name, value, start }) =>
            spotFault(
              { document, node: { ...value, start } },
              `the repository adds the marketplace \`${name.slice(0, 60)}\` and enables plugins of it, hooks and servers among them`,
              { fix: "managed `strictKnownMarketplaces` lists those that are vetted" },
            ),
          );
      }),
    );
  }),
};
